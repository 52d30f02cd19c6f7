"""Random checks are bound before their day and disclosed after it, and whoever likes can check them."""

import hashlib
import hmac
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from checkout.models import Checkout, DrawDay
from checkout.services.draws import draws_bind, draws_disclose
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
