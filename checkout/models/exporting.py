"""What a retailer's own systems take from us: orders in an order that never has holes, and the key to read them."""

from django.conf import settings
from django.db import models

from checkout.models.receipts import Receipt
from inventory.models.scoping import Scoped
from inventory.models.tenancy import Retailer

BEFORE_SCOPES = "orders:read days:read days:close"


class FeedCounter(Scoped):
    """The last position of a retailer's order feed; raised under its row's lock, so that readers never skip one."""

    retailer = models.OneToOneField(Retailer, on_delete=models.CASCADE, primary_key=True, related_name="feed_counter")
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["retailer"]

    def __str__(self) -> str:
        return f"{self.retailer}: {self.last}"


class FeedEntry(Scoped):
    """An order was paid, or something of it changed. Positions of a retailer count 1, 2, 3 … in order of commit."""

    retailer = models.ForeignKey(Retailer, on_delete=models.PROTECT, related_name="feed")
    position = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=120, help_text="What it tells of; told once.")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "feed entries"
        constraints = [
            models.UniqueConstraint(fields=["retailer", "position"], name="feed_position_once_per_retailer"),
            models.UniqueConstraint(fields=["retailer", "reference"], name="a_change_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind}"


class ExportToken(Scoped):
    """Lets a retailer's system do what its scopes say (`Authorization: Bearer …`). Kept as SHA-256 only."""

    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="export_tokens")
    name = models.CharField(max_length=60)
    # Tokens from before there were scopes could do all that there was.
    scopes = models.CharField(
        max_length=200, db_default=BEFORE_SCOPES, help_text="What it may do, names of `inventory.access.Scope`."
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
