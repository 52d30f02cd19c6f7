"""A store's own trips judged under another policy, before anybody switches it on."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from carts.live.context import StoreContext, load_context
from carts.reconciliation import Policy, within_budget
from carts.replay import Comparison, End, Finding, Tally, add, blank, judged
from carts.replay.whatif import worth
from carts.selectors.policies import judged_trips, policy_of
from carts.selectors.stored import findings_of, last_trips, recorded_trip
from carts.services.policies import policy_checked, policy_in_force

__all__ = ["Bench", "Comparison", "End", "Pair", "Tally", "add", "bench_for", "blank", "stored_compare", "worth"]


class Pair(NamedTuple):
    """One trip under the policy in force and under the other one, and what looks have found of its alarms."""

    trip_id: uuid.UUID
    before: End
    after: End
    looks: Sequence[Finding]


class Bench:
    """One store's catalogue, learned weights and two policies; judges trip by trip, and teaches nothing."""

    def __init__(self, context: StoreContext, before: Policy, after: Policy) -> None:
        self.context, self.before, self.after = context, before, after

    def judge(self, trip_id: uuid.UUID) -> Pair:
        """Raises Trip.DoesNotExist for an absent trip."""
        trip, book = recorded_trip(trip_id), self.context.book
        before, after = (judged(trip, book, policy, self._known) for policy in (self.before, self.after))
        return Pair(trip_id, before, after, findings_of(trip_id))

    def _known(self, code: str) -> str | None:
        """Stored trips name products by their article number; one that is no longer sold is judged all the same."""
        return code or None


def bench_for(store_id: int, settings: dict[str, Any] | None, *, now: datetime) -> Bench:
    """The store's bench for other settings, with the threshold that their budget would bring; raises PolicyInvalid."""
    context = load_context(store_id)
    before = policy_of(policy_in_force(store_id=store_id, now=now))
    if settings is None:
        return Bench(context, before, before)
    policy = policy_checked(settings)
    threshold = within_budget(policy, judged_trips(store_id)).alarm_probability
    return Bench(context, before, msgspec.structs.replace(policy, alarm_probability=threshold))


def stored_compare(
    bench: Bench, *, most: int, progress: Callable[[int, int], None] = lambda done, wanted: None
) -> Comparison:
    """The store's last trips under both policies of the bench."""
    found, trip_ids = blank(), last_trips(bench.context.store_id, most)
    for done, trip_id in enumerate(trip_ids, start=1):
        pair = bench.judge(trip_id)
        add(found, str(trip_id), pair.before, pair.after, pair.looks)
        progress(done, len(trip_ids))
    return found
