"""What the REST calls answer. Money in minor units of the store's currency; addresses are on the server's host."""

from typing import Any

import msgspec


class CartInfo(msgspec.Struct, frozen=True):
    """The cart that a token belongs to; `label` is what is printed on it."""

    id: str | int
    label: str


class StoreInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The cart's store. `exponent` is the currency's number of decimal places."""

    id: str | int
    code: str
    name: str
    currency: str
    exponent: int
    venue: str = ""
    language: str = "en"
    timezone: str = "UTC"
    tax_inclusive: bool = True


class RetailerInfo(msgspec.Struct, frozen=True):
    """Whose store it is."""

    name: str


class Device(msgspec.Struct, frozen=True):
    """Who the server says this device is; a gate or a camera agent has no cart."""

    cart: CartInfo | None
    store: StoreInfo
    retailer: RetailerInfo


class Enrolled(msgspec.Struct, frozen=True):
    """The answer to an enrolment: the token is shown once, store it before anything else."""

    token: str
    cart: CartInfo | None
    store: StoreInfo
    retailer: RetailerInfo


class Rolled(msgspec.Struct, frozen=True):
    """A fresh token; the one it was asked with is ended."""

    token: str


class Ticket(msgspec.Struct, frozen=True):
    """A one-use stream ticket for a browser, good for `expires_in` seconds."""

    ticket: str
    expires_in: int


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product as shoppers find it. `unit_price` is per piece, or per kilogram when `sold_by` is `kg`."""

    code: str
    name: str
    unit_price: int
    sold_by: str = "each"
    brand: str = ""
    category: str = ""
    picture: str | None = None


class Products(msgspec.Struct, frozen=True):
    """A list of products."""

    results: tuple[Product, ...]


class Reason(msgspec.Struct, frozen=True):
    """Why a checkout is looked at."""

    code: str
    text: str = ""


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """The latest attempt: `created`, `authorised`, `captured`, `declined`, `unknown`, `voided`, `refunded`."""

    id: str | int
    method: str
    state: str
    amount: int
    detail: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """Addresses of the receipt: page, PDF, and a QR picture of the page."""

    url: str
    pdf: str | None = None
    qr: str | None = None


class ExitPass(msgspec.Struct, frozen=True):
    """Opens the gate once."""

    token: str
    expires_at: str | None = None
    qr: str | None = None


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """From seal to receipt: `in_review`, `cleared`, `paying`, `unknown`, `paid`, `refused`, `abandoned`."""

    id: str | int
    trip: str
    state: str
    amount: int
    currency: str
    exponent: int
    revision: int = 0
    reasons: tuple[Reason, ...] = ()
    message: str = ""
    payment: Payment | None = None
    receipt: Receipt | None = None
    exit_pass: ExitPass | None = None


class GateAnswer(msgspec.Struct, frozen=True):
    """True once per pass."""

    open: bool


class GateKey(msgspec.Struct, frozen=True):
    """A public key for passes, in hexadecimal."""

    kid: str
    public: str


class SpentPass(msgspec.Struct, frozen=True):
    """Not to be opened for again; seconds since 1970."""

    id: str
    expires_at: float


class GateSync(msgspec.Struct, frozen=True, kw_only=True):
    """What a gate must know to be alone for `offline_s` seconds."""

    store: int
    server_time: float
    offline_s: int
    keys: tuple[GateKey, ...] = ()
    spent: tuple[SpentPass, ...] = ()
    results: tuple[str, ...] = ()


class ProblemBody(msgspec.Struct, frozen=True, kw_only=True):
    """`application/problem+json` as the server writes it."""

    code: str = ""
    title: str = ""
    detail: str = ""
    status: int = 0
    fields: dict[str, Any] | None = None
