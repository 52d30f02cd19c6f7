"""Cameras' passwords at rest."""

from checkout.cameras.errors import CameraAway
from inventory import sealing

PURPOSE = "checkout camera password"


def seal(password: str) -> bytes:
    """Encrypted, or empty for an empty password."""
    return sealing.seal(password, PURPOSE)


def unseal(sealed: bytes) -> str:
    """The password again; raises CameraAway when the server's secret is another by now."""
    try:
        return sealing.unseal(bytes(sealed), PURPOSE)
    except sealing.SecretLost as error:
        raise CameraAway("camera_password_lost", "the server's secret has changed: set the password again") from error
