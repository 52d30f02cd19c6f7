"""A store's policy is versioned and audited, and its threshold is kept within the budget that the store sets."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from carts.errors import PolicyInvalid, PolicyMoved
from carts.models import Cart, Discrepancy, PolicyCause, PolicyVersion, Trip
from carts.reconciliation import Policy
from carts.selectors.policies import judged_trips, policy_of
from carts.services.policies import policy_in_force, policy_keep_budget, policy_set
from inventory.models import AuditEntry, Role, Store
from inventory.services.audit import audit_verify
from tests.inventory.world import NOW, make_person, make_store

pytestmark = pytest.mark.django_db
SET = {"reconciliation": {"scan_grace_ms": 8000, "alarm_budget": 0.5}, "checkout": {"audit_share": 0.02}}


@pytest.fixture
def store() -> Store:
    return make_store()


@pytest.fixture
def max_(store: Store) -> User:
    return make_person("max", Role.MANAGER, store=store)


def ended_trips(store: Store, count: int, *, alarm: float = 0, every: int = 1, found: bool | None = None) -> None:
    """Trips that were judged by the version in force; each `every`-th opened an alarm of that probability."""
    cart = Cart.objects.filter(store=store).first() or Cart.objects.create(store=store, label="A1")
    version = policy_in_force(store_id=store.pk, now=NOW)
    so_far = Trip.objects.filter(store=store).count()
    trips = Trip.objects.bulk_create(
        Trip(
            store=store, cart=cart, stream=uuid.uuid4(), state="paid", started_at=NOW, start_ms=0, last_ms=9,
            sealed_at=NOW, sealed_revision=1, ended_at=NOW + timedelta(minutes=so_far + place), policy_version=version,
        )
        for place in range(count)
    )  # fmt: skip
    if alarm:
        Discrepancy.objects.bulk_create(
            Discrepancy(
                trip=trip, number=1, kind="unscanned", state="resolved", opened_ms=1, expected_g=0, observed_g=300,
                tolerance_g=9, probability=alarm, advice="Please scan it.", found_true=found,
            )
            for trip in trips[::every]
        )  # fmt: skip


def test_the_first_version_is_the_store_as_it_is(store: Store) -> None:
    version = policy_in_force(store_id=store.pk, now=NOW)

    assert (version.number, version.cause, version.settings) == (1, PolicyCause.FOUND, {})
    assert policy_in_force(store_id=store.pk, now=NOW).pk == version.pk


def test_a_policy_set_is_a_version_with_its_author_and_stands_in_the_audit_log(store: Store, max_: User) -> None:
    first = policy_in_force(store_id=store.pk, now=NOW)
    version = policy_set(store_id=store.pk, settings=SET, base=first.number, by=max_, note="Slower shoppers", now=NOW)

    store.refresh_from_db()
    assert store.policy == SET
    assert (version.number, version.by_name, policy_of(version).scan_grace_ms) == (2, "max", 8000)
    assert policy_in_force(store_id=store.pk, now=NOW).pk == version.pk
    entry = AuditEntry.objects.get(action="policy.set")
    assert (entry.actor, entry.detail["was"], entry.detail["is"]) == (max_, {}, SET)
    assert audit_verify(retailer_id=store.retailer_id).broken_at is None


def test_what_was_changed_in_the_admin_becomes_a_version_too(store: Store) -> None:
    policy_in_force(store_id=store.pk, now=NOW)
    Store.objects.filter(id=store.pk).update(policy=SET)

    version = policy_in_force(store_id=store.pk, now=NOW)

    assert (version.number, version.cause, version.settings) == (2, PolicyCause.FOUND, SET)


def test_settings_that_cannot_be_read_leave_the_version_before_in_force(store: Store) -> None:
    first = policy_in_force(store_id=store.pk, now=NOW)
    Store.objects.filter(id=store.pk).update(policy={"reconciliation": {"alarm_probability": "low"}})

    assert policy_in_force(store_id=store.pk, now=NOW).pk == first.pk


@pytest.mark.parametrize(
    "told",
    [
        {"alarm_probability": 0.2}, {"alarm_budget": -1}, {"scan_grace_ms": 4000}, {"scan_grace_ms": "long"},
        {"mercy": 1}, {"review_risk": float("nan")},
    ],
)  # fmt: skip
def test_a_policy_out_of_its_range_changes_nothing(store: Store, max_: User, told: dict[str, object]) -> None:
    first = policy_in_force(store_id=store.pk, now=NOW)

    with pytest.raises(PolicyInvalid):
        policy_set(store_id=store.pk, settings={"reconciliation": told}, base=first.number, by=max_, now=NOW)

    store.refresh_from_db()
    assert (store.policy, PolicyVersion.objects.count()) == ({}, 1)


def test_two_managers_do_not_overwrite_each_other(store: Store, max_: User) -> None:
    seen = policy_in_force(store_id=store.pk, now=NOW).number
    policy_set(store_id=store.pk, settings=SET, base=seen, by=max_, now=NOW)

    with pytest.raises(PolicyMoved):
        policy_set(store_id=store.pk, settings={"checkout": {"audit_share": 0.5}}, base=seen, by=max_, now=NOW)

    store.refresh_from_db()
    assert store.policy == SET


def test_a_threshold_that_moved_meanwhile_is_no_conflict(store: Store, max_: User) -> None:
    seen = policy_in_force(store_id=store.pk, now=NOW).number
    ended_trips(store, 200, alarm=0.85, every=10, found=False)
    assert policy_keep_budget(store_id=store.pk, now=NOW) is not None

    version = policy_set(store_id=store.pk, settings=SET, base=seen, by=max_, now=NOW)

    assert version.number == 3
    assert version.alarm_probability > 0.85  # what the trips have taught stays known


def test_false_alarms_beyond_the_budget_raise_the_threshold_and_true_ones_do_not(store: Store) -> None:
    neighbour = make_store(code="next-door")
    ended_trips(store, 200, alarm=0.85, every=10, found=False)
    ended_trips(neighbour, 200, alarm=0.85, every=10, found=True)

    moved = policy_keep_budget(store_id=store.pk, now=NOW)
    kept = policy_keep_budget(store_id=neighbour.pk, now=NOW)

    assert moved is not None
    assert moved.alarm_probability > 0.85
    assert (moved.cause, moved.basis["found_false"], moved.basis["trips"]) == (PolicyCause.BUDGET, 20, 200)
    assert kept is None
    entry = AuditEntry.objects.get(action="policy.budget")
    assert (entry.detail["was"], entry.detail["is"]) == (Policy().alarm_probability, moved.alarm_probability)


def test_a_threshold_that_hardly_moves_makes_no_version(store: Store) -> None:
    ended_trips(store, 200)

    assert policy_keep_budget(store_id=store.pk, now=NOW) is None
    assert PolicyVersion.objects.count() == 1


def test_only_this_stores_last_sealed_trips_of_carts_count(store: Store) -> None:
    ended_trips(store, 3, alarm=0.9)
    ended_trips(make_store(code="next-door"), 4, alarm=0.9)
    phone = Trip.objects.filter(store=store).order_by("ended_at")[0]
    Trip.objects.filter(id=phone.pk).update(mode="phone")

    assert [len(trip.alarms) for trip in judged_trips(store.pk)] == [1, 1]
