"""Where a cart stands to pay, which cameras look down on it, and who is there to help."""

import uuid

from django.db.models import F, Q

from checkout.models import Camera
from checkout.models.below import Lane, Store
from inventory.access import Action, roles_with

MOST_CALLED = 20


def lane_for(store: Store, lane_id: uuid.UUID | None = None) -> Lane | None:
    """The lane named, if it is the store's; else the first lane with an active camera, if there is one."""
    if lane_id is not None:
        named: Lane | None = store.lanes.filter(id=lane_id).first()
        return named
    cameras = Camera.objects.select_related("lane").filter(store=store, active=True)
    camera = cameras.order_by("lane__name", "name").first()
    return camera.lane if camera is not None else None


def cameras_of(lane_id: uuid.UUID | None) -> list[Camera]:
    """The active cameras of a lane, in order of name."""
    return list(Camera.objects.filter(lane_id=lane_id, active=True)) if lane_id is not None else []


def people_to_call(store: Store) -> list[str]:
    """Mail addresses of those who may review here, on duty or not; those of the store before those of the retailer."""
    people = store.retailer.memberships.filter(Q(store=store) | Q(store=None), role__in=roles_with(Action.REVIEW))
    active = people.filter(user__is_active=True).exclude(user__email="")
    ordered = active.order_by(F("store_id").desc(nulls_last=True), "user__email")
    return list(dict.fromkeys(ordered.values_list("user__email", flat=True)))[:MOST_CALLED]


def staff_on_duty(store: Store) -> int:
    """How many people with a role that may review are on duty: in the store, or in all of the retailer's."""
    people = store.retailer.memberships.filter(Q(store=store) | Q(store=None), on_duty_since__isnull=False)
    return people.filter(role__in=roles_with(Action.REVIEW)).values("user_id").distinct().count()
