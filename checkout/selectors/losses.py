"""A store's true loss among trips that nothing spoke against, as its full random checks tell it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from checkout import policy
from checkout.audits import Loss, loss_between
from checkout.models import Checkout, Conclusion, Escalation, EscalationState
from checkout.models.below import Store
from checkout.services.escalations import SHOPPERS_OWN

PEOPLE = (Conclusion.CLEARED, Conclusion.CORRECTED, Conclusion.REFUSED)


class LossFigure(NamedTuple):
    """One kind of trip (`cart` or `phone`) of a store and a period.

    `trips` could have been drawn, `drawn` were, `full` of these were checked as a whole by a person. `loss` is of all
    `trips`, at the prices of the shelf; None where no full check was made, as partial ones tell nothing.
    """

    mode: str
    trips: int
    drawn: int
    full: int
    found_minor: int
    loss: Loss | None


class _Drawn(NamedTuple):
    chance: float
    typical_minor: int
    found_minor: int | None
    """What the full check found; None where there was none."""


def losses_of(store: Store, *, since: datetime, until: datetime) -> tuple[LossFigure, ...]:
    """A figure for each kind of trip whose checkout was opened from `since` to before `until`; none without trips.

    A drawn trip may end without a full check: a camera settled it, some lines were scanned again, nobody was there, or
    the shopper went on shopping. The full checks stand for those as well: a check counts with the chance of the draw
    times the share of drawn trips that were checked in full. A camera clears what agrees, so this errs to too
    much loss.
    """
    rows = Checkout.objects.filter(store=store, created_at__gte=since, created_at__lt=until)
    rows = rows.filter(judgement__situation__outcome="clear")
    figures = (_figure(mode, rows.filter(judgement__situation__has_scale=mode == "cart")) for mode in ("cart", "phone"))
    return tuple(figure for figure in figures if figure.trips)


def _figure(mode: str, rows: QuerySet[Any]) -> LossFigure:
    trips = rows.values("trip_id").distinct().count()
    drawn = _drawn(rows)
    checks = [(one, one.found_minor) for one in drawn if one.found_minor is not None]
    full, found = len(checks), sum(minor for _, minor in checks)
    if not checks:
        return LossFigure(mode, trips, len(drawn), 0, 0, None)
    answered = full / len(drawn)
    typical = round(sum(one.typical_minor for one, _ in checks) / full)
    audits = [(one.chance * answered, minor) for one, minor in checks]
    return LossFigure(mode, trips, len(drawn), full, found, loss_between(audits, trips, typical))


def _drawn(rows: QuerySet[Any]) -> list[_Drawn]:
    """The trips whose draw was below their chance, each once: checked in full, if ever one of its checkouts was."""
    near = rows.alias(
        number=_number("situation", "draw"),
        share=_number("rules", "audit_share"),
        ceiling=_number("rules", "phone_check_ceiling"),
    ).filter(Q(number__lt=F("share")) | Q(number__lt=F("ceiling")))
    found: dict[Any, _Drawn] = {}
    for checkout in near.order_by("created_at").prefetch_related("escalations__rescans").iterator(chunk_size=500):
        one = _one(checkout)
        before = found.get(checkout.trip_id)
        if one is not None and (before is None or before.found_minor is None):
            found[checkout.trip_id] = one
    return list(found.values())


def _number(part: str, name: str) -> Cast:
    """A number of the judgement, as one that the database compares."""
    return Cast(KeyTextTransform(name, KeyTransform(part, "judgement")), FloatField())


def _one(checkout: Checkout) -> _Drawn | None:
    situation = msgspec.convert(checkout.judgement["situation"], policy.Situation)
    rules = msgspec.convert(checkout.judgement["rules"], policy.Rules)
    chance = policy.audit_chance(situation, rules)
    if situation.draw >= chance or situation.shopper_audits >= rules.audits_per_shopper:
        return None
    audited = checkout.escalations.all() if checkout.judgement.get("audit") else ()
    return _Drawn(chance, situation.typical_minor, _found(checkout, audited, situation))


def _found(checkout: Checkout, escalations: Iterable[Escalation], situation: policy.Situation) -> int | None:
    """What a full check found that nobody was charged for; None where there was no full check.

    Who put it right at the cart had forgotten a piece. Of a refused basket nobody knows more than its sum.
    """
    for escalation in escalations:
        if escalation.state != EscalationState.RESOLVED or not _is_full(escalation):
            continue
        if escalation.conclusion == Conclusion.CORRECTED:
            return max(0, int(checkout.amount_minor) - situation.due_minor)
        if escalation.conclusion == Conclusion.REFUSED:
            return situation.due_minor
        return situation.typical_minor if escalation.reason_code in SHOPPERS_OWN else 0
    return None


def _is_full(escalation: Escalation) -> bool:
    """A person went through the cart. Some lines scanned again are a part, which finds a tenth of what a whole does."""
    by_lines = escalation.reason_code == "rescanned" or any(rescan.result for rescan in escalation.rescans.all())
    return escalation.conclusion in PEOPLE and not (by_lines and escalation.conclusion == Conclusion.CLEARED)
