"""Who is behind a token."""

from carts.models import Device
from carts.services.enrolment import digest


def device_by_token(token: str) -> Device | None:
    """The live device with this token, or None; its cart, store and retailer come along."""
    device: Device | None = (
        Device.objects.select_related("cart", "store__retailer")
        .filter(token_hash=digest(token), revoked_at=None, store__active=True, store__retailer__active=True)
        .first()
    )
    if device is not None and device.cart is not None and not device.cart.active:
        return None
    return device
