"""What must leave after a commit, written in the transaction that caused it; and where the retailer hears of it."""

import uuid
from typing import ClassVar

from django.db import models

from inventory.models.scoping import Scoped, StoreScoped
from inventory.models.tenancy import Retailer, Store


class OutboxMessage(StoreScoped):
    """Delivered at least once, in order per `group`; `topic` names the handler."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="outbox")
    topic = models.CharField(max_length=40)
    group = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["delivered_at", "due_at"])]

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"


class WebhookEndpoint(Scoped):
    """An address of the retailer that is told of events, signed as Standard Webhooks with a secret of its own.

    `topics` are prefixes ("checkout.", "refund.paid"); none means all. `store` narrows it to one store.
    """

    retailer_path: ClassVar[str] = "retailer_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="webhook_endpoints")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    url = models.URLField(max_length=300)
    secret_sealed = models.BinaryField(editable=False)
    topics = models.JSONField(default=list, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["url"]
        constraints = [models.UniqueConstraint(fields=["retailer", "url"], name="webhook_url_once_per_retailer")]

    def __str__(self) -> str:
        return self.url
