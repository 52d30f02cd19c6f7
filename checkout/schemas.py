"""Bodies of the checkout's calls, checked on the way in and described for OpenAPI."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

CHECKOUT_STATES = ["in_review", "cleared", "paying", "unknown", "paid", "refused", "abandoned"]
PAYMENT_STATES = ["created", "authorised", "captured", "declined", "unknown", "voided"]


class CheckoutRequest(serializers.Serializer[Any]):
    language = serializers.CharField(max_length=10, required=False)
    lane = serializers.UUIDField(required=False, help_text="Where the cart stands; else the first with a camera.")


class ConfirmRequest(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="The checkout's, as the shopper was shown it.")


class PaymentRequest(serializers.Serializer[Any]):
    method = serializers.CharField(max_length=20, default="card")
    source = serializers.CharField(  # type: ignore[assignment]  # a Field has a source of its own
        max_length=120, help_text="The provider's token for the card; sandbox:approve in a demo."
    )
    amount = serializers.IntegerField(
        min_value=1, required=False, help_text="A part of what is open, in minor units; without it, all of it."
    )
    tip = serializers.IntegerField(min_value=0, default=0, help_text="Minor units; only where the store takes tips.")


PAYMENT: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "id": serializers.UUIDField(),
    "method": serializers.CharField(),
    "state": serializers.ChoiceField(PAYMENT_STATES),
    "amount": serializers.IntegerField(help_text="What it gives, without the tip."),
    "requested": serializers.IntegerField(help_text="What it was asked for: more than `amount` is a partial approval."),
    "tip": serializers.IntegerField(),
    "detail": serializers.CharField(),
    "code": serializers.CharField(help_text="To be shown at a manned till; empty otherwise."),
    "qr": serializers.CharField(help_text="The address of a picture of `code`."),
}


class CheckoutSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    trip = serializers.UUIDField()
    state = serializers.ChoiceField(CHECKOUT_STATES)
    revision = serializers.IntegerField()
    amount = serializers.IntegerField(help_text="Minor units.")
    currency = serializers.CharField()
    exponent = serializers.IntegerField()
    till_only = serializers.BooleanField(help_text="Only a till can take this payment, and it checks the cart.")
    corrections = inline_serializer(
        "CorrectedLine",
        {
            "name": serializers.CharField(),
            "before": serializers.IntegerField(help_text="Pieces."),
            "after": serializers.IntegerField(help_text="Pieces."),
        },
        many=True,
    )
    confirmation_due = serializers.BooleanField(help_text="Show the corrections, and have the shopper confirm them.")
    reasons = inline_serializer("Reason", {"code": serializers.CharField(), "text": serializers.CharField()}, many=True)
    problems = inline_serializer(
        "LineProblem",
        {
            "id": serializers.IntegerField(),
            "line": serializers.IntegerField(),
            "name": serializers.CharField(),
            "kind": serializers.ChoiceField(["age", "hours", "limit", "recalled", "stopped"]),
            "limit": serializers.IntegerField(allow_null=True, help_text="Years of age, or pieces."),
            "resolutions": serializers.ListField(child=serializers.CharField()),
        },
        many=True,
    )
    open_amount = serializers.IntegerField(help_text="What no payment covers yet, in minor units.")
    message = serializers.CharField(help_text="For the shopper, in the checkout's language.")
    accepts = inline_serializer(
        "Accepts",
        {
            "providers": serializers.ListField(child=serializers.CharField()),
            "split": serializers.BooleanField(help_text="Whether several payments may share the sum."),
            "most_tip": serializers.IntegerField(help_text="Minor units; 0 where the store takes no tips."),
        },
    )
    payment = inline_serializer("Payment", PAYMENT, allow_null=True)
    payments = inline_serializer("PaymentOfSeveral", PAYMENT, many=True)
    receipt = inline_serializer(
        "ReceiptLinks",
        {"url": serializers.CharField(), "pdf": serializers.CharField(), "qr": serializers.CharField()},
        allow_null=True,
    )
    exit_pass = inline_serializer(
        "ExitPassLinks",
        {"token": serializers.CharField(), "expires_at": serializers.DateTimeField(), "qr": serializers.CharField()},
        allow_null=True,
    )
