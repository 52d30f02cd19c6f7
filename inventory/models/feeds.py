"""Where a retailer's catalogue is fetched from, by itself."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from inventory.models.imports import CatalogueImport
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class FeedState(models.TextChoices):
    NEW = "new", "Not fetched yet"
    APPLIED = "applied", "Applied"
    SAME = "same", "Nothing new"
    REFUSED = "refused", "Refused: the file has problems"
    FAILED = "failed", "Could not be fetched"


class CatalogueFeed(StoreScoped):
    """An address whose file is imported again and again: what changed since, products of the retailer and prices of one
    store. `sealed_password` is encrypted; `lease_until` keeps two workers from fetching it at once."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(max_length=80)
    url = models.CharField(
        "address", max_length=500, help_text="https://host/path/file.csv or sftp://host:22/path/file.csv"
    )
    username = models.CharField(max_length=80, blank=True)
    sealed_password = models.BinaryField(default=bytes, editable=False)
    host_key = models.CharField(
        max_length=80, blank=True, help_text="For SFTP: the fingerprint of the server's key, SHA256:…"
    )
    every_minutes = models.PositiveIntegerField(default=60, validators=[MinValueValidator(5)])
    mapping = models.JSONField(default=dict, blank=True, help_text="Field to column; empty: as last used, or guessed.")
    skip_problems = models.BooleanField("leave out rows with problems", default=False)
    active = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=FeedState, default=FeedState.NEW, editable=False)
    detail = models.CharField(max_length=300, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="In a row.")
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    fetched_at = models.DateTimeField(null=True, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_import = models.ForeignKey(
        CatalogueImport, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["active", "next_at"])]
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="feed_name_once_per_store"),
            models.CheckConstraint(condition=models.Q(every_minutes__gte=5), name="a_feed_rests_five_minutes"),
        ]

    def __str__(self) -> str:
        return self.name
