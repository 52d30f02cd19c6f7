"""Overhead cameras of lanes."""

import uuid

from django.core.validators import URLValidator
from django.db import models

from inventory.models.scoping import StoreScoped
from inventory.models.tenancy import Lane, Store


class Adapter(models.TextChoices):
    """How a camera is asked for a picture."""

    HTTP = "http", "HTTP snapshot"
    MJPEG = "mjpeg", "MJPEG stream"
    ONVIF = "onvif", "ONVIF (GetSnapshotUri)"
    RTSP = "rtsp", "RTSP stream"
    UPLOAD = "upload", "Upload by an edge agent"


class Camera(StoreScoped):
    """A camera that looks down on a lane; `zone` is the cart's polygon in fractions of the picture, [[x, y], …]."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="cameras")
    lane = models.ForeignKey(Lane, on_delete=models.CASCADE, related_name="cameras")
    name = models.CharField(max_length=60)
    adapter = models.CharField(max_length=12, default=Adapter.HTTP, choices=Adapter)
    url = models.CharField(
        max_length=300, blank=True, validators=[URLValidator(schemes=["http", "https", "rtsp", "rtsps"])]
    )
    username = models.CharField(max_length=60, blank=True)
    password_sealed = models.BinaryField(blank=True, default=b"", editable=False)
    zone = models.JSONField(default=list, blank=True)
    tag_zone = models.JSONField(
        "cart's zone around its tag",
        default=list,
        blank=True,
        help_text="Corners in sides of the cart's printed tag (itself 0, 0 to 1, 1); empty: the lane's zone alone.",
    )
    px_per_mm = models.FloatField(
        "pixels per millimetre", null=True, blank=True, help_text="At the cart's floor; empty: told by packs found."
    )
    active = models.BooleanField(default=True)
    last_good_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=200, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="camera_name_once_per_store")]

    def __str__(self) -> str:
        return self.name
