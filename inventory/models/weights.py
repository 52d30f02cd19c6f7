"""What trips have taught about a product's weight."""

from django.db import models

from inventory.models.catalogue import Product
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class LearnedWeight(StoreScoped):
    """The belief about one product in one store; `belief` is the engine's own state, the rest is for people to read."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="learned_weights")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="learned_weights")
    belief = models.JSONField()
    mean_g = models.FloatField("mean (g)")
    sd_g = models.FloatField("standard deviation (g)")
    observations = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["product"]
        # What was learned since a server last looked (`learned_since`), without reading the whole book.
        indexes = [models.Index(fields=["store", "updated_at"])]
        constraints = [models.UniqueConstraint(fields=["store", "product"], name="one_belief_per_store_and_product")]

    def __str__(self) -> str:
        return f"{self.product}: {self.mean_g:.0f} ± {self.sd_g:.0f} g"


class WeightDay(StoreScoped):
    """What was believed at the end of a day (UTC): the history of a product's weight in a store."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="weight_days")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="weight_days")
    day = models.DateField()
    mean_g = models.FloatField("mean (g)")
    sd_g = models.FloatField("standard deviation (g)")
    observations = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=40, blank=True, help_text="What people did: set, forgotten.")

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["store", "product", "day"], name="one_weight_per_day")]

    def __str__(self) -> str:
        return f"{self.product}, {self.day}: {self.mean_g:.0f} g"
