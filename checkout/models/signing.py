"""Keys that a retailer signs with: receipts, and exit passes. The private half is kept encrypted."""

import uuid

from django.db import models
from django.db.models import Q

from inventory.models.scoping import Scoped
from inventory.models.tenancy import Retailer


class KeyPurpose(models.TextChoices):
    RECEIPT = "receipt", "Receipts"
    PASS = "pass", "Exit passes"


class KeyState(models.TextChoices):
    ACTIVE = "active", "Signs"
    RETIRED = "retired", "Verifies only"
    REVOKED = "revoked", "Not trusted any more"


class SigningKey(Scoped):
    """An Ed25519 key pair. `kid` names it in what it has signed: the first half of its public key's SHA-256.

    A retired key verifies what it signed; a revoked one verifies nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    retailer = models.ForeignKey(Retailer, on_delete=models.PROTECT, related_name="signing_keys")
    purpose = models.CharField(max_length=8, choices=KeyPurpose)
    kid = models.CharField(max_length=16, unique=True, help_text="Eight bytes in hexadecimal.")
    public = models.BinaryField(max_length=32, editable=False)
    private_sealed = models.BinaryField(editable=False)
    state = models.CharField(max_length=8, choices=KeyState, default=KeyState.ACTIVE)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["retailer", "purpose"], condition=Q(state="active"), name="one_active_key_per_purpose"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.kid}"
