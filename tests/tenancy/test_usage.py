"""What a retailer used in a month: by the store's own clock, and nothing of another's."""

import csv
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from carts.models import Cart, Trip
from checkout.models import Escalation
from checkout.selectors.usage import usage
from inventory.models import Store
from tests.checkout.conftest import _own_files, sandbox, sent, shop
from tests.checkout.world import Shop, in_review, make_shop, make_trip

__all__ = ["_own_files", "sandbox", "sent", "shop"]
# The store's clock is Vienna's: its March ends two hours before that of UTC.
MARCH_ENDS = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
LAST = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)


def ended(shop: Shop, at: datetime, state: str = "cancelled") -> Trip:
    cart = Cart.objects.create(store=shop.store, label=f"X{Cart.objects.count()}")
    return make_trip(shop, cart=cart, state=state, ended_at=at)


def test_trips_carts_and_glances_count_in_the_month_of_the_stores_clock(shop: Shop) -> None:
    first = ended(shop, LAST, "paid")
    make_trip(shop, cart=first.cart, state="cancelled", ended_at=LAST)
    ended(shop, MARCH_ENDS)
    make_trip(shop)  # under way
    escalation = in_review(make_shop("Next Door"))
    Escalation.objects.filter(pk=escalation.pk).update(looked_at=LAST)

    [row] = usage(shop.store.retailer, date(2026, 3, 15))
    [april] = usage(shop.store.retailer, date(2026, 4, 1))
    [theirs] = usage(escalation.store.retailer, date(2026, 3, 1))

    assert (row.carts, row.trips, row.paid, row.glances) == (1, 2, 1, 0)
    assert (april.trips, april.paid) == (1, 0)
    assert (theirs.trips, theirs.glances) == (0, 1)


def test_the_statement_is_read_or_written_as_csv(shop: Shop, tmp_path: Path) -> None:
    ended(shop, LAST)
    Store.objects.create(retailer=shop.store.retailer, code="second", name="Second")
    out = StringIO()

    def run(**options: Any) -> None:
        call_command("usage_statement", retailer="hill-foods", month="2026-03", stdout=out, **options)

    run()
    run(csv=tmp_path / "usage.csv")

    rows = list(csv.DictReader(StringIO((tmp_path / "usage.csv").read_text())))
    assert [row["trips"] for row in rows if row["month"] == "2026-03"] == ["1", "0"]
    assert "all stores                      1        1        0        0" in out.getvalue()
    with pytest.raises(CommandError, match="2026-10"):
        call_command("usage_statement", month="October")
    with pytest.raises(CommandError, match="no such retailer"):
        call_command("usage_statement", retailer="nobody")
