"""The demo's carts, gate and camera, and the one-time codes by which they enrol."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from carts.models import Cart, DeviceKind, EnrolmentCode
from carts.services.enrolment import digest, enrolment_code_create
from checkout.models import Camera
from inventory.models import Lane, Store

CAMERA_PORT = settings.DEMO_CAMERA_PORT
CAMERA_LANE = "lane-1"
CAMERA_URL = f"http://127.0.0.1:{CAMERA_PORT}/cameras/{CAMERA_LANE}/snapshot.jpg"
LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Plan:
    """A cart of the demo: `script` is the simulated shopper's, empty for a tablet page's cart."""

    label: str
    script: str = ""


MARKET_CARTS = (
    Plan("C-01", "honest"),
    Plan("C-02", "forgetful"),
    Plan("C-03", "review"),
    Plan("C-04", "demo"),  # for `make demo-trip`: no simulated shopper takes it
    Plan("C-11"),
)
KIOSK_CARTS = (Plan("K-01"),)


def carts_seed(store: Store, plans: tuple[Plan, ...]) -> dict[str, Cart]:
    """The carts by label."""
    return {
        plan.label: Cart.objects.get_or_create(store=store, label=plan.label, defaults={"scale_division_g": 5})[0]
        for plan in plans
    }


def camera_seed(store: Store) -> Camera:
    """The simulated overhead camera of the first lane."""
    lane = Lane.objects.filter(store=store).order_by("name")[0]
    zone = [[0.04, 0.04], [0.96, 0.04], [0.96, 0.96], [0.04, 0.96]]
    return Camera.objects.get_or_create(
        store=store, name="Overhead lane 1", defaults={"lane": lane, "url": CAMERA_URL, "zone": zone}
    )[0]


def code_for(cart: Cart, kept: str, now: datetime) -> str:
    """A code by which the cart can enrol: the one handed out before, while it is good, or else a new one."""
    if kept and _is_good(kept, now):
        return kept
    return enrolment_code_create(store_id=cart.store_id, cart_id=cart.pk, now=now, lifetime=LIFETIME)


def gate_code_for(store: Store, kept: str, now: datetime) -> str:
    """As `code_for`, for the exit gate."""
    if kept and _is_good(kept, now):
        return kept
    return enrolment_code_create(store_id=store.pk, kind=DeviceKind.GATE, now=now, lifetime=LIFETIME)


def _is_good(code: str, now: datetime) -> bool:
    rows = EnrolmentCode.objects.filter(code_hash=digest(code.replace("-", "")), used_at=None)
    return rows.filter(expires_at__gt=now + timedelta(hours=1)).exists()
