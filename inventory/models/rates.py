"""How much of a tenant's minute is used, where there is no Redis to count it."""

from django.db import models

from inventory.models.scoping import Scoped
from inventory.models.tenancy import Retailer


class RateWindow(Scoped):
    """One tenant's minute for one kind of call; see `inventory.services.rates`."""

    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="rate_windows")
    kind = models.CharField(max_length=20)
    used = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["retailer", "kind"]
        constraints = [models.UniqueConstraint(fields=["retailer", "kind"], name="one_rate_window_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.used}"
