"""The classes of data. Pure: no field is named here, and nothing is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

CONTRACT = "contract with the shopper, GDPR Art. 6(1)(b)"
DUTY = "legal duty to keep books, GDPR Art. 6(1)(c)"
INTEREST = "legitimate interest, GDPR Art. 6(1)(f)"
NONE = "not personal"


class Erasure(StrEnum):
    """What erasing a shopper does with a field of this class."""

    KEPT = "kept"
    BLANKED = "blanked"
    ROW = "row deleted"
    DUE = "made due at once; the sweep deletes it"
    NOT_ABOUT = "not about shoppers"


@dataclass(frozen=True, slots=True)
class DataClass:
    """Fields that are kept for one reason and go at one time.

    `kept` is how long; None where `until` says when instead. `until` also says from when `kept` counts.
    """

    name: str
    what: str
    why: str
    until: str
    basis: str = NONE
    kept: timedelta | None = None
    erasure: Erasure = Erasure.NOT_ABOUT

    @property
    def period(self) -> timedelta:
        """How long; raises ValueError for a class that ends with an event, not with time."""
        if self.kept is None:
            raise ValueError(f"{self.name} has no period")
        return self.kept


@dataclass(frozen=True, slots=True)
class Fields:
    """A model's fields by class, names parted by spaces.

    `trip` is the look-up path to the trip's id, by which a shopper's rows are found; empty where there is no trip.
    """

    classes: Mapping[DataClass, str]
    trip: str = ""


_ROW = "as long as the row"

GOODS = DataClass("goods", "Products, prices, promotions, stock, learned weights", "to sell", "the retailer deletes it")
FIGURES = DataClass(
    "figures",
    "Sums by store or retailer, day or month; nobody in them",
    "reports and statements",
    "the store is deleted",
)
SETUP = DataClass(
    "set-up", "Retailers, stores, carts, cameras, policies, settings", "to run the stores", "the retailer deletes it"
)
SECRET = DataClass(
    "secret", "Hashes of tokens; passwords and keys, encrypted", "to know who calls", "revoked, used up or replaced"
)
MACHINE = DataClass(
    "machine",
    "Telemetry of carts and cameras, queues, leases, counters",
    "to run the system",
    "overwritten, or deleted with its row",
)
UPLOAD = DataClass(
    "upload",
    "Files of catalogues, and what was wrong in them",
    "to check and apply an import",
    "after it was checked; the counts stay",
    kept=timedelta(days=1),
)
MESSAGE = DataClass(
    "message",
    "What was sent to systems of the retailer",
    "to prove and repeat a delivery",
    "after delivery",
    DUTY,
    timedelta(days=30),
    Erasure.KEPT,
)
REPEAT = DataClass(
    "repeat",
    "Answers to calls that may be repeated",
    "so that nothing is charged twice",
    "after the call",
    CONTRACT,
    timedelta(days=30),
    Erasure.KEPT,
)

SHOPPING = DataClass(
    "shopping",
    "What was in the basket, when, and what the scale said",
    "to sell, and to refund",
    "with the books it belongs to",
    CONTRACT,
    erasure=Erasure.KEPT,
)
PSEUDONYM = DataClass(
    "pseudonym",
    "Keyed hash of the token with which a shopper paired",
    "to limit random checks of one person",
    "after the trip ended",
    INTEREST,
    timedelta(days=400),
    Erasure.BLANKED,
)
WORDS = DataClass(
    "words",
    "What shoppers and staff wrote about a trip, free text",
    "to help, and to answer disputes",
    "after the trip ended",
    CONTRACT,
    timedelta(days=400),
    Erasure.BLANKED,
)
JOURNAL = DataClass(
    "journal",
    "The cart's events, one by one",
    "to rebuild and prove a basket",
    "after it arrived (`JOURNAL_DAYS`); then in the archive, without a person's name or token",
    CONTRACT,
    timedelta(days=400),
    Erasure.KEPT,
)
TRACE = DataClass(
    "trace",
    "The weight in the cart over time",
    "to show staff why the server doubted",
    "after it was written",
    INTEREST,
    timedelta(days=30),
    Erasure.ROW,
)
SNAPSHOT = DataClass(
    "snapshot", "State of the engine", "to go on at another server", "the trip ends", CONTRACT, erasure=Erasure.ROW
)
JUDGEMENT = DataClass(
    "judgement",
    "Why a checkout was let through, looked at or reviewed",
    "to answer for the decision",
    "with the books it belongs to",
    INTEREST,
    erasure=Erasure.KEPT,
)
PICTURE = DataClass(
    "picture",
    "Pictures of a cart, all but recognised goods made unrecognisable, encrypted",
    "to settle one doubt",
    "after it was taken; each store sets its hours, longer only under a legal hold",
    INTEREST,
    timedelta(hours=72),
    Erasure.DUE,
)
BOOKS = DataClass(
    "books",
    "Receipts, payments, refunds, closed days",
    "accounting and tax",
    "the retailer's own rule: 7 years in Austria; the system deletes none",
    DUTY,
    erasure=Erasure.KEPT,
)
MAIL = DataClass(
    "mail address",
    "Where a receipt is sent, encrypted",
    "to send it once",
    "sent, or after trying",
    CONTRACT,
    timedelta(days=1),
    Erasure.BLANKED,
)
CARD = DataClass(
    "member card",
    "Keyed hash of a card's number for each retailer, its last signs",
    "to give member prices",
    "the retailer or the shopper ends it",
    CONTRACT,
    erasure=Erasure.ROW,
)

STAFF = DataClass(
    "staff",
    "Names, mail addresses and roles of staff",
    "to work, and to know who may do what",
    "the account is deleted",
    CONTRACT.replace("the shopper", "staff"),
)
DEED = DataClass("deed", "Which member of staff did or decided what", "to answer for it", _ROW, INTEREST)
SESSION = DataClass(
    "session",
    "Who is signed in from where: address, browser",
    "to find a sign-in that was not ours",
    "after the sign-in",
    INTEREST,
    timedelta(days=14),
)
AUDIT = DataClass(
    "audit",
    "Who changed what, hash-chained; names no shopper",
    "to prove what happened",
    "as long as the tenant: a chain with a gap proves nothing",
    DUTY,
    erasure=Erasure.KEPT,
)

CLASSES: tuple[DataClass, ...] = (
    SHOPPING, PSEUDONYM, WORDS, JOURNAL, TRACE, SNAPSHOT, JUDGEMENT, PICTURE, BOOKS, MAIL, CARD, MESSAGE, REPEAT,
    STAFF, DEED, SESSION, AUDIT, GOODS, FIGURES, SETUP, SECRET, MACHINE, UPLOAD,
)  # fmt: skip
