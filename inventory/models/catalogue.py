"""Products, the codes that name them, and their pictures."""

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models

from inventory.models.scoping import Scoped
from inventory.models.tenancy import Retailer


class SoldBy(models.TextChoices):
    EACH = "each", "Piece"
    KG = "kg", "Weight"


class Packaging(models.TextChoices):
    """Kind of packaging; with the net weight it gives the first guess of the gross weight."""

    UNKNOWN = "", "Unknown"
    NONE = "none", "None"
    BAG = "bag", "Bag or film"
    CARTON = "carton", "Carton"
    BOTTLE = "bottle", "Plastic bottle"
    GLASS = "glass", "Glass"
    CAN = "can", "Can"
    TRAY = "tray", "Tray"


class Category(Scoped):
    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["retailer", "name"], name="category_once_per_retailer")]

    def __str__(self) -> str:
        return self.name


class Product(Scoped):
    """An article of a retailer. Weights are grams, tax is in basis points (2000 is 20 %), deposit in minor units."""

    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="products")
    code = models.CharField(max_length=32, help_text="The retailer's own article number.")
    name = models.CharField(max_length=160)
    brand = models.CharField(max_length=80, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="products")
    sold_by = models.CharField(max_length=4, choices=SoldBy, default=SoldBy.EACH)
    net_weight_g = models.PositiveIntegerField("net weight (g)", null=True, blank=True)
    net_volume_ml = models.PositiveIntegerField(
        "net volume (ml)",
        blank=True,
        default=0,
        db_default=0,
        help_text="Of what is compared by the litre; 0 for all else.",
    )
    gross_weight_g = models.PositiveIntegerField(
        "gross weight (g)", null=True, blank=True, help_text="Of one piece with its packaging, as the cart weighs it."
    )
    packaging = models.CharField(max_length=8, choices=Packaging, blank=True, default=Packaging.UNKNOWN)
    tax_rate_bp = models.PositiveIntegerField(
        "tax rate (0.01 %)", default=2000, validators=[MaxValueValidator(10_000)], help_text="2000 is 20 %."
    )
    deposit_minor = models.PositiveIntegerField(
        "deposit (minor units)", default=0, help_text="For each piece: 25 is 0.25 where the currency has cents."
    )
    age_limit = models.PositiveSmallIntegerField("age limit (years)", null=True, blank=True)
    sale_from = models.TimeField(null=True, blank=True, help_text="Hours of sale, local time.")
    sale_until = models.TimeField(null=True, blank=True)
    quantity_limit = models.PositiveSmallIntegerField(null=True, blank=True)
    sale_stopped = models.BooleanField(default=False)
    recalled = models.BooleanField(default=False)
    recalled_batches = models.JSONField(default=list, blank=True)
    active = models.BooleanField(default=True)
    search_text = models.CharField(max_length=240, editable=False, default="", help_text="Name and brand, folded.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["retailer", "code"], name="product_code_once_per_retailer")]

    def __str__(self) -> str:
        return self.name


class Barcode(Scoped):
    """A code that names a product: `key` is in the form of `inventory.barcodes.catalogue_key`."""

    retailer_path: ClassVar[str] = "retailer_id"
    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="barcodes")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="barcodes")
    key = models.CharField(max_length=48)
    pack_quantity = models.PositiveSmallIntegerField(default=1, help_text="Pieces in this pack (case, multipack).")

    class Meta:
        ordering = ["id"]
        # Several products may share one code (it is then ambiguous and the shopper is asked), the same pair may not.
        constraints = [models.UniqueConstraint(fields=["product", "key"], name="barcode_once_per_product")]
        indexes = [models.Index(fields=["retailer", "key"])]

    def __str__(self) -> str:
        return self.key


class ProductPicture(Scoped):
    retailer_path: ClassVar[str] = "product__retailer_id"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pictures")
    face = models.CharField(max_length=8, default="front")
    image = models.ImageField(upload_to="products/")
    pack_height_mm = models.PositiveSmallIntegerField(
        "pack's height (mm)", null=True, blank=True, help_text="Of what the picture shows; cameras tell packs by it."
    )

    class Meta:
        ordering = ["face"]

    def __str__(self) -> str:
        return f"{self.product} ({self.face})"
