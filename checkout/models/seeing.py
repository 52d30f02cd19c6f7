"""What seeing keeps of the catalogue: each picture's features, and which pictures look alike."""

from typing import ClassVar

from django.db import models

from inventory.models import ProductPicture
from inventory.models.scoping import Scoped


class PictureFeatures(Scoped):
    """A catalogue picture made findable: `checkout.seeing.Reference`, in columns. `error` says why it could not be.

    `source` is the file it was made of: another file under the same picture makes it due again.
    """

    retailer_path: ClassVar[str] = "picture__product__retailer_id"
    picture = models.OneToOneField(ProductPicture, on_delete=models.CASCADE, related_name="features")
    source = models.CharField(max_length=200)
    pack = models.BinaryField(default=b"", editable=False)
    points = models.BinaryField(default=b"", editable=False)
    descriptors = models.BinaryField(default=b"", editable=False)
    count = models.PositiveSmallIntegerField("features", default=0)
    error = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["picture"]
        verbose_name_plural = "picture features"

    def __str__(self) -> str:
        return str(self.picture)


class LookAlike(Scoped):
    """Two pictures of different products that look alike; `matrix` leads from the other's frame into the first's."""

    retailer_path: ClassVar[str] = "one__picture__product__retailer_id"
    one = models.ForeignKey(PictureFeatures, on_delete=models.CASCADE, related_name="alike_first")
    other = models.ForeignKey(PictureFeatures, on_delete=models.CASCADE, related_name="alike_second")
    matrix = models.JSONField(default=list)

    class Meta:
        ordering = ["one", "other"]
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="lookalike_once_per_pair")]

    def __str__(self) -> str:
        return f"{self.one} ~ {self.other}"
