"""Ana's cart at the checkout of Hill Foods, Ben and Sue on staff there, Cal in a store of somebody else's."""

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import zxingcpp
from django.contrib.auth.models import User
from PIL import Image
from rest_framework.test import APIClient

from carts.basket import Basket
from carts.models import Cart, DeviceKind, Discrepancy, Trip
from carts.services.enrolment import device_enrol, enrolment_code_create
from carts.services.projection import line_rows, lines_save
from checkout.models import Camera, Checkout, Escalation
from checkout.services.checkouts import checkout_open
from inventory.models import Lane, Membership, Product, Role, Store
from inventory.selectors.catalogue import forget_catalogues, store_catalogue
from tests.inventory.world import make_person, make_product, make_store

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MILK, BREAD, APPLES, WINE, CAVIAR = "4006381333931", "4000417025005", "4011", "5901234123457", "9300675024235"
NO_AUDITS = {"checkout": {"audit_share": 0.0}}


@dataclass
class Shop:
    """A store ready to check out in."""

    store: Store
    cart: Cart
    token: str
    gate_token: str
    lane: Lane
    camera: Camera
    ben: User
    sue: User
    cal: User
    products: dict[str, Product] = field(default_factory=dict)

    def api(self, token: str | None = None) -> APIClient:
        """The REST client of Ana's tablet, or of another device."""
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Device {token or self.token}")
        return client


def make_shop(retailer: str = "Hill Foods", **fields: Any) -> Shop:
    store = make_store(retailer, policy=NO_AUDITS, **fields)
    products = {
        MILK: make_product(store, "Milk 1 l", MILK, code="P1", price=149, gross_weight_g=1060),
        BREAD: make_product(store, "Rye bread", BREAD, code="P2", price=299, gross_weight_g=505),
        APPLES: make_product(store, "Apples", APPLES, code="P3", price=250, sold_by="kg"),
        WINE: make_product(store, "Wine", WINE, code="P4", price=799, gross_weight_g=1240, age_limit=16),
        CAVIAR: make_product(store, "Caviar", CAVIAR, code="P5", price=4999, gross_weight_g=180),
    }
    cart = Cart.objects.create(store=store, label="A1")
    lane = Lane.objects.create(store=store, name="Lane 1")
    camera = Camera.objects.create(store=store, lane=lane, name="Overhead", url="http://camera.test/snapshot")
    ben = make_person(f"ben of {retailer}", Role.ASSOCIATE, store=store)
    sue = make_person(f"sue of {retailer}", Role.SUPERVISOR, store=store)
    Membership.objects.filter(user=ben).update(on_duty_since=NOW)
    cal = make_person(f"cal beside {retailer}", Role.MANAGER, store=make_store(f"Not {retailer}"))
    token = device_enrol(code=enrolment_code_create(store_id=store.pk, cart_id=cart.pk, now=NOW), now=NOW).token
    gate = enrolment_code_create(store_id=store.pk, kind=DeviceKind.GATE, now=NOW)
    gate_token = device_enrol(code=gate, now=NOW).token
    return Shop(store, cart, token, gate_token, lane, camera, ben, sue, cal, products)


def make_trip(shop: Shop, *, items: dict[str, int] | None = None, cart: Cart | None = None, **fields: Any) -> Trip:
    """A sealed trip, clear unless the fields say otherwise; pieces by code, grams of what is sold by weight."""
    forget_catalogues()
    catalogue = store_catalogue(shop.store.pk)
    basket = Basket(catalogue)
    for code, quantity in ({MILK: 2, BREAD: 1} if items is None else items).items():
        article = catalogue.by_code(code)
        assert article is not None
        by_weight = article.sold_by == "kg"
        line = basket.add(article, quantity=1 if by_weight else quantity, source="scanner", at_ms=1000)
        line.weight_g = quantity if by_weight else None
        line.status = "verified"
    basket.reprice(NOW)
    values: dict[str, Any] = {
        "state": "sealed", "outcome": "clear", "risk": 0.004, "verdict": {"reasons": []}, "sealed_at": NOW,
    } | fields  # fmt: skip
    trip = Trip.objects.create(
        store=shop.store, cart=cart or shop.cart, stream=uuid.uuid4(), started_at=NOW, start_ms=0, last_ms=60_000,
        revision=basket.revision, sealed_revision=basket.revision, totals=basket.totals,
        due_minor=basket.totals["due"], items=basket.totals["items"], **values,
    )  # fmt: skip
    lines_save(line_rows(trip.id, basket.lines.values()))
    return trip


def make_doubtful(shop: Shop, kind: str = "unscanned", *, cart: Cart | None = None, **fields: Any) -> Trip:
    """A sealed trip in doubt; the fields are the discrepancy's."""
    trip = make_trip(shop, outcome="review", risk=0.9, verdict={"reasons": [kind]}, cart=cart)
    values: dict[str, Any] = {
        "opened_ms": 30_000, "expected_g": 0, "observed_g": 180, "tolerance_g": 8, "probability": 0.95,
        "candidates": [{"product": "P5", "name": "Caviar", "quantity": 1, "grams": 180, "probability": 0.8}],
        "advice": "Did you forget a scan?",
    }  # fmt: skip
    Discrepancy.objects.create(trip=trip, number=1, kind=kind, **(values | fields))
    Trip.objects.filter(id=trip.id).update(open_discrepancies=1)
    return trip


def open_checkout(shop: Shop, trip: Trip, *, now: datetime = NOW) -> Checkout:
    checkout, _ = checkout_open(trip_id=trip.id, cart_id=trip.cart_id, now=now)
    return checkout


def in_review(shop: Shop, kind: str = "unscanned", **fields: Any) -> Escalation:
    """The escalation of a checkout in doubt."""
    checkout = open_checkout(shop, make_doubtful(shop, kind, **fields))
    return Escalation.objects.get(checkout=checkout)


def picture_of(*codes: str) -> bytes:
    """A JPEG with these EAN-13 labels side by side, as an overhead camera would give it."""
    picture = Image.new("RGB", (60 + 420 * max(1, len(codes)), 500), "#b9b4a8")
    for index, code in enumerate(codes):
        barcode = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13)
        label = Image.fromarray(barcode.to_image(scale=3)).convert("RGB")
        picture.paste(label, (30 + index * 420, 120))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def camera_showing(*codes: str) -> Callable[[Camera, str], list[bytes]]:
    """A camera's fetch that always gives this picture."""
    data = picture_of(*codes)
    return lambda camera, label: [data]
