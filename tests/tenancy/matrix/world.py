"""One store with a row of everything, and everybody who may come near it: from inside, from beside, from elsewhere.

`our` is what is asked for. A principal stands to it in one of the relations of `Relation`; those outside own nothing
that could be mistaken for it.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from carts.models import Cart, DeviceKind, PolicyPreview, Trip
from carts.services.enrolment import device_enrol, enrolment_code_create
from checkout.models import (
    Adapter,
    BusinessDay,
    Camera,
    Checkout,
    DayDifference,
    Dispute,
    Escalation,
    ExitPass,
    KeyPurpose,
    LineProblem,
    PaymentAttempt,
    Receipt,
    Refund,
    Rescan,
    SigningKey,
    TillBasket,
    WebhookEndpoint,
)
from checkout.providers.till import till_code
from checkout.selectors.cashing_up import day_totals
from checkout.services.order_feed import token_create, token_revoke
from checkout.services.passes import pass_token
from checkout.services.signing import key_active
from inventory.models import CatalogueImport, Product, Role, Store
from tests.console.admin.rows import make_rows
from tests.inventory.world import NOW, make_person, make_store

PEOPLE = (*Role, "superuser")


class Relation(StrEnum):
    """How who asks stands to what is asked for."""

    OWN = "own"
    WHOLE = "the whole retailer"
    SIBLING = "sibling cart"
    OTHER_STORE = "other store"
    OTHER_TENANT = "other tenant"
    ENDED = "role ended"
    REVOKED = "revoked"
    ANONYMOUS = "anonymous"


REACHING = {Relation.OWN, Relation.WHOLE}


@dataclass(frozen=True)
class Principal:
    """Who asks: `kind` is a role, a kind of device, `system`, or `anybody`."""

    kind: str
    relation: Relation
    client: Client
    user: User | None = None
    store: Store | None = None

    def __str__(self) -> str:
        return f"{self.kind}, {self.relation}"


@dataclass
class World:
    """What is asked for, by the names that addresses give their parts; and who asks."""

    store: Store
    rows: dict[type[Model], Any]
    parts: dict[str, dict[str, Any]]
    people: list[Principal] = field(default_factory=list)
    machines: list[Principal] = field(default_factory=list)

    @property
    def principals(self) -> list[Principal]:
        return [*self.people, *self.machines]

    def one(self, kind: str, relation: Relation = Relation.OWN) -> Principal:
        return next(one for one in self.principals if (one.kind, one.relation) == (kind, relation))


def make_world() -> World:
    """Everything of one store, two stores beside it, and whoever may ask."""
    ours = make_store("Heron Foods", "quay")
    beside, foreign = make_store("Heron Foods", "beside"), make_store("Vale Foods")
    rows = make_rows(ours, "heron")
    _mend(rows)
    world = World(ours, rows, _parts(ours, rows))
    places = {Relation.OWN: ours, Relation.OTHER_STORE: beside, Relation.OTHER_TENANT: foreign}
    for kind in PEOPLE:
        world.people += _people(kind, places)
    whole = make_person("whole", Role.MANAGER, retailer=ours.retailer)
    # Without a role, or without an account in force, it is all the same what the role had been.
    world.people += [_signed_in(Role.MANAGER, Relation.WHOLE, whole), _ended(), _inactive(ours)]
    for device in DeviceKind:
        world.machines += _devices(device, rows, places)
    world.machines += _systems(places)
    for group in (world.people, world.machines):
        group.append(Principal("anybody", Relation.ANONYMOUS, _client()))
    return world


def _mend(rows: dict[type[Model], Any]) -> None:
    """The rows for the admin are bare; these must carry what their addresses do."""
    rows[SigningKey].delete()
    Camera.objects.filter(pk=rows[Camera].pk).update(adapter=Adapter.UPLOAD)
    rows[Receipt].body = _receipt_body(rows)
    rows[Receipt].save()
    WebhookEndpoint.objects.filter(pk=rows[WebhookEndpoint].pk).update(store=rows[Store])
    rows[ExitPass].expires_at = timezone.now().replace(microsecond=0) + timedelta(minutes=9)
    rows[ExitPass].save()
    Refund.objects.filter(pk=rows[Refund].pk).update(requested_by=make_person("rosa", Role.MANAGER, store=rows[Store]))
    day = rows[BusinessDay]
    totals = day_totals(day.store, day.begins_at, day.ends_at)
    BusinessDay.objects.filter(pk=day.pk).update(state="closed", closed_at=timezone.now(), totals=totals)
    rows[SigningKey] = key_active(retailer_id=rows[Store].retailer_id, purpose=KeyPurpose.RECEIPT, now=timezone.now())


def _sale(rows: dict[type[Model], Any]) -> Checkout:
    """A paid checkout, of a trip of the same cart."""
    trip = Trip.objects.create(
        store=rows[Store], cart=rows[Cart], stream=uuid.uuid4(), started_at=NOW, start_ms=0, last_ms=9, state="paid",
        sealed_revision=1, totals={"due": 0},
    )  # fmt: skip
    return Checkout.objects.create(
        store=rows[Store], trip=trip, revision=1, amount_minor=0, currency="EUR", state="paid", created_at=NOW
    )


def _receipt_body(rows: dict[type[Model], Any]) -> dict[str, Any]:
    store = rows[Store]
    line = {
        "line": 1, "name": "Oat drink heron", "code": "9521000000018", "quantity": 1, "sold_by": "each", "amount": 219,
        "unit_price": 219, "deposit": 0, "savings": [], "tax_rate_bp": 1000, "tax": 20, "checked": "scanned",
    }  # fmt: skip
    payment = {"method": "card", "reference": "r1", "amount": 219}
    return {
        "store": {"name": store.name, "code": store.code, "retailer": store.retailer.name, "country": "AT",
                  "timezone": store.timezone},
        "language": "en", "currency": "EUR", "exponent": 2, "tax_inclusive": True, "cart": rows[Cart].label,
        "lines": [line], "payment": payment, "payments": [payment],
        "totals": {"due": 219, "items": 1, "subtotal": 219, "discount": 0, "deposit": 0, "tax": 20,
                   "rates": [{"rate_bp": 1000, "net": 199, "tax": 20, "gross": 219}]},
    }  # fmt: skip


def _parts(store: Store, rows: dict[type[Model], Any]) -> dict[str, dict[str, Any]]:
    """Each part of an address: the real one, and one that nothing has."""
    none = uuid.uuid4()
    by_id = {
        "trip_id": Trip, "escalation_id": Escalation, "dispute_id": Dispute, "difference_id": DayDifference,
        "checkout_id": Checkout, "refund_id": Refund, "camera_id": Camera, "rescan_id": Rescan,
        "preview_id": PolicyPreview, "trip": Trip, "checkout": Checkout, "payment": PaymentAttempt, "camera": Camera,
        "endpoint_id": WebhookEndpoint,
    }  # fmt: skip
    real = {name: rows[model].pk for name, model in by_id.items()}
    real |= {
        "checkout_id": _sale(rows).pk,
        "store_id": store.pk,
        "product_id": rows[Product].pk,
        "problem_id": rows[LineProblem].pk,
        "import_id": rows[CatalogueImport].pk,
    }
    absent: dict[str, Any] = dict.fromkeys(by_id, none) | dict.fromkeys(
        ("store_id", "product_id", "problem_id", "import_id"), 987654
    )
    real |= {"public_id": rows[Receipt].public_id, "token": pass_token(rows[ExitPass]), "retailer": store.retailer.slug}
    absent |= {"public_id": none.hex, "token": "no-pass-of-ours", "retailer": "nobody"}
    real |= {"code": till_code(rows[TillBasket].pk), "store": store.code, "day": str(rows[BusinessDay].day)}
    absent |= {"code": till_code(none), "store": "nowhere", "day": str(rows[BusinessDay].day)}
    same = {
        "form": "csv",
        "what": "forget",
        "name": "locate",
        "line": 1,
        "provider": "nobody",
        "ticket": "a~b",
        "path": "no.webp",
    }
    return {"real": real | same, "absent": absent | same}


def _people(kind: str, places: dict[Relation, Store]) -> list[Principal]:
    if kind in {Role.OPERATOR, "superuser"}:
        user = make_person(f"{kind} itself", Role.OPERATOR if kind == Role.OPERATOR else None)
        User.objects.filter(pk=user.pk).update(is_superuser=kind == "superuser")
        return [_signed_in(kind, Relation.OWN, user)]
    return [
        _signed_in(kind, relation, make_person(f"{kind} {relation}", Role(kind), store=store), store)
        for relation, store in places.items()
    ]


def _ended() -> Principal:
    return _signed_in(Role.MANAGER, Relation.ENDED, make_person("manager ended"))


def _inactive(store: Store) -> Principal:
    """Still has the cookie of a session, and is no longer let in."""
    user = make_person("manager inactive", Role.MANAGER, store=store)
    principal = _signed_in(Role.MANAGER, Relation.REVOKED, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return principal


def _signed_in(kind: str, relation: Relation, user: User, store: Store | None = None) -> Principal:
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.refresh_from_db()
    client = _client()
    client.force_login(user)
    client.get("/console/account/")  # notes the session, which each question would do again otherwise
    return Principal(str(kind), relation, client, user, store)


def _devices(kind: DeviceKind, rows: dict[type[Model], Any], places: dict[Relation, Store]) -> list[Principal]:
    found = [
        _device(kind, relation, store, rows[Cart] if relation == Relation.OWN else None)
        for relation, store in places.items()
    ]
    if kind == DeviceKind.CART:
        found.append(_device(kind, Relation.SIBLING, places[Relation.OWN], None))
    revoked = _device(kind, Relation.REVOKED, places[Relation.OWN], None)
    return [*found, revoked]


def _device(kind: DeviceKind, relation: Relation, store: Store, cart: Cart | None) -> Principal:
    now = timezone.now()
    if kind == DeviceKind.CART and cart is None:
        cart = Cart.objects.create(store=store, label=f"{relation}"[:24])
    code = enrolment_code_create(
        store_id=store.pk, kind=kind, cart_id=cart.pk if kind == DeviceKind.CART and cart else None, now=now
    )
    enrolled = device_enrol(code=code, now=now)
    if relation == Relation.REVOKED:
        type(enrolled.device).objects.filter(pk=enrolled.device.pk).update(revoked_at=now)
    return Principal(str(kind), relation, _client(f"Device {enrolled.token}"), store=store)


def _systems(places: dict[Relation, Store]) -> list[Principal]:
    now, found = timezone.now(), []
    for relation, place in (
        (Relation.OWN, Relation.OWN),
        (Relation.OTHER_TENANT, Relation.OTHER_TENANT),
        (Relation.REVOKED, Relation.OWN),
    ):
        row, text = token_create(retailer=places[place].retailer, name=str(relation), staff=None, now=now)
        if relation == Relation.REVOKED:
            token_revoke(token=row, now=now)
        found.append(Principal("system", relation, _client(f"Bearer {text}"), store=places[place]))
    return found


def _client(authorization: str = "") -> Client:
    headers = {"authorization": authorization} if authorization else None
    return Client(headers=headers, raise_request_exception=False)
