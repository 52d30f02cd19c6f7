"""The journal: append-only, the truth. Also the engine's snapshots and the thinned trace of weight."""

from typing import ClassVar

from django.db import models

from carts.models.devices import Cart
from carts.models.trips import Trip
from carts.points import Point, unpacked
from inventory.models.scoping import StoreScoped


class Origin(models.TextChoices):
    CART = "cart", "Cart"
    SERVER = "server", "Server"
    STAFF = "staff", "Staff"


class JournalEntry(StoreScoped):
    """One thing that happened, in the order of `id`. A cart's event has its stream and `seq`; `fingerprint` is the
    SHA-256 of its content, by which a repeated seq is told from a conflicting one."""

    retailer_path: ClassVar[str] = "cart__store__retailer_id"
    store_path: ClassVar[str] = "cart__store_id"
    cart = models.ForeignKey(Cart, on_delete=models.PROTECT, related_name="journal")
    trip = models.ForeignKey(Trip, on_delete=models.PROTECT, null=True, blank=True, related_name="journal")
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.CART)
    stream = models.UUIDField(null=True, blank=True)
    seq = models.PositiveBigIntegerField(null=True, blank=True)
    epoch = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=16)
    at_ms = models.BigIntegerField()
    arrived_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    outcome = models.CharField(max_length=20, blank=True)
    detail = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "journal entries"
        indexes = [models.Index(fields=["trip", "id"])]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_once_per_stream")]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq or ''}".strip()


class Snapshot(StoreScoped):
    """The engine's state after a journal entry, so that taking a trip over need not replay it from its start."""

    retailer_path: ClassVar[str] = "trip__store__retailer_id"
    store_path: ClassVar[str] = "trip__store_id"
    trip = models.OneToOneField(Trip, on_delete=models.CASCADE, primary_key=True, related_name="snapshot")
    after_id = models.PositiveBigIntegerField(help_text="The newest journal entry that is in it.")
    at_ms = models.BigIntegerField()
    state = models.BinaryField()

    class Meta:
        ordering = ["trip"]

    def __str__(self) -> str:
        return f"snapshot of {self.trip_id}"


class TraceBlock(StoreScoped):
    """A stretch of a trip's thinned weight, for the console's plot; it expires. Read `readings`: blocks of before
    `packed` bear their points as JSON."""

    retailer_path: ClassVar[str] = "trip__store__retailer_id"
    store_path: ClassVar[str] = "trip__store_id"
    trip = models.ForeignKey(Trip, on_delete=models.CASCADE, related_name="trace")
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()
    points = models.JSONField(default=list)
    packed = models.BinaryField(default=b"")
    delete_after = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["from_ms"]
        constraints = [models.UniqueConstraint(fields=["trip", "from_ms"], name="trace_block_once")]

    def __str__(self) -> str:
        return f"{self.from_ms} to {self.to_ms} ms"

    @property
    def readings(self) -> list[Point]:
        """The points: the cart's milliseconds, grams."""
        return unpacked(bytes(self.packed)) if self.packed else [(int(at), float(grams)) for at, grams in self.points]
