"""What was sold, line by line, and what was given back of it: never more than was paid."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from checkout.models.checkouts import Checkout
from checkout.models.payments import PaymentAttempt
from inventory.models.catalogue import Product
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class SaleLine(StoreScoped):
    """A line as it was paid: `amount_minor` with discounts, deposit, tax and its part of the rounding, so that the
    lines of a checkout add up to what was paid. A weighed line is one piece."""

    retailer_path: ClassVar[str] = "checkout__store__retailer_id"
    store_path: ClassVar[str] = "checkout__store_id"
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="sale_lines")
    line = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    pieces = models.PositiveIntegerField()
    weight_g = models.PositiveIntegerField(null=True, blank=True)
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    refunded_pieces = models.PositiveIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    refunded_tax_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["checkout", "line"], name="sale_line_once_per_checkout"),
            models.CheckConstraint(
                condition=Q(refunded_pieces__lte=F("pieces"), refunded_minor__gte=0)
                & Q(refunded_minor__lte=F("amount_minor")),
                name="no_refund_over_what_a_line_cost",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} x {self.name}"


class RefundState(models.TextChoices):
    WAITING = "waiting", "Waiting for a second person"
    PENDING = "pending", "On its way"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    REFUSED = "refused", "Refused"


class Refund(StoreScoped):
    """Money given back for lines of a paid checkout. `lines` is [{line, pieces, amount, tax}] in minor units.

    `reference` names its cause (a dispute, for example), and stands for one refund only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="refunds")
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=8, choices=RefundState)
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    lines = models.JSONField(default=list)
    reason = models.CharField(max_length=30)
    note = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=64, unique=True)
    reference = models.CharField(max_length=60, blank=True)
    automatic = models.BooleanField(default=False)
    void = models.BooleanField(default=False, help_text="All of the sale was undone, and its exit pass with it.")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["store", "state"])]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_refund_gives_something_back"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(requested_by=None) | ~Q(decided_by=F("requested_by")),
                name="four_eyes_are_of_two_people",
            ),
            models.UniqueConstraint(
                fields=["store", "reference"],
                condition=~Q(reference="") & ~Q(state__in=["failed", "refused"]),
                name="one_refund_per_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"Refund {str(self.id)[:8]}"

    @property
    def paid_out_minor(self) -> int:
        """What is really handed out: the amount, with cash rounded to what coins can pay. Reads the parts."""
        return int(self.amount_minor + sum(part.rounding_minor for part in self.parts.all()))


class RefundPart(StoreScoped):
    """The part of a refund that goes back to one tender; asked of its provider under `key`, like an attempt."""

    retailer_path: ClassVar[str] = "refund__store__retailer_id"
    store_path: ClassVar[str] = "refund__store_id"
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="parts")
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="refund_parts")
    amount_minor = models.BigIntegerField()
    rounding_minor = models.BigIntegerField(
        default=0, help_text="What cash gives more (or, below 0, less) than the amount."
    )
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=8, default="pending", choices=[("pending", "Pending"), ("done", "Done"), ("failed", "Failed")]
    )
    reference = models.CharField(max_length=120, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField()
    asked = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "attempt"], name="one_part_per_tender"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_refund_part_gives_something_back"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} to {self.attempt_id}"
