"""REST of the checkout: open it, pay it."""

import json
from typing import Any, cast

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carts.authentication import IsCart
from checkout.models.below import Device
from checkout.schemas import (
    CheckoutRequest,
    CheckoutSerializer,
    ConfirmRequest,
    PaymentRequest,
)
from checkout.selectors.checkouts import checkout_body, checkout_of_cart
from checkout.services.advancing import payment_advance
from checkout.services.checkouts import checkout_open
from checkout.services.confirming import correction_confirm
from checkout.services.idempotency import Answer, fingerprint, key_checked, run_once
from checkout.services.payments import attempt_key, payment_start

KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="Of your own; the same for every repeat.")  # fmt: skip  # noqa: E501


class Once(APIView):
    """A POST under an idempotency key."""

    permission_classes = [IsCart]

    def once(self, request: Request, call: Any) -> HttpResponse:
        device = cast(Device, request.auth)
        (status, body), repeated = run_once(
            principal=f"device:{device.cart_id or device.pk}",
            key=key_checked(request.headers.get("Idempotency-Key")),
            store_id=device.store_id,
            print_=fingerprint(request.method or "", request.path, json.dumps(request.data, sort_keys=True).encode()),
            now=timezone.now(),
            call=call,
        )
        headers = {"Idempotent-Replayed": "true"} if repeated else {}
        return HttpResponse(body, status=status, content_type="application/json", headers=headers)


class CheckoutCreateView(Once):
    """Open the checkout of a sealed trip. A clear trip may be paid at once; a trip in doubt is looked at first."""

    @extend_schema(
        operation_id="checkout_open", parameters=[KEY], request=CheckoutRequest, responses={201: CheckoutSerializer}
    )
    def post(self, request: Request, trip: Any) -> HttpResponse:
        serializer = CheckoutRequest(data=request.data)
        serializer.is_valid(raise_exception=True)
        device, told = cast(Device, request.auth), serializer.validated_data

        def call() -> Answer:
            checkout, _ = checkout_open(
                trip_id=trip,
                cart_id=cast(Any, device.cart_id),
                language=told.get("language", ""),
                lane_id=told.get("lane"),
                now=timezone.now(),
            )
            return 201, json_bytes(checkout_body(checkout_of_cart(checkout.id, cast(Any, device.cart_id))))

        return self.once(request, call)


class CheckoutView(APIView):
    """The checkout as it stands."""

    permission_classes = [IsCart]

    @extend_schema(operation_id="checkout_retrieve", responses=CheckoutSerializer)
    def get(self, request: Request, checkout: Any) -> Response:
        device = cast(Device, request.auth)
        return Response(checkout_body(checkout_of_cart(checkout, cast(Any, device.cart_id))))


class CorrectionConfirmView(Once):
    """The shopper has seen what staff corrected, and agrees; payment opens. Who does not agree asks for help."""

    @extend_schema(
        operation_id="correction_confirm", parameters=[KEY], request=ConfirmRequest, responses=CheckoutSerializer
    )
    def post(self, request: Request, checkout: Any) -> HttpResponse:
        serializer = ConfirmRequest(data=request.data)
        serializer.is_valid(raise_exception=True)
        cart_id = cast(Any, cast(Device, request.auth).cart_id)
        revision = serializer.validated_data["revision"]

        def call() -> Answer:
            correction_confirm(checkout_id=checkout, cart_id=cart_id, revision=revision, now=timezone.now())
            return 200, json_bytes(checkout_body(checkout_of_cart(checkout, cart_id)))

        return self.once(request, call)


class PaymentCreateView(Once):
    """Pay what is owed, or a part. What can't be known yet has state `unknown`; it is asked again, never repeated."""

    @extend_schema(
        operation_id="payment_create", parameters=[KEY], request=PaymentRequest, responses={201: CheckoutSerializer}
    )
    def post(self, request: Request, checkout: Any) -> HttpResponse:
        serializer = PaymentRequest(data=request.data)
        serializer.is_valid(raise_exception=True)
        device, told = cast(Device, request.auth), serializer.validated_data
        owed = checkout_of_cart(checkout, cast(Any, device.cart_id))
        key = attempt_key(f"device:{device.cart_id}", key_checked(request.headers.get("Idempotency-Key")))

        def call() -> Answer:
            attempt = payment_start(
                checkout_id=owed.id, method=told["method"], source=told["source"], key=key, now=timezone.now(),
                amount_minor=told.get("amount"), tip_minor=told["tip"],
            )  # fmt: skip
            payment_advance(attempt_id=attempt.id, now=timezone.now())
            return 201, json_bytes(checkout_body(checkout_of_cart(owed.id, cast(Any, device.cart_id))))

        return self.once(request, call)


def json_bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
