"""What keeps a line from being sold until somebody says a word: age, hours of sale, quantity, recall."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from carts.models.trips import Trip
from checkout.models.checkouts import Checkout
from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store


class ProblemKind(models.TextChoices):
    AGE = "age", "Age to be confirmed"
    HOURS = "hours", "Outside its hours of sale"
    LIMIT = "limit", "More than one shopper may buy"
    RECALLED = "recalled", "Recalled"
    STOPPED = "stopped", "Not for sale"


class Resolution(models.TextChoices):
    CONFIRMED = "confirmed", "Age confirmed"
    ALLOWED = "allowed", "Allowed by staff"
    REDUCED = "reduced", "Reduced to the limit"
    REMOVED = "removed", "Taken out"
    PASSED = "passed", "No longer so"
    LEFT = "left", "Shopper went on"


class LineProblem(StoreScoped):
    """A problem of one line of a checkout. No document and no birthday is kept of an age check: who confirmed, when."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="line_problems")
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="problems")
    trip = models.ForeignKey(Trip, on_delete=models.PROTECT, related_name="line_problems")
    line = models.PositiveIntegerField()
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=ProblemKind)
    limit = models.PositiveIntegerField(null=True, blank=True, help_text="Years of age, or pieces.")
    quantity = models.PositiveIntegerField(default=1)
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["store"], condition=Q(resolution=""), name="open_problems_of_a_store")]
        constraints = [
            models.UniqueConstraint(
                fields=["checkout", "line", "kind"],
                condition=Q(resolution=""),
                name="one_open_problem_per_line_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(resolution="", resolved_at=None) | (~Q(resolution="") & Q(resolved_at__isnull=False)),
                name="a_resolved_problem_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"
