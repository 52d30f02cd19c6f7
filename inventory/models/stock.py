"""Stock as a ledger: the level is never written but by a movement."""

from django.db import models

from inventory.models.catalogue import Product
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class MovementKind(models.TextChoices):
    SALE = "sale", "Sale"
    RETURN = "return", "Return"
    DELIVERY = "delivery", "Delivery"
    COUNT = "count", "Count"
    WASTE = "waste", "Waste"
    TRANSFER = "transfer", "Transfer"
    SHRINK = "shrink", "Shrink"


class StockMovement(StoreScoped):
    """A change of `quantity` (signed; pieces, or grams of what is sold by weight). `reference` makes it happen once."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="movements")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=MovementKind)
    quantity = models.IntegerField()
    reference = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["store", "product", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity} {self.product}"


class StockLevel(StoreScoped):
    """The sum of a product's movements in a store. Negative stock is allowed, and reported."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="levels")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="levels")
    quantity = models.IntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["quantity"]
        constraints = [models.UniqueConstraint(fields=["store", "product"], name="one_level_per_store_and_product")]

    def __str__(self) -> str:
        return f"{self.product}: {self.quantity}"
