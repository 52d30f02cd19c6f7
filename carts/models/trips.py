"""Trips and their projections: the basket's lines and the discrepancies. The journal is the truth behind them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from carts.models.devices import Cart
from carts.models.policies import PolicyVersion
from inventory.models.catalogue import Product
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class TripMode(models.TextChoices):
    CART = "cart", "Cart"
    PHONE = "phone", "Phone, no scale"


class TripState(models.TextChoices):
    SHOPPING = "shopping", "Shopping"
    SEALED = "sealed", "Sealed"
    IN_REVIEW = "in_review", "In review"
    CLEARED = "cleared", "Cleared"
    PAYING = "paying", "Paying"
    PAID = "paid", "Paid"
    CANCELLED = "cancelled", "Cancelled"


class Checked(models.TextChoices):
    """Who looked into the cart before it was paid or refused."""

    CAMERA = "camera", "Camera"
    STAFF = "staff", "Staff"


LIVE_STATES = [state for state in TripState if state not in {TripState.PAID, TripState.CANCELLED}]


class Trip(StoreScoped):
    """One shopper's way through the store. Times `_ms` are the cart's own milliseconds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="trips")
    cart = models.ForeignKey(Cart, on_delete=models.PROTECT, related_name="trips")
    stream = models.UUIDField()
    mode = models.CharField(max_length=8, choices=TripMode, default=TripMode.CART)
    state = models.CharField(max_length=12, choices=TripState, default=TripState.SHOPPING)
    reason = models.CharField(max_length=200, blank=True)
    shopper = models.CharField(max_length=64, blank=True, help_text="Pseudonym; empty for a guest.")
    language = models.CharField(max_length=5, default="en")
    started_at = models.DateTimeField()
    start_ms = models.BigIntegerField()
    last_ms = models.BigIntegerField()
    sealed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    sealed_revision = models.PositiveIntegerField(null=True, blank=True)
    totals = models.JSONField(default=dict)
    due_minor = models.BigIntegerField(default=0)
    items = models.PositiveIntegerField(default=0)
    open_discrepancies = models.PositiveIntegerField(default=0)
    assist_reason = models.CharField(max_length=200, blank=True)
    assist_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, blank=True, help_text="The engine's verdict at seal: clear or review.")
    risk = models.FloatField(null=True, blank=True)
    verdict = models.JSONField(default=dict, blank=True)
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="trips", help_text="It judges it."
    )
    checked_by = models.CharField(
        max_length=6, choices=Checked, blank=True, default="", db_default="", help_text="Who looked into the cart."
    )
    taught_at = models.DateTimeField(null=True, blank=True, help_text="When its weights were learned from, once.")

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["store", "state"]),
            models.Index(fields=["cart", "-started_at"]),
            models.Index(fields=["store", "-ended_at"]),
            models.Index(fields=["ended_at"], condition=Q(state="paid", taught_at=None), name="trips_that_still_teach"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cart"],
                condition=Q(state__in=[str(state) for state in LIVE_STATES]),
                name="one_live_trip_per_cart",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["shopping", "cancelled"]) | Q(sealed_revision__isnull=False),
                name="a_trip_past_shopping_has_a_sealed_revision",
            ),
        ]

    def __str__(self) -> str:
        return f"Trip {str(self.id)[:8]}"


class TripLine(StoreScoped):
    """A line of the basket; `revision` is the last one that changed it. A removed line stays, with quantity 0."""

    retailer_path: ClassVar[str] = "trip__store__retailer_id"
    store_path: ClassVar[str] = "trip__store_id"
    trip = models.ForeignKey(Trip, on_delete=models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=160)
    source = models.CharField(max_length=8, default="scanner")
    quantity = models.PositiveIntegerField()
    sold_by = models.CharField(max_length=4)
    weight_g = models.FloatField(null=True, blank=True)
    fixed_amount_minor = models.IntegerField(null=True, blank=True, help_text="The price on its label.")
    unit_price_minor = models.IntegerField()
    amount_minor = models.IntegerField()
    deposit_minor = models.IntegerField(default=0)
    tax_rate_bp = models.PositiveIntegerField(default=0)
    tax_minor = models.IntegerField(default=0)
    savings = models.JSONField(default=list)
    status = models.CharField(max_length=12)
    at_ms = models.BigIntegerField()
    revision = models.PositiveIntegerField()

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["trip", "line"], name="line_once_per_trip")]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"


class DiscrepancyState(models.TextChoices):
    OPEN = "open", "Open"
    CLEARED = "cleared", "Cleared"
    ESCALATED = "escalated", "Escalated"
    RESOLVED = "resolved", "Resolved"


class Discrepancy(StoreScoped):
    """Scan and weight disagree: what the engine believed, why, and how it ended. Grams; `_ms` are the cart's."""

    retailer_path: ClassVar[str] = "trip__store__retailer_id"
    store_path: ClassVar[str] = "trip__store_id"
    trip = models.ForeignKey(Trip, on_delete=models.CASCADE, related_name="discrepancies")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=DiscrepancyState, default=DiscrepancyState.OPEN)
    opened_ms = models.BigIntegerField()
    cleared_ms = models.BigIntegerField(null=True, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    products = models.JSONField(default=list)
    expected_g = models.FloatField()
    observed_g = models.FloatField()
    tolerance_g = models.FloatField()
    probability = models.FloatField()
    candidates = models.JSONField(default=list)
    advice = models.TextField()
    explanation = models.JSONField(default=dict)
    disputed = models.CharField(max_length=200, blank=True)
    found_true = models.BooleanField(null=True, blank=True, help_text="What a look found; empty where nobody looked.")

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "discrepancies"
        constraints = [models.UniqueConstraint(fields=["trip", "number"], name="discrepancy_number_once_per_trip")]

    def __str__(self) -> str:
        return f"{self.kind} {self.observed_g:.0f} g"
