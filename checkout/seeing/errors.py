"""Why a picture was not looked at. Never a finding about the shopper."""

from checkout.pictures.errors import CameraError


class SeeingFailed(CameraError):
    """`seeing_refused` (not a picture that can be used), `seeing_failed` (its process was busy, slow or died)."""
