"""Carts as devices: battery, connection, firmware, credentials, and what their scales have said of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from console.selectors.trips import is_away

if TYPE_CHECKING:
    from inventory.models import Store

AWAY_AFTER = timedelta(seconds=20)
LOW_BATTERY = 0.15
RECENT = timedelta(days=7)
# A scale that is at fault in this share of its trips is seen here before shoppers feel it.
FAULTY_SHARE = 0.05
SKEW_S = 120


@dataclass(frozen=True)
class FleetRow:
    """A cart. `state` is care (needs hands), away or ready; `cares` says why, in words."""

    id: str
    label: str
    state: str
    cares: tuple[str, ...]
    battery: float | None
    charging: bool
    away: bool
    connected_at: datetime | None
    last_seen_at: datetime | None
    firmware: str
    division_g: float
    trips: int
    scale_faults: int
    enrolled_at: datetime | None
    trip_id: str
    active: bool


def fleet_of(store: Store, now: datetime) -> list[FleetRow]:
    """All carts of a store, those that need hands first."""
    since = Q(trips__started_at__gt=now - RECENT)
    counted: dict[Any, dict[str, Any]] = {
        row["id"]: dict(row)
        for row in store.carts.values("id").annotate(
            week=Count("trips", filter=since, distinct=True),
            faults=Count("trips", filter=since & Q(trips__discrepancies__kind="scale_fault"), distinct=True),
        )
    }
    live = dict(store.trips.exclude(state__in=["paid", "cancelled"]).values_list("cart_id", "id"))
    enrolled = dict(store.devices.filter(revoked_at=None, cart__isnull=False).values_list("cart_id", "created_at"))
    rows = [_row(cart, counted[cart.pk], enrolled.get(cart.pk), live.get(cart.pk), now) for cart in store.carts.all()]
    return sorted(rows, key=lambda row: ({"care": 0, "away": 1, "ready": 2}[row.state], row.label))


def _row(cart: Any, counted: dict[str, Any], enrolled: datetime | None, trip: Any, now: datetime) -> FleetRow:
    away = is_away(cart, now, AWAY_AFTER)
    cares = _cares(cart, counted, enrolled)
    return FleetRow(
        id=str(cart.pk),
        label=cart.label,
        state="care" if cares else "away" if away else "ready",
        cares=cares,
        battery=cart.battery,
        charging=cart.charging,
        away=away,
        connected_at=cart.connected_at,
        last_seen_at=cart.last_seen_at,
        firmware=cart.firmware,
        division_g=cart.scale_division_g,
        trips=counted["week"],
        scale_faults=counted["faults"],
        enrolled_at=enrolled,
        trip_id=str(trip) if trip else "",
        active=cart.active,
    )


def _cares(cart: Any, counted: dict[str, Any], enrolled: datetime | None) -> tuple[str, ...]:
    if not cart.active:
        return ()
    found = []
    if cart.quarantined_at:
        found.append("Quarantined: it sent the same event with other content")
    if enrolled is None:
        found.append("Not enrolled: make a code in the administration")
    if cart.battery is not None and cart.battery < LOW_BATTERY and not cart.charging:
        found.append("Battery low: put it on the charger")
    if counted["week"] >= 10 and counted["faults"] / counted["week"] > FAULTY_SHARE:
        found.append(f"Scale at fault in {counted['faults']} of {counted['week']} trips: calibrate it")
    if abs(cart.clock_skew_s) > SKEW_S:
        found.append(f"Its clock is off by {abs(cart.clock_skew_s):.0f} s")
    return tuple(found)
