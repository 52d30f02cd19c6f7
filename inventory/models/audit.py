"""The audit log: append-only, each entry hashed over the one before it."""

from django.conf import settings
from django.db import models

from inventory.models.scoping import Scoped
from inventory.models.tenancy import Retailer, Store


class AuditChain(Scoped):
    """The end of a tenant's chain: its row is the lock that puts appends in order, and gives a cut-off tail away."""

    name = models.CharField(primary_key=True, max_length=40)
    retailer = models.ForeignKey(Retailer, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AuditEntry(Scoped):
    """Who did what to what, and when; `chain` names the tenant's chain, `digest` is SHA-256 over the entry before."""

    store_path = "store_id"
    chain = models.CharField(max_length=40)
    position = models.PositiveBigIntegerField()
    retailer = models.ForeignKey(Retailer, on_delete=models.PROTECT, null=True, blank=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="audit_position_once_per_chain")]
        indexes = [models.Index(fields=["subject", "-id"])]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
