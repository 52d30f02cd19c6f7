"""The admin's sidebar: by what people come for, with only what their roles reach."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

# Title of a group, then its models as (address name, icon).
GROUPS: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    ("Catalogue", (
        ("inventory_product", "grocery"), ("inventory_category", "category"), ("inventory_barcode", "barcode"),
        ("inventory_productpicture", "image"), ("inventory_price", "sell"), ("inventory_promotion", "local_offer"),
        ("inventory_coupon", "confirmation_number"), ("inventory_membercard", "loyalty"),
        ("inventory_claim", "redeem"), ("inventory_catalogueimport", "upload_file"),
        ("inventory_cataloguefeed", "cloud_sync"),
    )),
    ("Stock and weights", (
        ("inventory_stocklevel", "inventory_2"), ("inventory_stockmovement", "swap_vert"),
        ("inventory_learnedweight", "weight"), ("inventory_weightday", "timeline"),
    )),
    ("Carts", (
        ("carts_cart", "shopping_cart"), ("carts_device", "tablet"), ("carts_enrolmentcode", "qr_code_2"),
        ("carts_ticket", "confirmation_number"),
    )),
    ("Trips", (
        ("carts_trip", "route"), ("carts_discrepancy", "balance"), ("carts_tripline", "list"),
        ("carts_journalentry", "history_edu"), ("carts_snapshot", "save"), ("carts_traceblock", "show_chart"),
        ("carts_policyversion", "tune"), ("carts_policypreview", "fork_right"),
    )),
    ("Checkout", (
        ("checkout_checkout", "point_of_sale"), ("checkout_paymentattempt", "credit_card"),
        ("checkout_refund", "undo"), ("checkout_refundpart", "call_split"), ("checkout_saleline", "list_alt"),
        ("checkout_lineproblem", "help"), ("checkout_tillbasket", "shopping_basket"),
        ("checkout_providerevent", "webhook"), ("checkout_webhookendpoint", "send"),
        ("checkout_receipt", "receipt_long"), ("checkout_receiptcounter", "pin"), ("checkout_exitpass", "sensor_door"),
        ("checkout_escalation", "report"), ("checkout_frame", "photo_camera"), ("checkout_camera", "videocam"),
        ("checkout_dispute", "contact_support"), ("checkout_receiptmail", "mail"),
        ("checkout_gateopening", "meeting_room"), ("checkout_businessday", "event_available"),
        ("checkout_settlementlist", "fact_check"), ("checkout_daydifference", "difference"),
        ("checkout_feedentry", "rss_feed"), ("checkout_feedcounter", "tag"), ("checkout_exporttoken", "vpn_key"),
        ("checkout_signingkey", "draw"),
        ("checkout_outboxmessage", "outbox"), ("checkout_idempotencykey", "key"),
    )),
    ("People and places", (
        ("inventory_retailer", "domain"), ("inventory_store", "storefront"), ("inventory_lane", "alt_route"),
        ("inventory_ratewindow", "speed"),
        ("auth_user", "person"), ("inventory_membership", "badge"),
    )),
    ("Audit", (("inventory_auditentry", "policy"), ("inventory_auditchain", "link"), ("checkout_drawday", "casino"))),
)  # fmt: skip


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """unfold's SIDEBAR.navigation: groups of links, without what the person may not see."""
    seen = dict(_titles(request))
    groups = []
    for title, items in GROUPS:
        links = [_link(name, seen[name], icon) for name, icon in items if name in seen]
        if links:
            groups.append({"title": title, "separator": True, "collapsible": False, "items": links})
    console = _address("console:home")
    if console:
        groups.insert(0, {"items": [{"title": "Staff console", "icon": "monitor", "link": console}]})
    return groups


def _titles(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (f"{model._meta.app_label}_{model._meta.model_name}", str(model._meta.verbose_name_plural).capitalize())
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_module_permission(request)
    ]


def _link(name: str, title: str, icon: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": _address(f"admin:{name}_changelist")}


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
