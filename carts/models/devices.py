"""Carts and the credentials of devices.

Secrets are kept as SHA-256 only: they are random and long, so no salt is needed.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class Cart(StoreScoped):
    """A cart, or a phone that scans along. `epoch` fences: only the newest connection's writes take effect."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="carts")
    label = models.CharField(max_length=24, help_text="As printed on the cart.")
    epoch = models.PositiveBigIntegerField(default=0, editable=False)
    active = models.BooleanField(default=True)
    quarantined_at = models.DateTimeField(
        null=True, blank=True, help_text="Set when the same seq came with other content."
    )
    connected_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    firmware = models.CharField(max_length=60, blank=True, editable=False)
    battery = models.FloatField(null=True, blank=True, editable=False)
    charging = models.BooleanField(default=False, editable=False)
    temperature_c = models.FloatField(null=True, blank=True, editable=False)
    scale_division_g = models.FloatField(default=1)
    scale_capacity_g = models.PositiveIntegerField(default=40_000)
    clock_skew_s = models.FloatField(default=0, editable=False)

    class Meta:
        ordering = ["label"]
        constraints = [models.UniqueConstraint(fields=["store", "label"], name="cart_label_once_per_store")]

    def __str__(self) -> str:
        return self.label


class DeviceKind(models.TextChoices):
    CART = "cart", "Cart tablet"
    GATE = "gate", "Exit gate"
    CAMERA = "camera", "Camera agent"
    TILL = "till", "Manned till"


class Device(StoreScoped):
    """A credential of a device; at most one of a cart is live."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="devices")
    kind = models.CharField(max_length=8, choices=DeviceKind, default=DeviceKind.CART)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, null=True, blank=True, related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["cart"], condition=Q(revoked_at=None, cart__isnull=False), name="one_live_device_per_cart"
            ),
            models.CheckConstraint(
                condition=Q(kind="cart", cart__isnull=False) | (~Q(kind="cart") & Q(cart=None)),
                name="cart_devices_have_a_cart",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.cart or self.store}"


class EnrolmentCode(StoreScoped):
    """A one-time code that a device trades for its token."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="enrolment_codes")
    kind = models.CharField(max_length=8, choices=DeviceKind, default=DeviceKind.CART)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, null=True, blank=True, related_name="enrolment_codes")
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"code for {self.cart or self.get_kind_display()}"


class Ticket(StoreScoped):
    """A one-use pass into the stream for a browser, which cannot send the credential's header; lives 30 s."""

    retailer_path: ClassVar[str] = "device__store__retailer_id"
    store_path: ClassVar[str] = "device__store_id"
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="tickets")
    ticket_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"ticket of {self.device}"
