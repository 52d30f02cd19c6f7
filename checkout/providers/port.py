"""The port: what the checkout asks of a payment provider."""

from typing import Literal, Protocol

import msgspec


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment as the provider knows it: by our `key`, and by its own `reference` once it has told it.

    `amount_minor` is what is to be set aside or taken, with a tip. `account` is the retailer's at the provider.
    """

    key: str
    amount_minor: int
    currency: str
    source: str
    reference: str = ""
    account: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What the provider holds for a key. `reference` is its own id; `detail` is for people.

    `pending`: it has begun and has not ended; ask again. `amount_minor` says what it set aside where that is less than
    it was asked for (a partial approval).
    """

    state: Literal["pending", "authorised", "captured", "declined", "voided"]
    reference: str
    detail: str = ""
    amount_minor: int | None = None


class Returned(msgspec.Struct, frozen=True):
    """What became of money given back."""

    state: Literal["pending", "done", "failed"]
    reference: str
    detail: str = ""


class Movement(msgspec.Struct, frozen=True):
    """A line of the provider's own list: money taken (`kind` charge) or given back (refund), at a POSIX time."""

    kind: Literal["charge", "refund"]
    key: str
    reference: str
    amount_minor: int
    currency: str
    at: float


class ProviderUnsure(Exception):
    """No answer came, or none that can be read: the payment may have happened. Ask again with the same key."""


class ProviderRefused(Exception):
    """The provider did not take the call as it was made; nothing has happened."""


class Provider(Protocol):
    """Every call is named by a key of ours: the same key again has no second effect and gets the same answer.

    Calls block, at most for the provider's time-out (10 s), and are made outside of any transaction. All of them raise
    ProviderUnsure or ProviderRefused. Card data never passes through: a source is the provider's own name for it.
    """

    name: str

    def takes(self, source: str) -> bool:
        """Whether this provider knows such a source, without asking anybody."""

    def authorise(self, payment: Payment) -> Answer:
        """Sets the money aside."""

    def capture(self, payment: Payment) -> Answer:
        """Takes `amount_minor` of what was authorised; the rest is let go."""

    def void(self, payment: Payment) -> Answer:
        """Lets go what was authorised; under a key that it does not know, forbids that it ever begins."""

    def find(self, payment: Payment) -> Answer | None:
        """What it holds for the key; None when it never heard of it."""

    def refund(self, payment: Payment, *, key: str, amount_minor: int) -> Returned:
        """Gives back so much of what was captured; `key` names the giving back."""
