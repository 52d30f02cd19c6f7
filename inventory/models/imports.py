"""Imports of catalogue files: what was checked and what was done; the newest remembers the mapping of columns."""

from django.conf import settings
from django.db import models

from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class ImportState(models.TextChoices):
    CHECKED = "checked", "Checked, not applied"
    REFUSED = "refused", "Refused"
    APPLIED = "applied", "Applied"
    WAITING = "waiting", "Waiting for a worker"
    RUNNING = "running", "At work"


class CatalogueImport(StoreScoped):
    """A file of products, with prices for one store. The file itself is kept until it is applied, or for a day."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="imports")
    filename = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/", blank=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, help_text="Field to column.")
    state = models.CharField(max_length=8, choices=ImportState)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    prices = models.PositiveIntegerField(default=0)
    skip_problems = models.BooleanField(default=False, help_text="Rows with problems are left out.")
    dry_run = models.BooleanField(default=False, db_default=False, help_text="Checked only.")
    problem_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="The first ones, by line.")
    samples = models.JSONField(default=list, help_text="Some of the changes.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    checked_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.filename} ({self.get_state_display().lower()})"

    @property
    def summary(self) -> list[tuple[str, str | int]]:
        """What people want to know first."""
        return [
            ("State", self.get_state_display()),
            ("Rows", self.rows),
            ("New products", self.created),
            ("Changed", self.changed),
            ("Unchanged", self.unchanged),
            ("Prices", self.prices),
            ("Problems", self.problem_count),
        ]
