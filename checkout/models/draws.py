"""Days of random checks: what was bound before a day, and disclosed after it."""

from django.db import models

from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class DrawDay(StoreScoped):
    """A store's seed of a day (UTC): its SHA-256 from before the day, itself once the day is over.

    `made_at` tells whether the commitment came before the day. `broken` is set when the seed that the server has now is
    not the one that was bound, as after a change of its secret.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="draw_days")
    day = models.DateField()
    commitment = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    seed = models.CharField(max_length=64, blank=True)
    disclosed_at = models.DateTimeField(null=True, blank=True)
    broken = models.BooleanField(default=False)

    class Meta:
        ordering = ["-day", "store"]
        constraints = [models.UniqueConstraint(fields=["store", "day"], name="one_draw_day_per_store_and_date")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
