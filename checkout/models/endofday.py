"""A store's business day: what was taken, what the providers say about it, and where the two differ."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class DayState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class BusinessDay(StoreScoped):
    """One per store and date, in the store's own time. Once closed, `totals` never change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="business_days")
    day = models.DateField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=DayState, default=DayState.OPEN)
    totals = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["store", "day"], name="one_business_day_per_date"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="a_closed_day_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class SettlementList(StoreScoped):
    """What a provider says it moved on a day; the newest of a provider stands. The same content is taken once."""

    retailer_path: ClassVar[str] = "business_day__store__retailer_id"
    store_path: ClassVar[str] = "business_day__store_id"
    business_day = models.ForeignKey(BusinessDay, on_delete=models.PROTECT, related_name="lists")
    provider = models.CharField(max_length=12)
    name = models.CharField(max_length=120, blank=True, help_text="Of the file, or where it was asked for.")
    digest = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["business_day", "provider", "digest"], name="a_settlement_list_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.business_day}"


class DifferenceState(models.TextChoices):
    OPEN = "open", "Open"
    EXPLAINED = "explained", "Explained"
    GONE = "gone", "Gone by itself"


class DayDifference(StoreScoped):
    """Where a provider's list and our books differ: work for a person, until it is explained or a later list agrees."""

    retailer_path: ClassVar[str] = "business_day__store__retailer_id"
    store_path: ClassVar[str] = "business_day__store_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    business_day = models.ForeignKey(BusinessDay, on_delete=models.PROTECT, related_name="differences")
    provider = models.CharField(max_length=12)
    kind = models.CharField(max_length=20)
    entry = models.CharField(max_length=8, default="charge", help_text="charge or refund")
    reference = models.CharField(max_length=120)
    ours_minor = models.BigIntegerField(null=True, blank=True)
    theirs_minor = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=DifferenceState, default=DifferenceState.OPEN)
    note = models.CharField(max_length=500, blank=True)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["found_at", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["business_day", "provider", "entry", "reference"], name="one_difference_per_payment_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
