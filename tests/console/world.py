"""A store with a working day in it, straight through the models: for the console's tests and its screenshots.

Ben is an associate, Sue a supervisor, Max the manager, Ida an auditor; Cal works for another retailer.
"""

import io
import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from carts.models import Cart, Device, Discrepancy, JournalEntry, Origin, TraceBlock, Trip, TripLine
from checkout.models import Camera, Checkout, Escalation, Frame
from checkout.pictures.keeping import picture_seal
from inventory.models import Barcode, Category, Lane, Membership, Price, Product, Retailer, Role, Store

PASSWORD = "correct horse battery"
GOODS = [
    ("1001", "Oat drink 1 l", 1030, 189, "Drinks"), ("1002", "Rye bread 750 g", 760, 329, "Bakery"),
    ("1003", "Peanut butter 350 g", 371, 449, "Pantry"), ("1004", "Sparkling water 1.5 l", 1538, 79, "Drinks"),
    ("1005", "Espresso beans 1 kg", 1022, 1399, "Pantry"), ("1006", "Cherry tomatoes 250 g", 262, 249, "Produce"),
    ("1007", "Mountain cheese 200 g", 214, 529, "Dairy"), ("1008", "Plain yoghurt 500 g", 522, 149, "Dairy"),
    ("1009", "Olive oil 0.75 l", 1190, 1149, "Pantry"), ("1010", "Dark chocolate 100 g", 106, 219, "Pantry"),
]  # fmt: skip


@dataclass
class World:
    """What the factory made."""

    store: Store
    other: Store
    ben: User
    sue: User
    max: User
    ida: User
    cal: User
    products: dict[str, Product]
    lane: Lane
    camera: Camera
    carts: list[Cart] = field(default_factory=list)


def make_world(now: datetime, *, carts: int = 12) -> World:
    """Two retailers, one store each, people, ten products, a lane with a camera, and carts at rest."""
    retailer = Retailer.objects.create(name="Fennel & Co", slug="fennel")
    foreign = Retailer.objects.create(name="Other Retail", slug="other")
    store = Store.objects.create(retailer=retailer, code="harbour", name="Harbour Street", catalogue_version=1)
    other = Store.objects.create(retailer=foreign, code="far", name="Far Away")
    ben = _person("ben", "Ben", "Okafor", store, Role.ASSOCIATE, now - timedelta(hours=2))
    sue = _person("sue", "Sue", "Lindqvist", store, Role.SUPERVISOR, now - timedelta(hours=3, minutes=20))
    boss = _person("max", "Max", "Hofer", store, Role.MANAGER, None)
    ida = _person("ida", "Ida", "Marti", store, Role.AUDITOR, None)
    cal = _person("cal", "Cal", "Other", other, Role.MANAGER, None)
    lane = Lane.objects.create(store=store, name="Lane 1")
    Lane.objects.create(store=store, name="Lane 2")
    camera = Camera.objects.create(
        store=store, lane=lane, name="Lane 1 overhead", url="http://camera.invalid/", last_good_at=now
    )
    world = World(store, other, ben, sue, boss, ida, cal, _goods(retailer, store, now), lane, camera)
    for number in range(1, carts + 1):
        world.carts.append(make_cart(store, f"Cart {number:02d}", now, battery=1 - (number * 13 % 90) / 100))
    return world


def make_cart(store: Store, label: str, now: datetime, *, battery: float = 0.8, **fields: Any) -> Cart:
    """An enrolled, connected cart."""
    defaults = {"connected_at": now - timedelta(hours=1), "last_seen_at": now, "firmware": "2.4.1", "epoch": 3}
    cart = Cart.objects.create(store=store, label=label, battery=battery, **(defaults | fields))
    Device.objects.create(store=store, cart=cart, token_hash=uuid.uuid4().hex * 2)
    return cart


