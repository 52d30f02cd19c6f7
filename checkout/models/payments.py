"""Attempts to pay: rows, one asked about at a time, each with a key of ours that the provider sees."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from checkout.models.checkouts import Checkout
from inventory.models.scoping import StoreScoped


class AttemptState(models.TextChoices):
    CREATED = "created", "Created"
    UNKNOWN = "unknown", "Unknown"
    AUTHORISED = "authorised", "Authorised"
    CAPTURED = "captured", "Captured"
    DECLINED = "declined", "Declined"
    VOIDED = "voided", "Voided"


class Intent(models.TextChoices):
    """What we want of the provider: money set aside, taken, or let go."""

    HOLD = "hold", "Set aside"
    CAPTURE = "capture", "Take"
    VOID = "void", "Let go"


IN_FLIGHT = ["created", "unknown"]
LIVE_ATTEMPTS = [*IN_FLIGHT, "authorised"]


class PaymentAttempt(StoreScoped):
    """One tender: a part of what is owed, or all of it, by one way to pay.

    The provider is called outside any transaction with `key`; an unknown end is asked again, never repeated.
    `requested_minor` is what it was asked for, `amount_minor` what it gave (a partial approval gives less), without
    `tip_minor` and without what rounding to coins adds or leaves (`rounding_minor`). Whoever asks holds `lease_until`;
    not before `due_at` it is asked again.
    """

    retailer_path: ClassVar[str] = "checkout__store__retailer_id"
    store_path: ClassVar[str] = "checkout__store_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="attempts")
    provider = models.CharField(max_length=12)
    method = models.CharField(max_length=20)
    source = models.CharField(max_length=120)
    key = models.CharField(max_length=64, unique=True)
    amount_minor = models.BigIntegerField()
    requested_minor = models.BigIntegerField(default=0)
    tip_minor = models.BigIntegerField(default=0)
    rounding_minor = models.BigIntegerField(
        default=0, help_text="What cash took more (or, below 0, less) than the amount."
    )
    # Kept by a trigger of the database from the refunds' parts.
    refunded_minor = models.BigIntegerField(default=0, editable=False)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=AttemptState, default=AttemptState.CREATED)
    intent = models.CharField(max_length=8, choices=Intent, default=Intent.CAPTURE)
    reference = models.CharField(max_length=120, blank=True, help_text="The provider's own id.")
    detail = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    asked = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["reference"])]
        constraints = [
            models.UniqueConstraint(
                fields=["checkout"], condition=Q(state__in=IN_FLIGHT), name="one_attempt_in_flight_per_checkout"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, tip_minor__gte=0), name="an_attempt_takes_nothing_negative"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor=0)
                | Q(state="captured", refunded_minor__gt=0, refunded_minor__lte=F("amount_minor") + F("tip_minor")),
                name="no_refund_over_what_was_captured",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount_minor}"


class ProviderEvent(StoreScoped):
    """A webhook that came in: its id is taken once, so that a replay changes nothing. `store` where it is known."""

    store_path: ClassVar[str] = "attempt__checkout__store_id"
    retailer_path: ClassVar[str] = "attempt__checkout__store__retailer_id"
    provider = models.CharField(max_length=12)
    event = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "event"], name="a_provider_event_counts_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind}"


class TillBasket(StoreScoped):
    """A basket handed to a manned till: what the till says of it is the `till` provider's memory."""

    retailer_path: ClassVar[str] = "attempt__checkout__store__retailer_id"
    store_path: ClassVar[str] = "attempt__checkout__store_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.OneToOneField(PaymentAttempt, on_delete=models.PROTECT, related_name="till_basket")
    state = models.CharField(
        max_length=8, default="open", choices=[("open", "Open"), ("paid", "Paid"), ("voided", "Voided")]
    )
    tender = models.CharField(max_length=20, blank=True, help_text="How it was paid there: cash, card, …")
    reference = models.CharField(max_length=60, blank=True, help_text="The till's own number.")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Basket {str(self.id)[:8]}"
