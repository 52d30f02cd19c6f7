"""Who is here, and what carts tell of themselves, is written down without holding up an event."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carts.live import polling
from carts.models import Cart
from carts.protocol.inbound import Health
from tests.carts.live.cast import make_shop

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_carts_are_seen_and_their_telemetry_is_kept_in_one_go() -> None:
    make_shop()
    first = Cart.objects.get()
    others = [Cart.objects.create(store=first.store, label=f"C{n}") for n in range(3)]
    told = {cart.id: Health(battery=0.1 * n, charging=True) for n, cart in enumerate(others, 1)}

    with CaptureQueriesContext(connection) as asked:
        polling.note([first.id, *(cart.id for cart in others)], told, NOW)

    assert set(Cart.objects.values_list("last_seen_at", flat=True)) == {NOW}
    assert list(Cart.objects.filter(charging=True).order_by("battery").values_list("id", flat=True)) == list(told)
    first.refresh_from_db()
    assert first.battery is None
    assert sum(query["sql"].startswith("UPDATE") for query in asked) == 2
    if connection.vendor == "postgresql":
        (locked,) = [query["sql"] for query in asked if "FOR NO KEY UPDATE" in query["sql"]]
        assert " ORDER BY " in locked


def test_many_carts_are_noted_in_small_pieces_in_the_journal_s_order() -> None:
    carts = [UUID(int=number) for number in range(250)]

    parts = polling.noted_together(reversed(carts))

    assert [len(part) for part in parts] == [100, 100, 50]
    assert [cart for part in parts for cart in part] == carts
