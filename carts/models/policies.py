"""The versions of a store's policy, and what-if replays asked for before one is switched on."""

import uuid
from typing import ClassVar

from django.db import models

from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class PolicyCause(models.TextChoices):
    """Why there is a new version: people set it, its budget moved the threshold, or it was found changed elsewhere."""

    SET = "set", "Set in the console"
    BUDGET = "budget", "Kept within the budget"
    FOUND = "found", "Changed outside the console"


class PolicyVersion(StoreScoped):
    """A store's policy as it held from `at` on: append-only. Each trip names the version that judges it.

    `settings` is `Store.policy` as it was; `alarm_probability` the threshold in force, which the budget may have put
    above the store's own; `basis` what a threshold was reckoned from.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="policy_versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    cause = models.CharField(max_length=8, choices=PolicyCause)
    by_name = models.CharField(max_length=150)
    note = models.CharField(max_length=200, blank=True)
    venue = models.CharField(max_length=20)
    settings = models.JSONField(default=dict)
    alarm_probability = models.FloatField()
    basis = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="policy_number_once_per_store"),
            models.CheckConstraint(
                condition=models.Q(alarm_probability__gt=0, alarm_probability__lt=1),
                name="an_alarm_threshold_is_a_probability",
            ),
        ]

    def __str__(self) -> str:
        return f"Policy {self.number}"


class PreviewState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"


class PolicyPreview(StoreScoped):
    """A what-if replay of a store's last trips: `settings` is the policy asked about, `found` what would have changed.

    `done` of `wanted` trips are replayed; `touched_at` says when somebody last worked on it.
    """

    retailer_path: ClassVar[str] = "store__retailer_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="policy_previews")
    settings = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=PreviewState, default=PreviewState.WAITING)
    trips = models.JSONField(default=list, help_text="Ids of the trips to replay.")
    wanted = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    claimed = models.BooleanField(default=False, db_default=False, help_text="A worker is at it.")
    found = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "touched_at"])]

    def __str__(self) -> str:
        return f"What if, {self.done} of {self.wanted} trips"
