"""Random checks as anybody can check them: what was bound, what was disclosed, and who was drawn."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import msgspec

from checkout import policy
from checkout.audits import Group, commitment, draw
from checkout.models import Checkout, DrawDay, Escalation
from checkout.models.below import Retailer, Store


class DrawnTrip(NamedTuple):
    """A judged trip: its draw, the chance that it had, whether that drew it, and what was done.

    `told` is the number that the judgement was made with: it must be `draw`.
    """

    trip: str
    draw: float
    told: float
    chance: float
    drawn: bool
    checked: bool
    at_limit: bool


class DayDrawn(NamedTuple):
    """A store's day: `expected` checks from the chances, with their spread (standard deviation)."""

    row: DrawDay
    trips: list[DrawnTrip]
    expected: float
    spread: float

    @property
    def drawn(self) -> int:
        return sum(trip.drawn for trip in self.trips)

    @property
    def group(self) -> Group:
        return Group(self.drawn, self.expected, self.spread**2)

    @property
    def faults(self) -> list[str]:
        """What is not as it was promised, in words; empty for a fair day."""
        found = []
        if self.row.broken or commitment(bytes.fromhex(self.row.seed)) != self.row.commitment:
            found.append("the seed is not the one that was bound")
        for trip in self.trips:
            if abs(trip.told - trip.draw) > 1e-12:
                found.append(f"trip {trip.trip} was judged with another draw than the seed gives it")
            if trip.checked and not trip.drawn:
                found.append(f"trip {trip.trip} was checked at random without being drawn")
        return found


def day_drawn(row: DrawDay) -> DayDrawn:
    """All trips of a disclosed day, each with its draw made anew from the seed."""
    begin = datetime.combine(row.day, time(), UTC)
    rows = Checkout.objects.filter(
        store_id=row.store_id, trip__started_at__gte=begin, trip__started_at__lt=begin + timedelta(days=1)
    )
    judged: dict[str, DrawnTrip] = {}
    for trip_id, judgement, action in rows.order_by("created_at").values_list("trip_id", "judgement", "action"):
        found = _trip(str(trip_id), bytes.fromhex(row.seed), judgement, action)
        # A trip that was sealed twice is judged twice by the same draw: checked once is checked.
        before = judged.get(found.trip)
        if before is None or found.checked or not before.checked:
            judged[found.trip] = found
    trips = list(judged.values())
    variance = sum(trip.chance * (1 - trip.chance) for trip in trips)
    return DayDrawn(row, trips, sum(trip.chance for trip in trips), variance**0.5)


def reviewers_drawn(retailer: Retailer, *, first: date, days: int) -> dict[str, tuple[int, Group]]:
    """By person: the reviews they settled in these days (UTC), and how many of these were random checks.

    A person is to have as many as their share of all reviews says: who has many more picks them, or is picked.
    """
    begin = datetime.combine(first, time(), UTC)
    settled = Escalation.objects.filter(
        store__retailer=retailer, resolved_at__gte=begin, resolved_at__lt=begin + timedelta(days=days)
    ).exclude(resolved_by=None)
    counted: dict[str, list[int]] = {}
    for name, audit in settled.values_list("resolved_by__username", "checkout__judgement__audit"):
        row = counted.setdefault(name, [0, 0])
        row[0] += 1
        row[1] += bool(audit)
    share = sum(drawn for _, drawn in counted.values()) / max(1, sum(all_ for all_, _ in counted.values()))
    return {
        name: (reviews, Group(drawn, reviews * share, reviews * share * (1 - share)))
        for name, (reviews, drawn) in sorted(counted.items())
    }


def draws_body(retailer: Retailer, day: date) -> dict[str, Any]:
    """For everybody: of each store the commitment and, once the day is over, the seed and who was drawn.

    How many trips there were is the retailer's affair and is not told: shares are, to a tenth of a per cent.
    """
    rows = DrawDay.objects.filter(store__retailer=retailer, day=day).select_related("store").order_by("store__code")
    return {"retailer": retailer.slug, "day": day.isoformat(), "stores": [_store(row) for row in rows]}


def draw_day_of(store: Store, day: date) -> DrawDay | None:
    """A store's day, if it was bound."""
    row: DrawDay | None = DrawDay.objects.filter(store=store, day=day).first()
    return row


def _store(row: DrawDay) -> dict[str, Any]:
    begin = datetime.combine(row.day, time(), UTC)
    body: dict[str, Any] = {
        "store": row.store.code, "commitment": row.commitment, "bound_at": row.made_at.isoformat(),
        "bound_before": row.made_at < begin, "seed": row.seed,
    }  # fmt: skip
    if not row.seed:
        return body
    day = day_drawn(row)
    count = max(1, len(day.trips))
    return body | {
        "disclosed_at": row.disclosed_at.isoformat() if row.disclosed_at else "",
        "expected_share": round(day.expected / count, 3),
        "drawn_share": round(day.drawn / count, 3),
        "faults": len(day.faults),
        "drawn": [
            {"trip": trip.trip, "draw": trip.draw, "chance": round(trip.chance, 6), "checked": trip.checked}
            for trip in day.trips
            if trip.drawn
        ],
    }


def _trip(trip_id: str, seed: bytes, judgement: dict[str, Any], action: str) -> DrawnTrip:
    situation = msgspec.convert(judgement["situation"], policy.Situation)
    rules = msgspec.convert(judgement["rules"], policy.Rules)
    number, chance = draw(seed, trip_id), policy.audit_chance(situation, rules)
    checked = bool(judgement.get("audit")) and action != "pay"
    at_limit = situation.shopper_audits >= rules.audits_per_shopper
    return DrawnTrip(trip_id, number, situation.draw, chance, number < chance, checked, at_limit)
