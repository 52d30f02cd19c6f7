"""From a sealed trip to the policy's decision."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from carts.selectors.trips import SealedTrip
from checkout import policy
from checkout.audits import day_seed, draw
from checkout.models import Checkout, Escalation, EscalationState
from checkout.models.below import Discrepancy, Lane, Trip, TripMode
from checkout.selectors.lanes import cameras_of, staff_on_duty
from inventory.selectors.articles import StoreCatalogue
from inventory.selectors.catalogue import store_catalogue

LEAST_CHECKOUTS = 50


class Judgement(msgspec.Struct, frozen=True):
    """The decision with what it was made from, as it is stored."""

    decision: policy.Decision
    situation: policy.Situation
    rules: policy.Rules

    def record(self) -> dict[str, Any]:
        """Plain data for the checkout's row."""
        body: dict[str, Any] = msgspec.to_builtins({"situation": self.situation, "rules": self.rules})
        return body | {
            "expected_loss_minor": self.decision.expected_loss_minor,
            "audit": self.decision.audit,
            "rescan": list(self.decision.lines),
        }


def trip_judge(sealed: SealedTrip, lane: Lane | None) -> Judgement:
    """What the store's policy says of this trip now; raises PolicyError where the store's settings can't be read."""
    store = sealed.trip.store
    rules = policy.rules_for(store.venue, store.policy.get("checkout", {}), store.currency_exponent)
    situation = situation_of(sealed, lane)
    return Judgement(policy.decide(situation, rules), situation, rules)


def situation_of(sealed: SealedTrip, lane: Lane | None) -> policy.Situation:
    """The trip and the place in the policy's terms."""
    trip = sealed.trip
    catalogue = store_catalogue(trip.store_id)
    typical = max(1, trip.due_minor // max(1, trip.items))
    return policy.Situation(
        # A trip without a verdict was never judged: that is a doubt, not a pass.
        outcome=trip.outcome or "review",
        risk=trip.risk if trip.risk is not None else 1.0,
        due_minor=trip.due_minor,
        typical_minor=typical,
        doubts=tuple(_doubt(row, sealed, catalogue, typical) for row in sealed.standing),
        verdict_reasons=tuple(str(reason) for reason in trip.verdict.get("reasons", ())),
        has_scale=trip.mode != TripMode.PHONE,
        # An age is a line's problem (checkout.services.problems), not a doubt about the cart.
        age_limit=0,
        cameras=len(cameras_of(lane.id if lane else None)),
        staff_on_duty=staff_on_duty(trip.store),
        draw=audit_draw(trip.id, trip.store_id, trip.started_at.date()),
        lines=_suspects(sealed),
        waiting=_waiting(trip.store_id),
        false_alarm_share=_false_alarm_share(trip.store_id, trip.sealed_at or trip.started_at),
        shopper_audits=_audits_of(trip),
    )


def audit_draw(trip_id: UUID, store_id: int, day: date) -> float:
    """The trip's number for random checks; shoppers can't tell it, and with the day's disclosed seed all can check it.

    The day is that on which the trip began, in UTC.
    """
    return draw(seed_of(store_id, day), str(trip_id))


def seed_of(store_id: int, day: date) -> bytes:
    """The seed of a store's draws on a day: secret until that day is over."""
    return day_seed(b"checkout audit:" + settings.SECRET_KEY.encode(), store_id, day.isoformat())


def _suspects(sealed: SealedTrip) -> tuple[policy.Suspect, ...]:
    """Lines that could be scanned again: those in doubt, or all of them where none is."""
    doubted = {row.line: row.probability for row in sealed.standing if row.line is not None}
    small = 0.02
    return tuple(
        policy.Suspect(line.line, line.name, line.amount_minor, doubted.get(line.line, small))
        for line in sealed.lines
        if not (doubted and line.line not in doubted)
    )


def _waiting(store_id: int) -> int:
    """How many carts wait for the store's people already."""
    states = [EscalationState.WAITING, EscalationState.CLAIMED]
    return Escalation.objects.filter(store_id=store_id, state__in=states).count()


def _false_alarm_share(store_id: int, now: datetime) -> float:
    """Share of the last seven days' checkouts that were stopped for nothing; 0 where there are too few to tell."""
    lately = now - timedelta(days=7)
    checkouts = Checkout.objects.filter(store_id=store_id, created_at__gte=lately).count()
    if checkouts < LEAST_CHECKOUTS:
        return 0.0
    wrong = Escalation.objects.filter(store_id=store_id, opened_at__gte=lately, wrong=True).count()
    return wrong / checkouts


def _audits_of(trip: Trip) -> int:
    """Random checks of this shopper in the last 30 days; a guest has none to count."""
    if not trip.shopper:
        return 0
    since = trip.started_at - timedelta(days=30)
    rows = Checkout.objects.filter(store_id=trip.store_id, trip__shopper=trip.shopper, created_at__gte=since)
    return rows.filter(judgement__audit=True).count()


def _doubt(row: Discrepancy, sealed: SealedTrip, catalogue: StoreCatalogue, typical: int) -> policy.Doubt:
    line = next((line for line in sealed.lines if line.line == row.line), None)
    per_piece = line.amount_minor // max(1, line.quantity) if line else None
    priced = [(float(found.get("probability", 0)), _price(found, catalogue)) for found in row.candidates]
    candidates = [(probability, price) for probability, price in priced if price is not None]
    return policy.Doubt(
        kind=row.kind,
        probability=row.probability,
        value_minor=policy.value_at_risk(row.kind, per_piece, candidates, typical),
        name=line.name if line else "",
        disputed=bool(row.disputed),
    )


def _price(candidate: dict[str, Any], catalogue: StoreCatalogue) -> int | None:
    article = catalogue.by_code(str(candidate.get("product", "")))
    if article is None:
        return None
    if article.sold_by == "kg":
        return round(article.unit_price_minor * float(candidate.get("grams", 0)) / 1000)
    return article.unit_price_minor * max(1, int(candidate.get("quantity", 1)))
