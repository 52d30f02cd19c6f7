"""Doubt on its way to a decision: a look of the camera, then a person."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import models
from django.db.models import Q

from checkout.models.cameras import Camera
from checkout.models.checkouts import Checkout
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Lane, Store


def frame_storage() -> Storage:
    """Where pictures of carts lie: the storage `frames` of the settings, or a folder that no URL leads to."""
    if "frames" in settings.STORAGES:
        return storages["frames"]
    return FileSystemStorage(location=settings.DATA_DIR / "frames")


class EscalationState(models.TextChoices):
    LOOKING = "looking", "Camera is looking"
    WAITING = "waiting", "Waiting for staff"
    CLAIMED = "claimed", "With staff"
    RESOLVED = "resolved", "Resolved"


class Conclusion(models.TextChoices):
    SEEN = "seen", "Cleared by the camera"
    CLEARED = "cleared", "Cleared by staff"
    CORRECTED = "corrected", "Lines corrected"
    REOPENED = "reopened", "Shopper went on shopping"
    TILL = "till", "Handed to the till"
    REFUSED = "refused", "Refused"


class Escalation(StoreScoped):
    """One doubt about one checkout. Open until `resolved`; claimed by one person at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="escalations")
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="escalations")
    lane = models.ForeignKey(Lane, on_delete=models.SET_NULL, null=True, blank=True)
    state = models.CharField(max_length=10, choices=EscalationState)
    reasons = models.JSONField(default=list)
    looked_at = models.DateTimeField(null=True, blank=True)
    look_lease_until = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=dict, help_text="What the pictures showed, by product, and how sure.")
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="claimed_escalations"
    )
    claim_until = models.DateTimeField(null=True, blank=True)
    conclusion = models.CharField(max_length=10, choices=Conclusion, blank=True)
    reason_code = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=500, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="resolved_escalations"
    )
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    supervisor = models.BooleanField("for a supervisor", default=False)
    paged_at = models.DateTimeField(null=True, blank=True, help_text="When somebody was called, as nobody was on duty.")
    paged_to = models.PositiveSmallIntegerField(default=0, help_text="How many people and systems were called.")
    proposal = models.JSONField(default=dict, blank=True, help_text="A decision that a second person must confirm.")
    taught_at = models.DateTimeField(null=True, blank=True, help_text="When its pictures were looked at for teaching.")
    undone = models.PositiveSmallIntegerField(default=0)
    wrong = models.BooleanField("wrong accusation", default=False)
    hold_reason = models.CharField(max_length=300, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="held_escalations"
    )

    class Meta:
        ordering = ["opened_at"]
        indexes = [models.Index(fields=["store", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["checkout"], condition=~Q(state="resolved"), name="one_open_escalation_per_checkout"
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False) | ~Q(state="resolved"),
                name="a_resolved_escalation_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Escalation {str(self.id)[:8]}"


class Rescan(StoreScoped):
    """Lines of a review that are scanned again, with the store's handheld or a phone.

    `wanted` is [{line, product, name, quantity}], `scanned` is [{code, product, name, at}].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="rescans")
    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="rescans")
    wanted = models.JSONField(default=list)
    scanned = models.JSONField(default=list)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"], condition=Q(ended_at=None), name="one_open_rescan_per_escalation"
            )
        ]

    def __str__(self) -> str:
        return f"Rescan {str(self.id)[:8]}"


class Frame(StoreScoped):
    """A picture taken for an escalation: no frame without one, and a date of deletion at birth."""

    retailer_path: ClassVar[str] = "escalation__store__retailer_id"
    store_path: ClassVar[str] = "escalation__store_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="frames")
    camera = models.ForeignKey(Camera, on_delete=models.SET_NULL, null=True, blank=True)
    image = models.FileField(storage=frame_storage, max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sharpness = models.FloatField(default=0)
    marks = models.JSONField(default=list, help_text="Codes read in the picture, with their corners.")
    packs = models.JSONField(default=list, help_text="Packs recognised, with their outlines and how sure.")
    unknown = models.JSONField(default=list, help_text="Regions that match nothing.")
    taken_at = models.DateTimeField()
    delete_after = models.DateTimeField(db_index=True)
    deleting_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["taken_at"]

    def __str__(self) -> str:
        return f"Frame {str(self.id)[:8]}"
