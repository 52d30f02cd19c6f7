"""Random checks are bound before their day and disclosed after it, and whoever likes can check them."""

import hashlib
import hmac
import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from carts.models import Cart
from checkout.audits import Group, commitment, day_seed, draw, evenness
from checkout.models import Checkout, Conclusion, DrawDay, Escalation
from checkout.services.draws import draws_bind, draws_disclose
from checkout.services.escalations import escalation_claim, escalation_decide
from inventory.models import AuditEntry
from tests.checkout.world import NOW, Shop, make_trip, open_checkout

BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(days=2)
DAY = NOW.date()


@pytest.fixture
def drawn(shop: Shop) -> Checkout:
    """A trip of a store that checks half of them, on a day that was bound before it."""
    draws_bind(now=BEFORE)
    shop.store.policy = {"checkout": {"audit_share": 0.5}}
    shop.store.save(update_fields=["policy"])
    return open_checkout(shop, make_trip(shop))


def told(shop: Shop) -> dict[str, Any]:
    answer = Client().get(f"/draws/{shop.store.retailer.slug}/{DAY.isoformat()}.json")
    found: dict[str, Any] = next(row for row in answer.json()["stores"] if row["store"] == shop.store.code)
    return found


def checked(shop: Shop) -> str:
    out = StringIO()
    call_command("check_draws", shop.store.retailer.slug, DAY.isoformat(), stdout=out)
    return out.getvalue()


def test_before_and_on_its_day_a_seed_is_bound_and_secret(shop: Shop, drawn: Checkout) -> None:
    draws_disclose(now=NOW + timedelta(days=1))

    row = told(shop)

    assert (row["bound_before"], row["seed"], "drawn" in row) == (True, "", False)
    entry = AuditEntry.objects.filter(action="draws.bind", store=shop.store).get()
    assert entry.detail["commitments"][DAY.isoformat()] == row["commitment"]


def test_after_the_day_anybody_can_make_the_draw_with_what_is_disclosed(shop: Shop, drawn: Checkout) -> None:
    draws_disclose(now=AFTER)

    row = told(shop)

    # As docs/seeing.md tells the public to do it, with nothing of ours.
    seed = bytes.fromhex(row["seed"])
    number = int.from_bytes(hmac.new(seed, str(drawn.trip_id).encode(), hashlib.sha256).digest()[:6], "big") / 2**48
    assert hashlib.sha256(seed).hexdigest() == row["commitment"]
    assert number == drawn.judgement["situation"]["draw"]
    assert [trip["trip"] for trip in row["drawn"]] == ([str(drawn.trip_id)] if number < 0.5 else [])
    assert drawn.judgement["audit"] == (number < 0.5)
    assert "holds" in checked(shop)


def test_binding_twice_changes_nothing(shop: Shop) -> None:
    assert draws_bind(now=BEFORE) > 0
    made = list(DrawDay.objects.values_list("commitment", "made_at"))

    assert draws_bind(now=BEFORE + timedelta(hours=1)) == 0
    assert list(DrawDay.objects.values_list("commitment", "made_at")) == made


def test_a_day_that_was_bound_too_late_says_so(shop: Shop) -> None:
    draws_bind(now=NOW)

    assert told(shop)["bound_before"] is False


def test_another_seed_than_the_bound_one_is_told(shop: Shop, drawn: Checkout) -> None:
    DrawDay.objects.filter(store=shop.store, day=DAY).update(commitment="0" * 64)
    draws_disclose(now=AFTER)

    with pytest.raises(CommandError, match="fault"):
        checked(shop)
    assert told(shop)["faults"] == 1


def test_a_check_that_was_not_drawn_is_told(shop: Shop, drawn: Checkout) -> None:
    judgement = drawn.judgement
    judgement["rules"]["audit_share"] = 0.0
    judgement["audit"] = True
    Checkout.objects.filter(id=drawn.id).update(judgement=judgement, action="look")
    draws_disclose(now=AFTER)

    with pytest.raises(CommandError, match="1 fault"):
        checked(shop)


def test_a_day_that_is_unknown_or_none_is_not_found(shop: Shop) -> None:
    for day in ("2020-01-01", "someday"):
        assert Client().get(f"/draws/{shop.store.retailer.slug}/{day}.json").status_code == 404


SHARE = 0.02
STORES, PEOPLE, TRIPS = 20, 12, 1000


def spread(boosted: dict[str, float]) -> tuple[float, float]:
    """How even the draws of a day are over stores and over people, from the disclosed seeds alone. `boosted`: the
    share of those whose trips are checked more or less often than the policy says."""
    stores, people = dict.fromkeys(range(STORES), 0), dict.fromkeys(range(PEOPLE), 0)
    for store in stores:
        seed = day_seed(b"a secret", store, "2026-03-02")
        assert commitment(seed) == commitment(bytes.fromhex(seed.hex())), "what is bound is what is disclosed"
        for number in range(TRIPS):
            person = number % PEOPLE
            share = boosted.get(f"store {store}", boosted.get(f"person {person}", SHARE))
            drawn = draw(seed, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{store}/{number}"))) < share
            stores[store] += drawn
            people[person] += drawn
    shares = [(stores, TRIPS), (people, TRIPS * STORES / PEOPLE)]
    even = [
        evenness([Group(drawn, count * SHARE, count * SHARE * (1 - SHARE)) for drawn in counts.values()])
        for counts, count in shares
    ]
    return even[0], even[1]


def test_random_checks_are_evenly_spread_over_stores_and_people() -> None:
    stores, people = spread({})

    assert stores > 0.01
    assert people > 0.01


@pytest.mark.parametrize(
    ("boosted", "which"), [({"store 3": 0.06}, 0), ({"person 5": 0.04}, 1), ({"person 5": 0.0}, 1)]
)
def test_one_store_or_person_that_is_checked_more_or_less_than_others_is_noticed(
    boosted: dict[str, float], which: int
) -> None:
    assert spread(boosted)[which] < 0.0001


def test_few_draws_are_never_called_uneven() -> None:
    assert evenness([Group(1, 0.01, 0.01), Group(0, 2.0, 2.0)]) == 1.0
    assert evenness([]) == 1.0


def test_the_command_tells_of_stores_and_of_the_people_who_settled_random_checks(shop: Shop, drawn: Checkout) -> None:
    while not drawn.judgement["audit"]:
        cart = Cart.objects.create(store=shop.store, label=uuid.uuid4().hex[:10])
        drawn = open_checkout(shop, make_trip(shop, cart=cart))
    escalation = Escalation.objects.get(checkout=drawn)
    Escalation.objects.filter(id=escalation.id).update(state="waiting")
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    escalation_decide(escalation_id=escalation.id, staff=shop.sue, conclusion=Conclusion.CLEARED, now=NOW)
    draws_disclose(now=AFTER)

    rows = {line.split()[0]: line.split() for line in checked(shop).splitlines() if line.strip()}

    # trips; reviews, expected, random of the one person there is
    assert int(rows[shop.store.code][3]) >= 1
    assert rows["sue"][-4:-1] == ["1", "1.0", "1"]
