"""REST around money: a tender taken back, baskets at manned tills, and the providers' webhooks."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carts.authentication import IsTill
from checkout.apis import KEY, Once, json_bytes
from checkout.errors import SignatureWrong
from checkout.models.below import Device
from checkout.schemas import CheckoutSerializer
from checkout.selectors.checkouts import attempt_of_cart, checkout_body, checkout_of_cart
from checkout.services.advancing import payment_advance
from checkout.services.idempotency import Answer
from checkout.services.tenders import tender_release
from checkout.services.tills import till_basket, till_basket_body, till_basket_pay
from checkout.services.webhooks import webhook_receive

LARGEST_WEBHOOK = 256 * 1024
PROVIDERS = ("stripe", "sandbox")


class TillPaidRequest(serializers.Serializer[Any]):
    tender = serializers.CharField(max_length=20, help_text="How it was paid: `cash`, card, …")
    reference = serializers.CharField(max_length=60, help_text="The till's own number of the sale.")
    amount = serializers.IntegerField(
        min_value=0, help_text="What was paid, in minor units: the basket's amount; for `cash` its amount_cash."
    )
    checked = serializers.BooleanField(
        default=False, help_text="The cart was compared with the lines; needed where the basket has a `check`."
    )


class TillBasketSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    state = serializers.ChoiceField(["open", "paid", "voided"])
    amount = serializers.IntegerField(help_text="What the till is to take, in minor units.")
    amount_cash = serializers.IntegerField(help_text="What it is to take in cash: rounded to what coins can pay.")
    currency = serializers.CharField()
    cart = serializers.CharField()
    check = serializers.ListField(
        child=serializers.CharField(), help_text="What is in doubt: compare the cart with the lines first."
    )
    lines = serializers.ListField(child=serializers.DictField())


class PaymentVoidView(Once):
    """Take back one payment that is merely set aside, before all is paid."""

    @extend_schema(operation_id="payment_void", parameters=[KEY], request=None, responses={201: CheckoutSerializer})
    def post(self, request: Request, payment: Any) -> HttpResponse:
        cart_id = cast(Any, cast(Device, request.auth).cart_id)
        attempt = attempt_of_cart(payment, cart_id)

        def call() -> Answer:
            tender_release(attempt_id=attempt.id, now=timezone.now())
            payment_advance(attempt_id=attempt.id, now=timezone.now())
            return 201, json_bytes(checkout_body(checkout_of_cart(attempt.checkout_id, cart_id)))

        return self.once(request, call)


class TillBasketView(APIView):
    """The basket behind a code that a shopper shows at the till."""

    permission_classes = [IsTill]

    @extend_schema(operation_id="till_basket", responses=TillBasketSerializer)
    def get(self, request: Request, code: str) -> Response:
        return Response(till_basket_body(till_basket(code, cast(Device, request.auth).store_id)))


class TillPaidView(Once):
    """The till has taken the money: the basket is paid, and the shopper gets receipt and exit pass."""

    permission_classes = [IsTill]

    @extend_schema(
        operation_id="till_paid", parameters=[KEY], request=TillPaidRequest, responses={201: TillBasketSerializer}
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        serializer = TillPaidRequest(data=request.data)
        serializer.is_valid(raise_exception=True)
        told, store_id = serializer.validated_data, cast(Device, request.auth).store_id

        def call() -> Answer:
            basket = till_basket_pay(
                code=code, store_id=store_id, amount_minor=told["amount"], tender=told["tender"],
                reference=told["reference"], checked=told["checked"], now=timezone.now(),
            )  # fmt: skip
            payment_advance(attempt_id=basket.attempt_id, now=timezone.now())
            return 201, json_bytes(till_basket_body(till_basket(code, store_id)))

        return self.once(request, call)


@csrf_exempt
@require_POST
def provider_webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """What a payment provider tells. It is signed; it makes us ask, and is never believed by itself."""
    if provider not in PROVIDERS:
        return JsonResponse({"code": "not_found"}, status=404)
    if int(request.headers.get("Content-Length") or 0) > LARGEST_WEBHOOK:
        return JsonResponse({"code": "too_large"}, status=413)
    try:
        attempt_id, new = webhook_receive(
            provider=provider, headers=dict(request.headers), body=request.body, now=timezone.now()
        )
    except SignatureWrong as error:
        return JsonResponse({"code": error.code, "detail": error.detail}, status=error.status)
    if attempt_id is not None:
        _send_advance(str(attempt_id))
    return JsonResponse({"received": True, "new": new})


def _send_advance(attempt_id: str) -> None:
    from checkout.tasks import advance_payment

    advance_payment.delay(attempt_id)
