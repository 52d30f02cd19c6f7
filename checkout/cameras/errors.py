"""Why a camera gave no picture."""

from checkout.pictures.errors import CameraError, PictureRefused

__all__ = ["CameraAway", "CameraError", "PictureRefused"]


class CameraAway(CameraError):
    """It did not answer with a picture: `camera_unreachable`, `camera_slow`, `camera_refused`, `camera_wrong`,
    `camera_forbidden` (its address is not one of a store's network)."""
