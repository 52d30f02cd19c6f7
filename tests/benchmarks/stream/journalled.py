"""Scans that the journal commits in a second, with the rows that a scan has; in the environment's database."""

import asyncio
import os
import time
import uuid
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from carts.live.write import Write

OUTSTANDING = 2000


def main(scans: int) -> None:
    from carts.journal import journal
    from carts.live.write import Write
    from carts.models import Cart

    carts = list(Cart.objects.values_list("id", "store_id"))
    Cart.objects.update(epoch=1)
    writes = _writes(carts, scans)

    async def story() -> float:
        gate = asyncio.Semaphore(OUTSTANDING)

        async def one(write: Write) -> None:
            async with gate:
                await journal.submit(write)

        for start in writes[: len(carts)]:
            await journal.submit(start)
        began = time.perf_counter()
        await asyncio.gather(*map(one, writes[len(carts) :]))
        return time.perf_counter() - began

    seconds = asyncio.run(story())
    journal.close()
    print(f"{scans / seconds:.0f}")


def _writes(carts: list[tuple[uuid.UUID, int]], scans: int) -> "list[Write]":
    """A start for each cart, then scans in turn: an entry, a line, the trip's columns."""
    from django.utils import timezone

    from carts.live.write import Projection, Write
    from carts.models import JournalEntry, Trip, TripLine
    from inventory.models import Product

    now, product = timezone.now(), Product.objects.first()
    totals: dict[str, Any] = dict.fromkeys(("subtotal", "discount", "deposit", "tax", "due", "items"), 199) | {
        "rates": []
    }
    writes: list[Write] = []
    trips = {}
    for cart, store in carts:
        trip = Trip(store_id=store, cart_id=cart, stream=uuid.uuid4(), started_at=now, start_ms=0, last_ms=0)
        trips[cart] = trip
        writes.append(Write(cart, 1, new_trip=trip))
    for number in range(scans):
        cart, _ = carts[number % len(carts)]
        trip, seq = trips[cart], number // len(carts) + 1
        write = Write(cart, 1, projection=Projection(trip.id, seq, seq * 1000, totals, 0))
        write.entries.append(
            JournalEntry(cart_id=cart, trip_id=trip.id, stream=trip.stream, seq=seq, epoch=1, kind="scan",
                         at_ms=seq * 1000, arrived_at=now, data={"code": "4000000000006", "source": "scanner"},
                         outcome="added", detail={"line": 1, "name": "Article", "product": "A1", "quantity": 1},
                         fingerprint=uuid.uuid4().hex * 2)
        )  # fmt: skip
        assert product is not None
        write.lines = [
            TripLine(trip_id=trip.id, line=seq, product_id=product.id, code=product.code, name=product.name,
                     quantity=1, sold_by="each", unit_price_minor=199, amount_minor=199, status="placing",
                     at_ms=seq * 1000, revision=seq)
        ]  # fmt: skip
        writes.append(write)
    return writes


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    import sys

    main(int(sys.argv[1]))
