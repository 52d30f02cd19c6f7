"""A store's policy: set by people, its alarm threshold kept within the budget, every version written down.

Live trips keep the version that they began with; the next trip of each cart begins with the newest.
"""

import logging
from datetime import datetime
from typing import Any

import msgspec
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from carts.errors import PolicyInvalid, PolicyMoved
from carts.models import PolicyCause, PolicyVersion
from carts.reconciliation import Policy, Reckoning, within_budget
from carts.selectors.policies import engine_policy, judged_trips, newest_version
from inventory.selectors.stores import store_settings
from inventory.services.audit import audit_record
from inventory.services.stores import store_policy_set

logger = logging.getLogger(__name__)
LEAST_MOVE = 0.005  # a threshold that would move by less stays
CONTRACT = Policy()
# (least, most) of what a store may set. Graces are the contract's or longer: honest shoppers rely on them.
RANGES: dict[str, tuple[float, float]] = {
    "scan_grace_ms": (CONTRACT.scan_grace_ms, 60_000),
    "place_grace_ms": (CONTRACT.place_grace_ms, 180_000),
    "lift_grace_ms": (CONTRACT.lift_grace_ms, 180_000),
    "return_grace_ms": (CONTRACT.return_grace_ms, 60_000),
    "alarm_probability": (0.5, 0.98),
    "review_risk": (0.05, 0.98),
    "alarm_budget": (0.05, 20.0),
    "bag_limit_g": (0, 10_000),
    "least_item_g": (3, 100),
}


def policy_checked(settings: dict[str, Any]) -> Policy:
    """The engine's policy in these settings; raises PolicyInvalid that names the field."""
    told = settings.get("reconciliation", {})
    unknown = sorted(set(told) - set(RANGES)) if isinstance(told, dict) else ["reconciliation"]
    if unknown:
        raise PolicyInvalid(f"There is no such setting: {', '.join(unknown)}.")
    try:
        policy = engine_policy(settings)
    except msgspec.ValidationError as error:
        raise PolicyInvalid(f"A setting has the wrong type: {error}.") from error
    for name, (least, most) in RANGES.items():
        if not least <= getattr(policy, name) <= most:
            raise PolicyInvalid(f"{name} must be between {least:g} and {most:g}.")
    return policy


def policy_in_force(*, store_id: int, now: datetime) -> PolicyVersion:
    """The newest version; a new one is written first where the store's settings were changed outside the console.

    Settings that can't be read are not taken: the version before stays in force, or the engine's own defaults.
    """
    venue, settings = store_settings(store_id)
    newest = newest_version(store_id)
    if newest is not None and (newest.settings, newest.venue) == (settings, venue):
        return newest
    try:
        policy = policy_checked(settings)
    except PolicyInvalid as error:
        logger.error("the policy of store %s can't be taken: %s", store_id, error.detail)
        if newest is not None:
            return newest
        settings, policy = {}, Policy()
    reckoned = within_budget(policy, judged_trips(store_id))
    return _write(
        store_id, newest, cause=PolicyCause.FOUND, by="server", venue=venue, settings=settings, reckoned=reckoned,
        now=now,
    )  # fmt: skip


def policy_set(
    *, store_id: int, settings: dict[str, Any], base: int, by: User, note: str = "", now: datetime
) -> PolicyVersion:
    """A person sets the store's policy. `base` is the number of the version that they saw.

    Raises PolicyInvalid, or PolicyMoved when other settings came in meanwhile (a threshold that moved is none).
    """
    policy = policy_checked(settings)
    with transaction.atomic():
        store = store_policy_set(store_id=store_id, policy=settings)
        newest = newest_version(store_id)
        seen = PolicyVersion.objects.filter(store_id=store_id, number=base).first()
        if newest is not None and (seen is None or seen.settings != newest.settings):
            raise PolicyMoved
        reckoned = within_budget(policy, judged_trips(store_id))
        version = _write(
            store_id, newest, cause=PolicyCause.SET, by=by.get_username(), venue=store.venue, settings=settings,
            reckoned=reckoned, note=note, now=now,
        )  # fmt: skip
        was = newest.settings if newest is not None else {}
        audit_record(
            action="policy.set",
            subject=f"policy {version.number}",
            actor=by,
            store=store,
            detail={"was": was, "is": settings, "speaks_from": version.alarm_probability, "note": note},
            now=now,
        )
    return version


def policy_keep_budget(*, store_id: int, now: datetime) -> PolicyVersion | None:
    """Moves the store's threshold to where its budget is kept; None where it stays. A new version says why."""
    newest = policy_in_force(store_id=store_id, now=now)
    reckoned = within_budget(engine_policy(newest.settings), judged_trips(store_id))
    if abs(reckoned.alarm_probability - newest.alarm_probability) < LEAST_MOVE:
        return None
    return _write(
        store_id, newest, cause=PolicyCause.BUDGET, by="server", venue=newest.venue, settings=newest.settings,
        reckoned=reckoned, now=now,
    )  # fmt: skip


def _write(
    store_id: int, newest: PolicyVersion | None, *, cause: PolicyCause, by: str, venue: str, settings: dict[str, Any],
    reckoned: Reckoning, now: datetime, note: str = "",
) -> PolicyVersion:  # fmt: skip
    """The version after `newest`; where somebody else wrote it first, theirs."""
    number = newest.number + 1 if newest is not None else 1
    version = PolicyVersion(
        store_id=store_id, number=number, at=now, cause=cause, by_name=by, note=note, venue=venue, settings=settings,
        alarm_probability=reckoned.alarm_probability, basis=msgspec.to_builtins(reckoned),
    )  # fmt: skip
    try:
        with transaction.atomic():
            version.save(force_insert=True)
            if cause != PolicyCause.SET:
                _note(version, newest, now)
    except IntegrityError:
        if cause == PolicyCause.SET:
            raise PolicyMoved from None
        return PolicyVersion.objects.get(store_id=store_id, number=number)
    return version


def _note(version: PolicyVersion, newest: PolicyVersion | None, now: datetime) -> None:
    audit_record(
        action=f"policy.{version.cause}",
        subject=f"policy {version.number}",
        actor_name="server",
        store=version.store,
        detail={
            "was": newest.alarm_probability if newest is not None else None,
            "is": version.alarm_probability,
            "basis": version.basis,
        },
        now=now,
    )
