"""The pages of stock and weights: what they show, to whom, and what may be done there."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from carts.models import Cart, Discrepancy, Trip
from checkout.models import Checkout, Escalation
from inventory.models import LearnedWeight, MovementKind, Product, Role, StockLevel, StockMovement, Store, WeightDay
from inventory.selectors.stock import stock_outlook, stock_shrink
from inventory.selectors.weights import learned_since, weight_rows
from inventory.services.products import barcode_add
from inventory.services.stock import StockMovementWrong, stock_book, stock_move
from inventory.services.weights import InvalidWeight, LearnedBelief, weight_forget, weight_set, weights_learn
from tests.inventory.world import make_person, make_product, make_store

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OATS, PEARS = "9521000000018", "4012"


class _Shop:
    def __init__(self) -> None:
        self.now = timezone.now()
        self.store = make_store()
        self.oats = make_product(self.store, "Oats", OATS, gross_weight_g=520)
        self.pears = make_product(self.store, "Pears", PEARS, sold_by="kg")
        self.sue = make_person("sue", Role.MANAGER, store=self.store)

    def move(self, product: Product, kind: MovementKind, quantity: int, days_ago: float = 0) -> None:
        stock_move(
            store_id=self.store.pk, product_id=product.pk, kind=kind, quantity=quantity,
            reference=uuid.uuid4().hex, at=self.now - days_ago * DAY,
        )  # fmt: skip

    def client(self, person: Any = None) -> Client:
        client = Client()
        client.force_login(person or self.sue)
        return client

    def url(self, page: str) -> str:
        return f"/console/stores/{self.store.pk}/{page}"


@pytest.fixture
def shop() -> _Shop:
    return _Shop()


def _belief(*modes: tuple[float, float, float], seen: int = 9) -> dict[str, Any]:
    found = [{"weight": w, "mean": m, "variance": v} for w, m, v in modes]
    return {"modes": found, "squares": 4.0, "degrees": 8.0, "seen": seen}


def _learn(store: Store, product: Product, mean: float, *, now: Any, belief: dict[str, Any] | None = None) -> None:
    known = belief or _belief((1.0, mean, 1.0))
    weights_learn(store_id=store.pk, beliefs=[LearnedBelief(product.pk, known, mean, 2.0, 9)], now=now)


class TestStock:
    def test_days_left_and_the_order_follow_from_what_sells(self, shop: _Shop) -> None:
        shop.move(shop.oats, MovementKind.DELIVERY, 100, days_ago=28)
        shop.move(shop.oats, MovementKind.SALE, -60, days_ago=10)
        shop.move(shop.oats, MovementKind.RETURN, 4, days_ago=9)
        barcode_add(product_id=shop.oats.pk, code="19521000000015", pack_quantity=12, now=shop.now)

        (row,) = stock_outlook(shop.store.pk, shop.now, view="all")

        assert (row.level, row.a_day, row.days_left) == (44, 2.0, 22.0)
        assert (row.state, row.pack, row.order) == ("fine", 12, 0)
        shop.move(shop.oats, MovementKind.WASTE, -40)
        (row,) = stock_outlook(shop.store.pk, shop.now)
        assert (row.level, row.state, row.order) == (4, "soon", 24)

    def test_what_is_sold_out_or_below_zero_comes_first(self, shop: _Shop) -> None:
        shop.move(shop.oats, MovementKind.DELIVERY, 3)
        shop.move(shop.pears, MovementKind.SALE, -500)

        rows = stock_outlook(shop.store.pk, shop.now, view="all")

        assert [(row.name, row.state) for row in rows] == [("Pears", "negative"), ("Oats", "fine")]
        assert [row.name for row in stock_outlook(shop.store.pk, shop.now, view="negative")] == ["Pears"]
        assert [row.name for row in stock_outlook(shop.store.pk, shop.now, view="all", text="oat")] == ["Oats"]

    def test_counts_say_what_is_missing(self, shop: _Shop) -> None:
        shop.move(shop.oats, MovementKind.DELIVERY, 50, days_ago=5)
        shop.move(shop.oats, MovementKind.SALE, -20, days_ago=4)
        stock_book(
            store=shop.store, code=OATS, kind=MovementKind.COUNT, quantity=28, reference="c", actor=shop.sue,
            at=shop.now,
        )  # fmt: skip

        (row,) = stock_shrink(shop.store.pk, shop.now)

        assert (row.missing, row.counts, row.sold, row.share) == (2, 1, 20, 0.1)

    def test_a_transfer_is_two_movements_and_happens_once(self, shop: _Shop) -> None:
        branch = make_store(code="branch")
        form = {"kind": "transfer", "code": OATS, "quantity": 5, "to_store": branch.pk, "reference": uuid.uuid4()}
        shop.move(shop.oats, MovementKind.DELIVERY, 9)

        answers = [shop.client().post(shop.url("stock/book/"), form).status_code for _ in range(2)]

        assert answers == [302, 302]
        levels = StockLevel.objects.filter(product=shop.oats).values_list("store__code", "quantity")
        assert dict(levels) == {"market": 4, "branch": 5}

    def test_nothing_goes_to_a_store_of_somebody_else(self, shop: _Shop) -> None:
        foreign = make_store("Next Door")
        form = {"kind": "transfer", "code": OATS, "quantity": 5, "to_store": foreign.pk, "reference": uuid.uuid4()}

        answer = shop.client().post(shop.url("stock/book/"), form)

        assert answer.status_code == 422
        assert not StockMovement.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "level"), [("waste", 7), ("shrink", 7), ("return", 13), ("delivery", 13), ("count", 3)]
    )
    def test_the_sign_of_what_is_booked_follows_from_its_kind(self, shop: _Shop, kind: str, level: int) -> None:
        shop.move(shop.oats, MovementKind.DELIVERY, 10)

        shop.client().post(
            shop.url("stock/book/"), {"kind": kind, "code": OATS, "quantity": 3, "reference": uuid.uuid4()}
        )

        assert StockLevel.objects.get(product=shop.oats).quantity == level

    def test_what_makes_no_sense_is_refused(self, shop: _Shop) -> None:
        client, form = shop.client(), {"kind": "waste", "code": "nothing", "quantity": 3, "reference": uuid.uuid4()}

        assert client.post(shop.url("stock/book/"), form).status_code == 404
        assert client.post(shop.url("stock/book/"), form | {"quantity": 0}).status_code == 422
        with pytest.raises(StockMovementWrong):
            stock_book(
                store=shop.store, code=OATS, kind=MovementKind.SALE, quantity=1, reference="x", actor=shop.sue,
                at=shop.now,
            )  # fmt: skip

    def test_the_page_shows_it_all_and_only_managers_book(self, shop: _Shop) -> None:
        shop.move(shop.oats, MovementKind.SALE, -2)
        supervisor = make_person("ann", Role.SUPERVISOR, store=shop.store)
        associate = make_person("ben", Role.ASSOCIATE, store=shop.store)
        form = {"kind": "waste", "code": OATS, "quantity": 3, "reference": uuid.uuid4()}

        page = shop.client().get(shop.url("stock/")).content.decode()

        assert "Oats" in page
        assert "Below zero" in page
        assert "Book by hand" in page
        assert "Book by hand" not in shop.client(supervisor).get(shop.url("stock/")).content.decode()
        assert shop.client(supervisor).post(shop.url("stock/book/"), form).status_code == 404
        assert shop.client(associate).get(shop.url("stock/")).status_code == 404


class TestWeights:
    def test_the_history_has_a_row_for_each_day(self, shop: _Shop) -> None:
        for days, mean in ((2, 500.0), (2, 501.0), (0, 504.0)):
            _learn(shop.store, shop.oats, mean, now=shop.now - days * DAY)

        means = list(WeightDay.objects.order_by("day").values_list("mean_g", flat=True))

        assert means == [501.0, 504.0]

    def test_a_moved_mean_a_second_pack_and_a_wrong_listing_are_told(self, shop: _Shop) -> None:
        _learn(shop.store, shop.oats, 560.0, now=shop.now - 5 * DAY)
        _learn(shop.store, shop.oats, 600.0, now=shop.now, belief=_belief((0.7, 610.0, 1.0), (0.3, 570.0, 1.0)))

        (row,) = weight_rows(shop.store.pk, shop.now)

        assert [alert.kind for alert in row.alerts] == ["redesign", "drift", "listed"]

    def test_a_steady_weight_is_no_alert(self, shop: _Shop) -> None:
        _learn(shop.store, shop.oats, 519.0, now=shop.now - 5 * DAY)
        _learn(shop.store, shop.oats, 520.0, now=shop.now)

        (row,) = weight_rows(shop.store.pk, shop.now)

        assert row.alerts == ()

    def test_the_retailers_belief_is_the_prior_until_the_store_has_its_own(self, shop: _Shop) -> None:
        branch, foreign = make_store(code="branch"), make_store("Next Door")
        _learn(shop.store, shop.oats, 540.0, now=shop.now)

        (prior,) = learned_since(branch.pk, None)
        assert prior.belief["modes"][0]["mean"] == 540.0
        assert prior.belief["modes"][0]["variance"] > 1.0
        assert prior.belief["seen"] == 0
        assert learned_since(foreign.pk, None) == []
        _learn(branch, shop.oats, 530.0, now=shop.now)
        assert [one.belief["modes"][0]["mean"] for one in learned_since(branch.pk, None)] == [530.0]

    def test_people_may_set_and_forget(self, shop: _Shop) -> None:
        weight_set(store_id=shop.store.pk, product_id=shop.oats.pk, mean_g=555, sd_g=4, actor=shop.sue, now=shop.now)
        row = LearnedWeight.objects.get()
        assert (row.mean_g, row.belief["modes"][0]["variance"], row.observations) == (555, 16, 0)
        assert WeightDay.objects.get().note == "set"

        assert weight_forget(store_id=shop.store.pk, product_id=shop.oats.pk, actor=shop.sue, now=shop.now)
        assert not LearnedWeight.objects.exists()
        for mean, doubt in ((0, 1), (float("nan"), 1), (500, 0), (500, 600)):
            with pytest.raises(InvalidWeight):
                weight_set(store_id=shop.store.pk, product_id=shop.oats.pk, mean_g=mean, sd_g=doubt, now=shop.now)

    def test_false_alarms_name_the_goods_that_cause_them(self, shop: _Shop) -> None:
        cart = Cart.objects.create(store=shop.store, label="C1")
        _learn(shop.store, shop.oats, 520.0, now=shop.now)
        for conclusion in ("cleared", "refused"):
            trip = Trip.objects.create(
                store=shop.store, cart=cart, stream=uuid.uuid4(), started_at=shop.now, start_ms=0, last_ms=9,
                state="paid", sealed_revision=1, ended_at=shop.now,
            )  # fmt: skip
            Discrepancy.objects.create(
                trip=trip, number=1, kind="mismatch", opened_ms=1, expected_g=520, observed_g=0, tolerance_g=9,
                probability=0.9, advice="Look.", products=[shop.oats.code],
            )  # fmt: skip
            checkout = Checkout.objects.create(
                store=shop.store, trip=trip, revision=1, amount_minor=1, currency="EUR", state="refused", action="ask",
                created_at=shop.now, ended_at=shop.now,
            )  # fmt: skip
            Escalation.objects.create(
                store=shop.store, checkout=checkout, state="resolved", opened_at=shop.now, resolved_at=shop.now,
                conclusion=conclusion,
            )  # fmt: skip

        page = shop.client().get(shop.url("weights/")).content.decode()

        assert '<span class="count bad">1</span>' in page

    def test_a_products_page_draws_it_and_takes_what_people_know(self, shop: _Shop) -> None:
        client, address = shop.client(), shop.url(f"weights/{shop.oats.pk}/")
        assert "Nothing has been learned" in client.get(address).content.decode()
        for days, mean in ((2, 500.0), (0, 504.0)):
            _learn(shop.store, shop.oats, mean, now=shop.now - days * DAY)

        page = client.get(address).content.decode()

        assert page.count("<polyline") == 2
        assert "504 g" in page
        assert client.post(f"{address}set/", {"mean_g": "abc", "sd_g": 3}).status_code == 422
        assert client.post(f"{address}set/", {"mean_g": 510, "sd_g": 3}).status_code == 302
        assert client.post(f"{address}forget/").status_code == 302
        assert client.post(f"{address}other/").status_code == 404

    def test_another_retailers_product_is_absent(self, shop: _Shop) -> None:
        foreign = make_product(make_store("Next Door"), "Tea", "4006381333931")

        assert shop.client().get(shop.url(f"weights/{foreign.pk}/")).status_code == 404
