"""REST authentication of devices: `Authorization: Device <token>`."""

from collections.abc import Sequence
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from carts.errors import CredentialInvalid
from carts.models import Device, DeviceKind
from carts.selectors.devices import device_by_token


def token_of(header: str) -> str:
    """The token in an Authorization header of the scheme Device, or an empty string."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "device" else ""


class DevicePrincipal:
    """What DRF calls a user: a device, never a person."""

    is_authenticated = True

    def __init__(self, device: Device) -> None:
        self.device = device
        self.pk = device.pk


class DeviceAuthentication(BaseAuthentication):
    """Sets `request.auth` to the Device."""

    def authenticate(self, request: Request) -> tuple[DevicePrincipal, Device] | None:
        """None without the header; raises CredentialInvalid for a token that is unknown or revoked."""
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        token = token_of(header)
        device = device_by_token(token) if token else None
        if device is None:
            raise CredentialInvalid(headers={"WWW-Authenticate": "Device"})
        return DevicePrincipal(device), device

    def authenticate_header(self, request: Request) -> str:
        return "Device"


class IsKind(BasePermission):
    """Only devices of some kinds; subclasses name them."""

    kinds: Sequence[str] = ()

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Device) and request.auth.kind in self.kinds


class IsCart(IsKind):
    kinds = (DeviceKind.CART,)


class IsGate(IsKind):
    kinds = (DeviceKind.GATE,)


class IsTill(IsKind):
    kinds = (DeviceKind.TILL,)


class IsCamera(IsKind):
    kinds = (DeviceKind.CAMERA,)
