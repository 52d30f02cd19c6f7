"""Prices and promotions of a store."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inventory.models.catalogue import Product
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class Price(StoreScoped):
    """Minor units for a piece, or for a kilogram of what is sold by weight; the newest valid row wins."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    amount_minor = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    source = models.CharField(max_length=120, blank=True, editable=False, help_text="The file it came with, if any.")

    class Meta:
        ordering = ["-valid_from"]
        indexes = [models.Index(fields=["store", "product", "-valid_from"])]
        constraints = [
            models.UniqueConstraint(fields=["store", "product", "valid_from"], name="price_once_per_moment"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="price_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.amount_minor}"


class Promotion(StoreScoped):
    """A promotion of one store; `rule` is one of the types of `inventory.pricing`, as JSON."""

    store_path: ClassVar[str] = "store_id"
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="promotions")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    rule = models.JSONField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="promotion_code_once_per_store")]

    def __str__(self) -> str:
        return self.name