def make_trip(world: World, cart: Cart, codes: list[str], now: datetime, *, minutes: float = 6, **fields: Any) -> Trip:
    """A trip of so many minutes whose shopper scanned and placed these products, one every so often."""
    state = fields.pop("state", "shopping")
    # The amount of a trip that is being paid stands still: it is there before.
    first = "cancelled" if state in {"paying", "paid"} else state
    started, start_ms = now - timedelta(minutes=minutes), 4_000
    end_ms = start_ms + int(minutes * 60_000)
    trip = Trip.objects.create(
        store=world.store, cart=cart, stream=uuid.uuid4(), started_at=started, start_ms=start_ms, last_ms=end_ms,
        revision=len(codes), state=first, **fields,
    )  # fmt: skip
    _journal(trip, "start", start_ms, {"mode": "cart"}, {}, "started", started)
    weight, points = 0.0, [(start_ms, 0.0)]
    rng = random.Random(len(codes))
    for number, code in enumerate(codes, start=1):
        at = start_ms + int((end_ms - start_ms) * number / (len(codes) + 1))
        product = world.products[code]
        _line(trip, number, product, at)
        _journal(
            trip, "scan", at, {"code": code, "source": "scanner"}, {"line": number, "name": product.name}, "added", now
        )
        grams = float(product.gross_weight_g or 0)
        points += _placing(rng, points[-1][0], at + 1600, weight, weight + grams)
        settle(trip, at + 3200, weight, weight + grams, f"{product.name}: {grams:.0f} g fits", now)
        weight += grams
    points += _placing(rng, points[-1][0], end_ms, weight, weight)
    TraceBlock.objects.create(
        trip=trip, from_ms=start_ms, to_ms=end_ms, points=points, delete_after=now + timedelta(days=7)
    )
    total(trip)
    trip.state = state
    trip.save(update_fields=["state"])
    return trip


def settle(trip: Trip, at: int, before: float, after: float, why: str, now: datetime) -> None:
    """A settled change of the load, as the journal keeps it."""
    data = {"at": at, "before_g": before, "after_g": after, "sd_g": 1.2, "explanation": why}
    _journal(trip, "level", at, data, {}, "", now, origin=Origin.SERVER)


def add_discrepancy(trip: Trip, kind: str, *, at: int, number: int = 1, **fields: Any) -> Discrepancy:
    """A discrepancy that stands, unless `state` says otherwise."""
    defaults: dict[str, Any] = {
        "expected_g": 1030, "observed_g": 1742, "tolerance_g": 9, "probability": 0.87, "advice": "Please look again.",
        "candidates": [], "products": [], "explanation": {"text": "two hypotheses"},
    }  # fmt: skip
    row = Discrepancy.objects.create(trip=trip, number=number, kind=kind, opened_ms=at, **(defaults | fields))
    standing = trip.discrepancies.filter(state__in=["open", "escalated"]).count()
    Trip.objects.filter(id=trip.pk).update(open_discrepancies=standing)
    return row


def send_to_review(
    world: World, trip: Trip, now: datetime, *, waited_s: float = 40, state: str = "waiting", **fields: Any
) -> Escalation:
    """Seals the trip and opens an escalation on it."""
    opened = now - timedelta(seconds=waited_s)
    trip.discrepancies.filter(state="open").update(state="escalated")
    Trip.objects.filter(id=trip.pk).update(
        state="in_review", sealed_at=opened, sealed_revision=trip.revision, outcome="review", risk=0.83
    )
    trip.refresh_from_db()
    reasons = [{"code": "standing", "text": "Scan and weight disagree"}, {"code": "value", "text": "A valuable basket"}]
    checkout = Checkout.objects.create(
        store=world.store, trip=trip, revision=trip.revision, amount_minor=trip.due_minor, currency="EUR",
        state="in_review", open_escalations=1, action="ask", reasons=reasons, created_at=opened,
    )  # fmt: skip
    return Escalation.objects.create(
        store=world.store, checkout=checkout, lane=world.lane, state=state, reasons=reasons, opened_at=opened, **fields
    )


