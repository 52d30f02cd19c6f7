"""Addresses of the checkout: REST calls below the API's prefix, and the shopper's pages."""

from django.urls import URLPattern, path

from checkout import apis, camera_apis, draw_views, export_apis, gate_apis, money_apis, verify_views, views

api_urlpatterns: list[URLPattern] = [
    path("trips/<uuid:trip>/checkout", apis.CheckoutCreateView.as_view(), name="checkout-open"),
    path("checkouts/<uuid:checkout>", apis.CheckoutView.as_view(), name="checkout"),
    path("checkouts/<uuid:checkout>/confirm", apis.CorrectionConfirmView.as_view(), name="correction-confirm"),
    path("checkouts/<uuid:checkout>/payments", apis.PaymentCreateView.as_view(), name="payment-create"),
    path("payments/<uuid:payment>/void", money_apis.PaymentVoidView.as_view(), name="payment-void"),
    path("till/baskets/<str:code>", money_apis.TillBasketView.as_view(), name="till-basket"),
    path("till/baskets/<str:code>/paid", money_apis.TillPaidView.as_view(), name="till-paid"),
    path("webhooks/<slug:provider>", money_apis.provider_webhook, name="provider-webhook"),
    path("orders", export_apis.OrdersView.as_view(), name="orders"),
    path("days/<slug:store>/<str:day>", export_apis.DayView.as_view(), name="day"),
    path("webhook-schemas", export_apis.WebhookSchemasView.as_view(), name="webhook-schemas"),
    path("gate/open", gate_apis.GateView.as_view(), name="gate-open"),
    path("cameras/<uuid:camera>/frames", camera_apis.CameraFramesView.as_view(), name="camera-frames"),
    path("gate/sync", gate_apis.GateSyncView.as_view(), name="gate-sync"),
]
urlpatterns: list[URLPattern] = [
    path("r/<str:public_id>/", views.receipt_page, name="receipt"),
    path("r/<str:public_id>/lines/<int:line>/", views.receipt_dispute, name="receipt-dispute"),
    path("r/<str:public_id>/mail/", views.receipt_mail, name="receipt-mail"),
    path("r/<str:public_id>/receipt.pdf", views.receipt_document, name="receipt-pdf"),
    path("r/<str:public_id>/receipt.json", views.receipt_data, name="receipt-json"),
    path("r/<str:public_id>/qr.svg", views.receipt_qr, name="receipt-qr"),
    path("verify/", verify_views.verify_page, name="verify"),
    path("verify/keys/<slug:retailer>.json", verify_views.verify_keys, name="verify-keys"),
    path("draws/<slug:retailer>/<str:day>.json", draw_views.draws, name="draws"),
    path("pass/<str:token>/qr.svg", views.exit_pass_qr, name="exit-pass-qr"),
    path("till/<str:code>/qr.svg", views.till_qr, name="till-qr"),
]
