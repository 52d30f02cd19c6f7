"""The checkout of one sealed revision, and the keys that make its calls repeatable."""

import uuid

from django.db import models
from django.db.models import F, Q

from carts.models.trips import Trip
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class CheckoutState(models.TextChoices):
    IN_REVIEW = "in_review", "In review"
    CLEARED = "cleared", "Cleared"
    PAYING = "paying", "Paying"
    UNKNOWN = "unknown", "Payment unknown"
    PAID = "paid", "Paid"
    REFUSED = "refused", "Refused"
    ABANDONED = "abandoned", "Abandoned"


SETTLING = ["paying", "unknown", "paid"]
ENDED = ["refused", "abandoned"]


class Checkout(StoreScoped):
    """What is owed for a sealed revision. `open_escalations` and `open_problems` are changed in the transaction of the
    doubt itself, and the database refuses to pay while either is not zero."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="checkouts")
    trip = models.ForeignKey(Trip, on_delete=models.PROTECT, related_name="checkouts")
    revision = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=CheckoutState)
    open_escalations = models.PositiveIntegerField(default=0)
    open_problems = models.PositiveIntegerField(default=0, help_text="Lines that still wait for a person's word.")
    # Kept by triggers of the database (checkout.models.triggers), so that no code can settle past them.
    reserved_minor = models.BigIntegerField(default=0, editable=False, help_text="In attempts that are not over.")
    captured_minor = models.BigIntegerField(default=0, editable=False)
    action = models.CharField(max_length=10, help_text="What the policy chose: pay, look, rescan or ask.")
    reasons = models.JSONField(default=list, help_text="Why, as [{code, text}].")
    judgement = models.JSONField(default=dict, help_text="What the policy weighed: risk, expected loss, doubts, draw.")
    till_only = models.BooleanField(
        default=False, help_text="A doubt that nobody looked into: the till checks and takes it."
    )
    corrected = models.JSONField(default=list, blank=True, help_text="What staff changed: [{name, before, after}].")
    unconfirmed = models.BooleanField(default=False, help_text="A correction that the shopper has not confirmed.")
    message = models.CharField(max_length=300, blank=True, help_text="Told to the shopper instead of the usual words.")
    language = models.CharField(max_length=5, default="en")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["store", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=SETTLING) | Q(open_escalations=0), name="no_payment_over_an_open_escalation"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SETTLING) | Q(open_problems=0), name="no_payment_over_an_open_problem"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SETTLING) | Q(unconfirmed=False), name="no_payment_over_an_unseen_correction"
            ),
            models.CheckConstraint(
                condition=Q(reserved_minor__gte=0, reserved_minor__lte=F("amount_minor")),
                name="tenders_stay_within_the_sealed_amount",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(captured_minor=F("amount_minor")), name="paid_is_the_sealed_amount"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="a_checkout_owes_nothing_negative"),
            models.UniqueConstraint(fields=["trip"], condition=~Q(state__in=ENDED), name="one_live_checkout_per_trip"),
        ]

    def __str__(self) -> str:
        return f"Checkout {str(self.id)[:8]}"


class IdempotencyKey(StoreScoped):
    """A POST that may be repeated: the same key and body get the same bytes again. Kept 30 days."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    principal = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    lease_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_at"])]
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="idempotency_key_once_per_principal")]

    def __str__(self) -> str:
        return self.key