def add_frame(world: World, escalation: Escalation, now: datetime, *, codes: list[str], size: int = 900) -> Frame:
    """A drawn picture of the cart with a readable label for each product."""
    width, height = size, size * 2 // 3
    picture = Image.new("RGB", (width, height), "#59626a")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((20, 20, width - 20, height - 20), 30, fill="#8a9299", outline="#2c3237", width=8)
    marks = []
    rng = random.Random(7)
    for number, code in enumerate(codes):
        column, row = number % 3, number // 3
        x, y = 70 + column * (width - 120) // 3, 70 + row * (height - 100) // 2
        w, h = 190 + rng.randrange(30), 150 + rng.randrange(40)
        draw.rounded_rectangle((x, y, x + w, y + h), 12, fill=rng.choice(["#c96f4a", "#4a86c9", "#5fa35a", "#c9a94a"]))
        draw.rectangle((x + 20, y + h - 60, x + 150, y + h - 14), fill="white")
        for bar in range(x + 26, x + 144, 5):
            draw.line((bar, y + h - 56, bar, y + h - 24), fill="black", width=rng.choice([1, 2, 3]))
        corners = [(x + 20, y + h - 60), (x + 150, y + h - 60), (x + 150, y + h - 14), (x + 20, y + h - 14)]
        product = world.products[code]
        marks.append(
            {"text": f"900000000{code}", "symbology": "EAN13", "product": product.pk,
             "corners": [[cx / width, cy / height] for cx, cy in corners]}
        )  # fmt: skip
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    frame = Frame(
        escalation=escalation, camera=world.camera, width=width, height=height, sharpness=310, marks=marks,
        taken_at=now - timedelta(seconds=30), delete_after=now + timedelta(hours=72),
    )  # fmt: skip
    store, name = escalation.store, f"{escalation.store.retailer_id}/{frame.pk.hex}"
    sealed = picture_seal(out.getvalue(), name=name, tenant=store.retailer_id, secret=settings.SECRET_KEY)
    frame.image.name = frame.image.storage.save(name, ContentFile(sealed))
    frame.save()
    return frame


def total(trip: Trip) -> None:
    """The trip's totals from its lines."""
    lines = [line for line in trip.lines.all() if line.quantity]
    due = sum(line.amount_minor for line in lines)
    trip.due_minor, trip.items = due, sum(line.quantity for line in lines)
    trip.totals = {"due": due, "items": trip.items, "subtotal": due, "discount": 0, "deposit": 0, "tax": 0}
    trip.save(update_fields=["due_minor", "items", "totals"])


@cache
def _hashed(hasher: str) -> str:
    """Hashing is slow on purpose; once is enough for everybody."""
    return make_password(PASSWORD)


def _person(name: str, first: str, last: str, store: Store, role: Role, on_duty: datetime | None) -> User:
    password = _hashed(settings.PASSWORD_HASHERS[0])
    user = User.objects.create(username=name, password=password, first_name=first, last_name=last)
    Membership.objects.create(user=user, retailer=store.retailer, store=store, role=role, on_duty_since=on_duty)
    return user


def _goods(retailer: Retailer, store: Store, now: datetime) -> dict[str, Product]:
    goods = {}
    for code, name, grams, price, category in GOODS:
        group, _ = Category.objects.get_or_create(retailer=retailer, name=category)
        product = Product.objects.create(retailer=retailer, code=code, name=name, category=group, gross_weight_g=grams)
        Barcode.objects.create(retailer=retailer, product=product, key=f"900000000{code}".zfill(14))
        Price.objects.create(store=store, product=product, amount_minor=price, valid_from=now - timedelta(days=1))
        goods[code] = product
    return goods


def _line(trip: Trip, number: int, product: Product, at: int) -> None:
    price = next(price for code, _, _, price, _ in GOODS if code == product.code)
    TripLine.objects.create(
        trip=trip, line=number, product=product, code=f"900000000{product.code}", name=product.name, quantity=1,
        sold_by="each", unit_price_minor=price, amount_minor=price, status="verified", at_ms=at, revision=number,
    )  # fmt: skip


def _journal(
    trip: Trip, kind: str, at: int, data: dict[str, Any], detail: dict[str, Any], outcome: str, now: datetime,
    origin: Origin = Origin.CART,
) -> None:  # fmt: skip
    cart_event = origin == Origin.CART
    JournalEntry.objects.create(
        cart=trip.cart, trip=trip, origin=origin, epoch=3, kind=kind, at_ms=at, arrived_at=now, data=data,
        detail=detail, outcome=outcome, stream=trip.stream if cart_event else None,
        seq=trip.journal.filter(origin=Origin.CART).count() + 1 if cart_event else None,
    )  # fmt: skip


def _placing(rng: random.Random, begin: int, end: int, before: float, after: float) -> list[tuple[int, float]]:
    """Readings from `begin` to a little after `end`: still, a bump, still at the new weight."""
    points = [(at, round(before + rng.gauss(0, 1.2), 1)) for at in range(begin + 900, end - 700, 1500)]
    if after != before:
        points += [
            (end - 400, before + 1),
            (end, after + rng.uniform(60, 260)),
            (end + 300, after - 30),
            (end + 700, after + 4),
        ]
    return points
