"""The work of a what-if replay: each trip under both policies, by the engine and by the checkout's rules."""

import logging
import uuid
from datetime import datetime
from typing import Any

import msgspec

from carts.errors import PolicyInvalid
from carts.models import PolicyPreview
from carts.services.previews import preview_claim, preview_fail, preview_keep
from carts.services.whatif import Bench, Comparison, End, Pair, add, bench_for, blank, worth
from checkout.policy import Doubt, PolicyError, Rules, Situation, decide, rules_for
from checkout.selectors.judged import situation_at_checkout

logger = logging.getLogger(__name__)
CHUNK = 8  # trips at a time: a second or two of work
MOST_CHANGES = 60  # trips named on the page


class Tried(msgspec.Struct):
    """What both policies have come to so far."""

    counts: Comparison = msgspec.field(default_factory=blank)
    before: dict[str, int] = msgspec.field(default_factory=dict)
    after: dict[str, int] = msgspec.field(default_factory=dict)
    speaks_from: tuple[float, float] = (0.0, 0.0)
    left_out: int = 0


def preview_work(*, preview_id: uuid.UUID, now: datetime) -> bool:
    """Replays some more trips of a preview; says whether there are more to do. May be called by many at once."""
    preview = preview_claim(preview_id=preview_id, now=now)
    if preview is None:
        return False
    try:
        return _work(preview, now)
    except (PolicyInvalid, PolicyError) as error:
        preview_fail(preview=preview, problem=str(error), now=now)
    except Exception:
        logger.exception("preview %s failed", preview_id)
        preview_fail(preview=preview, problem="The replay broke off. It stands in the server's log.", now=now)
    return False


def _work(preview: PolicyPreview, now: datetime) -> bool:
    store = preview.store
    bench = bench_for(store.pk, preview.settings, now=now)
    old, new = (
        rules_for(store.venue, settings.get("checkout", {}), store.currency_exponent)
        for settings in (store.policy, preview.settings)
    )
    tried = msgspec.convert(preview.found, Tried) if preview.found else Tried()
    tried.speaks_from = (bench.before.alarm_probability, bench.after.alarm_probability)
    done = preview.done
    for trip_id in preview.trips[done : done + CHUNK]:
        done += 1
        try:
            _try(tried, bench, uuid.UUID(trip_id), old, new)
        except Exception:  # one trip that can't be read must not keep the others from being told
            logger.exception("trip %s was left out of a preview", trip_id)
            tried.left_out += 1
    del tried.counts.changes[MOST_CHANGES:]
    return preview_keep(preview=preview, done=done, found=msgspec.to_builtins(tried), now=now)


def _try(tried: Tried, bench: Bench, trip_id: uuid.UUID, old: Rules, new: Rules) -> None:
    pair: Pair = bench.judge(trip_id)
    add(tried.counts, str(trip_id), pair.before, pair.after, pair.looks)
    stood = situation_at_checkout(trip_id)
    if stood is None:
        return
    for end, rules, counts in ((pair.before, old, tried.before), (pair.after, new, tried.after)):
        decision = decide(_again(stood, end, bench), rules)
        for name in (decision.action, "audit" if decision.audit else "checkouts"):
            counts[name] = counts.get(name, 0) + 1


def _again(stood: Situation, end: End, bench: Bench) -> Situation:
    """The trip at its checkout as it then stood, with what the engine now says of it."""
    if not stood.has_scale:
        return stood
    name = bench.context.book.name
    doubts = tuple(
        Doubt(
            kind=alarm.kind,
            probability=alarm.probability,
            value_minor=worth(alarm, bench.context.book.facts) or stood.typical_minor,
            name=name(alarm.products[0]) if alarm.products else "",
        )
        for alarm in end.standing
    )
    changes: dict[str, Any] = {"outcome": end.outcome, "risk": end.risk, "doubts": doubts}
    return msgspec.structs.replace(stood, **changes, verdict_reasons=end.reasons)
