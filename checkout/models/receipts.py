"""What the shopper takes home, the pass that opens the gate, and what gates did with it."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from carts.models.devices import Device
from checkout.models.checkouts import Checkout
from checkout.models.signing import SigningKey
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class Receipt(StoreScoped):
    """Frozen at settlement: `body` holds all that it shows. `public_id` is unguessable, `number` counts per store.

    `signature` is Ed25519 over the canonical document (`checkout.signatures`), by `key`; empty on receipts from before
    there were signatures.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="receipts")
    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, related_name="receipt")
    public_id = models.CharField(max_length=43, unique=True)
    number = models.PositiveBigIntegerField()
    body = models.JSONField()
    issued_at = models.DateTimeField()
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts")
    signature = models.CharField(max_length=86, blank=True, editable=False)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [models.UniqueConstraint(fields=["store", "number"], name="receipt_number_once_per_store")]

    def __str__(self) -> str:
        return f"Receipt {self.number}"


class ReceiptCounter(StoreScoped):
    """The last receipt number of a store; raised in the settling transaction, so that numbers have no holes."""

    store = models.OneToOneField(Store, on_delete=models.CASCADE, primary_key=True, related_name="receipt_counter")
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["store"]

    def __str__(self) -> str:
        return f"{self.store}: {self.last}"


class ReceiptMail(StoreScoped):
    """A shopper's wish to get the receipt by e-mail. The address is encrypted, and gone once it was sent or given up:
    the database keeps no address without a task for it."""

    retailer_path: ClassVar[str] = "receipt__store__retailer_id"
    store_path: ClassVar[str] = "receipt__store_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="mails")
    address_sealed = models.BinaryField(blank=True, default=b"", editable=False)
    language = models.CharField(max_length=5, default="en")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None, given_up_at=None) | Q(address_sealed=b""),
                name="no_address_is_kept_after_its_mail",
            )
        ]

    def __str__(self) -> str:
        return f"Mail of {self.receipt}"


class ExitPass(StoreScoped):
    """Opens the gate once, for minutes; its token is signed over `id` and is not stored."""

    retailer_path: ClassVar[str] = "checkout__store__retailer_id"
    store_path: ClassVar[str] = "checkout__store_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, related_name="exit_pass")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-expires_at"]
        verbose_name_plural = "exit passes"

    def __str__(self) -> str:
        return f"Exit pass {str(self.id)[:8]}"


class GateOpening(StoreScoped):
    """A gate opened for a pass: with the server's leave, or `offline` on the signature alone, told afterwards.

    More than one row of a pass means that gates without the server opened twice for it.
    """

    retailer_path: ClassVar[str] = "gate__store__retailer_id"
    store_path: ClassVar[str] = "gate__store_id"
    exit_pass = models.ForeignKey(ExitPass, on_delete=models.PROTECT, related_name="openings")
    gate = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(help_text="By the gate's clock where it was offline.")
    received_at = models.DateTimeField(db_index=True)
    offline = models.BooleanField(default=False)
    nonce = models.CharField(max_length=36, blank=True, help_text="The gate's own name for this call.")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["exit_pass", "gate"], name="a_gate_opens_once_for_a_pass")]

    def __str__(self) -> str:
        return f"{self.exit_pass} at {self.opened_at:%H:%M:%S}"
