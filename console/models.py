"""How a person proves who they are beyond the password, where they are signed in, and the figures of past days."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models

from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Store

__all__ = ["RecoveryCode", "SecondFactor", "StaffSession", "Store", "StoreDay", "StoreMonth"]


class SecondFactor(models.Model):
    """An authenticator app's secret (sealed) and recovery codes (hashed). Without `enrolled_at` it is not in force."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor")
    secret_sealed = models.BinaryField(editable=False)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    # A code counts once: the newest time step (30 s since 1970) that was used.
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """A code for the day the phone is lost; it counts once."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "code_hash"], name="recovery_code_once_per_factor")]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class StaffSession(models.Model):
    """A browser in which somebody is signed in; it goes with the session."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_sessions")
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"session of {self.user_id}"


class StoreDay(StoreScoped):
    """The figures of a store's day that is over (`console.figures.Figures`): reports need not count its rows again."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="report_days")
    day = models.DateField(help_text="In the store's own time.")
    figures = models.JSONField()
    version = models.PositiveSmallIntegerField(help_text="Of the way of counting.")
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["store", "day"], name="figures_once_per_store_and_day")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.day}"


class StoreMonth(StoreScoped):
    """What a store truly lost in a month, estimated from its full random checks; of the current one up to `until`."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="report_months")
    month = models.DateField(help_text="Its first day, in the store's own time.")
    until = models.DateField(help_text="The day before which it is counted.")
    losses = models.JSONField(help_text="[{mode, trips, drawn, full, found_minor, loss}].")
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["store", "month"], name="losses_once_per_store_and_month")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.month:%Y-%m}"
