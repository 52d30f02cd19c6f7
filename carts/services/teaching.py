"""What paid trips teach about weights: read from the journal, once, by whoever comes to it.

The engine that judged a trip may have died with its server; the journal has not. A trip's lessons are drawn from its
snapshot and journal, and `taught_at` is set in the transaction that stores them: none is lost, none is taught twice.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from django.db import transaction

from carts.live.context import StoreContext, load_context
from carts.live.rebuild import rebuild
from carts.models import Checked, Trip, TripMode, TripState
from carts.reconciliation import Lesson, Scale
from carts.services.retention import snapshot_forget
from inventory.services.weights import LearnedBelief, weights_change

logger = logging.getLogger(__name__)
BATCH = 100


def paid_trips_teach(*, now: datetime, batch: int = BATCH) -> int:
    """Teaches what trips paid so far have to teach, the oldest first; says how many trips did."""
    rows = Trip.objects.filter(state=TripState.PAID, taught_at=None).order_by("ended_at")
    waiting: dict[int, list[uuid.UUID]] = defaultdict(list)
    for store_id, trip_id in rows.values_list("store_id", "id")[:batch]:
        waiting[store_id].append(trip_id)
    count = 0
    for store_id, trip_ids in waiting.items():
        context = load_context(store_id)
        count += sum(trip_teach(trip_id=trip_id, context=context, now=now) for trip_id in trip_ids)
    return count


def trip_teach(*, trip_id: uuid.UUID, context: StoreContext, now: datetime) -> bool:
    """Teaches what a paid trip has to teach; False if it is not paid, or has taught before.

    A trip whose journal can't be read teaches nothing, and is not asked again.
    """
    rows = Trip.objects.filter(id=trip_id, state=TripState.PAID, taught_at=None)
    trip: Trip | None = rows.select_related("cart").first()
    if trip is None:
        return False
    lessons: list[Lesson] = []
    try:
        lessons = lessons_of(trip, context)
    except Exception:  # whatever broke, it must not stand before the lessons of all later trips
        logger.exception("trip %s teaches nothing: its journal can't be replayed", trip_id)
    with transaction.atomic():
        if rows.update(taught_at=now) != 1:
            return False
        _store(lessons, context, now)
        snapshot_forget(trip_id=trip_id)
    return True


def lessons_of(trip: Trip, context: StoreContext) -> list[Lesson]:
    """What the trip shows of single units' weights, from its snapshot and journal; staff's looks count for more."""
    if trip.mode == TripMode.PHONE:
        return []
    scale = Scale(trip.cart.scale_division_g, float(trip.cart.scale_capacity_g))
    found = rebuild(trip, context, scale).engine.lessons()
    if trip.checked_by != Checked.STAFF:
        return found
    return [msgspec.structs.replace(lesson, source="staff") for lesson in found]


def _store(lessons: Sequence[Lesson], context: StoreContext, now: datetime) -> None:
    articles = {lesson.product: context.catalogue.by_code(lesson.product) for lesson in lessons}
    products = {a.product_id: code for code, a in articles.items() if a is not None and a.sold_by == "each"}
    if products:
        change = partial(_taught, context, products, lessons)
        weights_change(store_id=context.store_id, product_ids=list(products), change=change, now=now)


def _taught(
    context: StoreContext, products: Mapping[int, str], lessons: Sequence[Lesson], stored: Mapping[int, Any]
) -> Iterable[LearnedBelief]:
    """The stored beliefs after these lessons."""
    book = context.book
    for product_id, code in products.items():
        if product_id in stored:
            book.load(code, msgspec.msgpack.encode(stored[product_id]))
        book.learn([lesson for lesson in lessons if lesson.product == code])
        mean, variance = book.expected(code)
        belief = book.belief(code)
        yield LearnedBelief(product_id, msgspec.to_builtins(belief), mean, variance**0.5, belief.seen)
