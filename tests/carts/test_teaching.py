"""What paid trips teach is in the journal: no server's death loses it, and no trip teaches twice."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from carts.live.context import StoreContext, load_context, newly_learned, take_learned
from carts.live.hub import Hub
from carts.models import Snapshot, Trip, TripState
from carts.services.retention import snapshots_expire
from carts.services.settlement import Correction, trip_correct, trip_transition
from carts.services.teaching import lessons_of, paid_trips_teach, trip_teach
from inventory.models import LearnedWeight
from tests.carts.live.cast import BREAD, MILK, Shop, make_shop, on_the_loop, open_tablet
from tests.inventory.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def sealed_trip(shop: Shop) -> Trip:
    """Ana puts milk and bread in and seals; then her server is gone, with all that it had in memory."""

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        ana.load_g = 740.0  # the cart has never been tared
        await ana.stand()
        await ana.event("start")
        await ana.scan(MILK, 1071)
        await ana.scan(BREAD, 509)
        await ana.event("seal")
        hub.connections.clear()  # nobody parts: what only memory knows is lost

    on_the_loop(story)
    return Trip.objects.get(cart=shop.cart, state=TripState.SEALED)


def pay(trip: Trip) -> None:
    for state in (TripState.CLEARED, TripState.PAYING, TripState.PAID):
        trip_transition(trip_id=trip.id, to=state, now=NOW)


def learned() -> dict[str, tuple[int, int]]:
    rows = LearnedWeight.objects.select_related("product")
    return {row.product.code: (round(row.mean_g), row.observations) for row in rows}


def test_a_trip_paid_after_its_server_died_teaches_its_weights() -> None:
    trip = sealed_trip(make_shop())
    pay(trip)
    assert learned() == {}  # the control: what the engine in memory had to teach died with it

    assert paid_trips_teach(now=NOW) == 1

    found = learned()
    assert {code: seen for code, (_, seen) in found.items()} == {MILK: 1, BREAD: 1}
    assert found[MILK][0] in range(1060, 1075)
    assert found[BREAD][0] in range(504, 512)


def test_a_trip_teaches_once_however_often_it_is_asked() -> None:
    trip = sealed_trip(make_shop())
    pay(trip)

    assert [paid_trips_teach(now=NOW) for _ in range(3)] == [1, 0, 0]
    assert learned()[MILK][1] == 1

    Trip.objects.filter(id=trip.id).update(taught_at=None)  # the control: nothing but the mark keeps it
    paid_trips_teach(now=NOW)
    assert learned()[MILK][1] == 2


def test_two_workers_at_one_trip_teach_it_once() -> None:
    shop = make_shop()
    trip = sealed_trip(shop)
    pay(trip)
    contexts = [load_context(shop.store.pk) for _ in range(2)]

    answers = teach_together([(trip, context) for context in contexts])

    assert sorted(answers) == [False, True]
    assert learned()[MILK][1] == 1


def test_two_trips_that_teach_one_product_at_once_both_count() -> None:
    shop = make_shop()
    first = sealed_trip(shop)
    pay(first)
    second = sealed_trip(shop)
    pay(second)
    contexts = [load_context(shop.store.pk) for _ in range(2)]

    teach_together(list(zip((first, second), contexts, strict=True)))

    assert learned()[MILK][1] == 2


def test_a_trip_that_was_not_paid_teaches_nothing() -> None:
    trip = sealed_trip(make_shop())
    trip_transition(trip_id=trip.id, to=TripState.CANCELLED, now=NOW)

    assert paid_trips_teach(now=NOW) == 0
    assert learned() == {}


def test_the_journal_alone_teaches_what_the_snapshot_taught() -> None:
    shop = make_shop()
    trip = sealed_trip(shop)
    context = load_context(shop.store.pk)
    by_snapshot = {lesson.product: lesson for lesson in lessons_of(trip, context)}

    Snapshot.objects.filter(trip=trip).delete()
    by_journal = {lesson.product: lesson for lesson in lessons_of(trip, context)}

    assert set(by_journal) == set(by_snapshot) == {MILK, BREAD}
    for product, lesson in by_journal.items():
        assert abs(lesson.grams - by_snapshot[product].grams) < 1.5


def test_a_snapshot_waits_until_its_trip_has_taught() -> None:
    trip = sealed_trip(make_shop())
    pay(trip)
    snapshots_expire(now=NOW)
    assert Snapshot.objects.filter(trip=trip).exists()

    paid_trips_teach(now=NOW)

    assert not Snapshot.objects.filter(trip=trip).exists()


def test_what_staff_looked_at_counts_for_more() -> None:
    shop = make_shop()
    trip = sealed_trip(shop)
    context = load_context(shop.store.pk)
    assert {lesson.source for lesson in lessons_of(trip, context)} == {"shopper"}

    Trip.objects.filter(id=trip.id).update(checked_by="staff")

    assert {lesson.source for lesson in lessons_of(Trip.objects.get(id=trip.id), context)} == {"staff"}


def test_what_staff_took_off_the_bill_teaches_nothing() -> None:
    shop = make_shop()
    trip = sealed_trip(shop)
    line = trip.lines.get(product__code=BREAD).line
    trip_correct(trip_id=trip.id, corrections=[Correction(quantity=0, line=line)], staff_name="ben", now=NOW)

    lessons = lessons_of(Trip.objects.get(id=trip.id), load_context(shop.store.pk))

    assert {lesson.product for lesson in lessons} == {MILK}


def test_a_journal_that_cannot_be_read_does_not_stand_before_the_others() -> None:
    shop = make_shop()
    broken = sealed_trip(shop)
    pay(broken)
    Snapshot.objects.filter(trip=broken).delete()
    broken.journal.filter(kind="level").update(data={})
    sound = sealed_trip(shop)
    pay(sound)

    assert paid_trips_teach(now=NOW) == 2
    assert learned()[MILK][1] == 1


def test_other_servers_take_in_what_was_learned() -> None:
    shop = make_shop()
    elsewhere = load_context(shop.store.pk)
    before = elsewhere.book.expected(MILK)[0]
    trip = sealed_trip(shop)
    pay(trip)
    paid_trips_teach(now=timezone.now())

    take_learned(elsewhere, newly_learned(elsewhere))

    assert elsewhere.book.belief(MILK).seen == 1
    assert elsewhere.book.expected(MILK)[0] != before


def teach_together(work: list[tuple[Trip, StoreContext]]) -> list[bool]:
    """All at once, each in a thread with a connection of its own; what each answered."""
    both = threading.Barrier(len(work))
    answers: list[bool] = []

    def teach(trip: Trip, context: StoreContext) -> None:
        both.wait(timeout=30)
        answers.append(trip_teach(trip_id=trip.id, context=context, now=NOW))
        connection.close()

    threads = [threading.Thread(target=teach, args=pair) for pair in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers
