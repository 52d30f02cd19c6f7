"""The floor of a store beyond its carts: lanes with their cameras, and who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.models import Store

# A camera that gave no good picture for this long is shown as away.
CAMERA_FRESH = timedelta(minutes=30)


@dataclass(frozen=True)
class CameraRow:
    name: str
    state: str
    error: str


@dataclass(frozen=True)
class LaneRow:
    id: str
    name: str
    cameras: tuple[CameraRow, ...]


@dataclass(frozen=True)
class PersonRow:
    """Someone on duty, and how many reviews are with them."""

    name: str
    role: str
    since: datetime
    reviews: int


def lanes(store: Store, now: datetime) -> list[LaneRow]:
    """The lanes of a store in the order of their names."""
    return [
        LaneRow(
            id=str(lane.pk),
            name=lane.name,
            cameras=tuple(
                CameraRow(camera.name, _camera_state(camera.last_good_at, camera.last_error, now), camera.last_error)
                for camera in lane.cameras.all()
                if camera.active
            ),
        )
        for lane in store.lanes.prefetch_related("cameras")
    ]


def _camera_state(last_good_at: datetime | None, last_error: str, now: datetime) -> str:
    if last_error:
        return "failing"
    if last_good_at is None:
        return "unused"
    return "ready" if now - last_good_at < CAMERA_FRESH else "idle"


def people_on_duty(store: Store) -> list[PersonRow]:
    """Who is on duty here, the longest first; those who serve all stores of the retailer included."""
    here = store.memberships.filter(on_duty_since__isnull=False)
    everywhere = store.retailer.memberships.filter(store=None, on_duty_since__isnull=False)
    claims: dict[int, int] = {}
    for owner in store.escalations.filter(state="claimed").values_list("claimed_by_id", flat=True):
        claims[owner] = claims.get(owner, 0) + 1
    people = [
        PersonRow(
            name=membership.user.get_full_name() or membership.user.get_username(),
            role=membership.get_role_display(),
            since=membership.on_duty_since,
            reviews=claims.get(membership.user_id, 0),
        )
        for membership in [*here.select_related("user"), *everywhere.select_related("user")]
        if membership.user.is_active
    ]
    return sorted(people, key=lambda person: person.since)
