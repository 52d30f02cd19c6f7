"""The versions of a store's policy, and the past trips that its threshold is reckoned from."""

from collections import defaultdict
from typing import Any

import msgspec

from carts.models import Discrepancy, PolicyVersion, Trip, TripMode
from carts.reconciliation import Judged, Policy, Seen
from carts.reconciliation.budget import WINDOW


def newest_version(store_id: int) -> PolicyVersion | None:
    """The version in force, or None where nothing was ever judged."""
    version: PolicyVersion | None = PolicyVersion.objects.filter(store_id=store_id).order_by("-number").first()
    return version


def versions(store_id: int, *, most: int = 50) -> list[PolicyVersion]:
    """A store's versions, the newest first."""
    return list(PolicyVersion.objects.filter(store_id=store_id).order_by("-number")[:most])


def engine_policy(settings: dict[str, Any]) -> Policy:
    """The engine's part of a store's settings over its defaults; raises msgspec.ValidationError."""
    return msgspec.convert(settings.get("reconciliation", {}), Policy)


def policy_of(version: PolicyVersion) -> Policy:
    """What the engine judges with under a version: the settings, with the threshold that was in force."""
    return msgspec.structs.replace(engine_policy(version.settings), alarm_probability=version.alarm_probability)


def judged_trips(store_id: int) -> list[Judged]:
    """The last trips that carts with a scale have sealed and ended, the latest last, with their alarms."""
    ended = Trip.objects.filter(store_id=store_id, mode=TripMode.CART, ended_at__isnull=False, sealed_at__isnull=False)
    newest = list(ended.order_by("-ended_at").values_list("id", "policy_version__alarm_probability")[:WINDOW])
    alarms: dict[Any, list[Seen]] = defaultdict(list)
    rows = Discrepancy.objects.filter(trip_id__in=[trip_id for trip_id, _ in newest]).order_by("trip", "number")
    for trip_id, probability, found in rows.values_list("trip_id", "probability", "found_true"):
        alarms[trip_id].append(Seen(probability, found))
    usual = Policy().alarm_probability
    return [Judged(threshold or usual, tuple(alarms[trip_id])) for trip_id, threshold in reversed(newest)]
