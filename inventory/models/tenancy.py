"""Retailers, their stores, and the lanes where a trip ends."""

import uuid
from typing import ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models

from inventory.models.scoping import Scoped, StoreScoped


class Venue(models.TextChoices):
    """What kind of place it is; presets the policy."""

    SUPERMARKET = "supermarket", "Supermarket"
    CONVENIENCE = "convenience", "Convenience store"
    STADIUM = "stadium", "Stadium kiosk"
    CAFETERIA = "cafeteria", "Cafeteria"
    AIRPORT = "airport", "Airport shop"


def validate_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Unknown time zone: use a name such as Europe/Vienna.")


class Retailer(Scoped):
    """A tenant. Nothing of one retailer is ever shown to another."""

    retailer_path: ClassVar[str] = "id"
    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Store(Scoped):
    """A place with one price list, one currency and one policy."""

    store_path: ClassVar[str] = "id"
    retailer = models.ForeignKey(Retailer, on_delete=models.PROTECT, related_name="stores")
    code = models.SlugField(help_text="Short name, unique within the retailer.")
    name = models.CharField(max_length=120)
    venue = models.CharField(max_length=20, choices=Venue, default=Venue.SUPERMARKET)
    country = models.CharField(max_length=2, default="AT", validators=[RegexValidator(r"^[A-Z]{2}$")])
    currency = models.CharField(max_length=3, default="EUR", validators=[RegexValidator(r"^[A-Z]{3}$")])
    currency_exponent = models.PositiveSmallIntegerField(default=2, validators=[MaxValueValidator(3)])
    tax_inclusive = models.BooleanField(default=True, help_text="Shelf prices include tax.")
    language = models.CharField(max_length=5, default="en")
    timezone = models.CharField(max_length=64, default="Europe/Vienna", validators=[validate_timezone])
    label_templates = models.JSONField(
        default=list, blank=True, help_text="In-store label templates, for example 21.....{NNDDD}."
    )
    policy = models.JSONField(default=dict, blank=True, help_text="What differs from the venue's preset.")
    frame_hours = models.PositiveIntegerField(default=72, help_text="Hours that a picture is kept.")
    catalogue_version = models.PositiveBigIntegerField(default=0, editable=False)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["retailer", "code"], name="store_code_once_per_retailer")]

    def __str__(self) -> str:
        return self.name


class Lane(StoreScoped):
    """Where carts stop to pay; its cameras look down on the cart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="lanes")
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="lane_name_once_per_store")]

    def __str__(self) -> str:
        return self.name
