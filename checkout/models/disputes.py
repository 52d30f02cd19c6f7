"""What a shopper holds against a line of the receipt, and what came of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from checkout.models.receipts import Receipt
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class DisputeState(models.TextChoices):
    OPEN = "open", "Waiting for an answer"
    ACCEPTED = "accepted", "Accepted, refund to be made"
    REFUNDED = "refunded", "Refunded"
    REFUSED = "refused", "Not accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DisputeKind(models.TextChoices):
    UNSAID = "unsaid", "Not said"
    NOT_TAKEN = "not_taken", "Not in the shopping"
    QUANTITY = "quantity", "Wrong number"
    PRICE = "price", "Wrong price or discount"
    WEIGHT = "weight", "Wrong weight"
    QUALITY = "quality", "Damaged or spoiled"


class Dispute(StoreScoped):
    """One per line of a receipt. `amount_minor` is what the shopper paid for the line, with deposit and tax.

    `cost` tells what an accepted one counts as: `wrong_accusation` where the line was on the bill because we doubted
    the shopper, else `refund`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="disputes")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="disputes")
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=DisputeKind, default=DisputeKind.UNSAID)
    note = models.CharField(max_length=300, blank=True, help_text="In the shopper's own words.")
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=DisputeState, default=DisputeState.OPEN)
    automatic = models.BooleanField(default=False, help_text="Accepted by the store's rule, without a person.")
    answer = models.CharField(max_length=300, blank=True, help_text="Told to the shopper.")
    cost = models.CharField(max_length=16, blank=True)
    refund_key = models.CharField(max_length=80, blank=True, help_text="The refund's key; the same for every try.")
    refunded_minor = models.BigIntegerField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True, help_text="Why the refund could not be made yet.")
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["store", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "line"], name="one_dispute_per_line"),
            models.CheckConstraint(
                condition=~Q(state="refunded") | Q(refunded_minor__isnull=False), name="a_refunded_dispute_has_a_sum"
            ),
        ]

    def __str__(self) -> str:
        return f"Dispute {str(self.id)[:8]}"
