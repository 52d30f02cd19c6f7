"""The kinds of promotion that work on pieces of goods. docs/pricing.md tells how to add one.

A kind says which pieces make one set (`slots`), what a set saves (`saved`), and the most that one piece can bring
(`ceiling`), which lets the search stop early. It knows nothing of baskets, of other promotions, or of lines.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from inventory.pricing.conditions import BasisPoints, Count, Minor, Rule, Target
from inventory.pricing.money import Currency, half_up, percent

NOTHING = Target()


class Slot(NamedTuple):
    """So many pieces of a target."""

    target: Target
    size: int


class Piece(NamedTuple):
    """One piece of goods as a promotion sees it: what it costs now, in minor units; its weight if sold by weight."""

    price: int
    product: str
    weight_g: int | None = None

    def scaled(self, amount_minor: int) -> int:
        """An amount a piece, or a kilogram for goods sold by weight, as it comes to for this piece."""
        return amount_minor if self.weight_g is None else half_up(amount_minor * self.weight_g, 1000)


class Deal(Rule, frozen=True, kw_only=True):
    """A promotion on sets of pieces. Unless its kind says otherwise, a set is one piece of `on`."""

    on: Target = NOTHING

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What one set is made of."""
        return (Slot(self.on, 1),)

    @property
    def pieces(self) -> int:
        """How many pieces one set has."""
        return sum([slot.size for slot in self.slots])

    @property
    def same_product_only(self) -> bool:
        """Whether all pieces of a set must be one product."""
        return False

    @property
    def dearest_first(self) -> bool:
        """Whether sets made dearest pieces first are the best, as long as no other deal wants them: no search then."""
        return False

    def saved(self, pieces: Sequence[Piece]) -> int:
        """What one set saves, in minor units, 0 or less if nothing. Pieces stand in the order of the slots."""
        return self.ceiling(pieces[0])

    def ceiling(self, piece: Piece) -> int:
        """At least this piece's part of the saving of any set: the parts of a set add up to its saving or more.

        It must not rise when the piece gets cheaper. For a set of one piece it is the saving itself.
        """
        return piece.price


class Percent(Deal, frozen=True, kw_only=True, tag="percent"):
    """So many hundredths of a percent off each piece."""

    percent_bp: BasisPoints

    def gives(self, currency: Currency) -> str:
        return f"{percent(self.percent_bp)} off"

    def ceiling(self, piece: Piece) -> int:
        return half_up(piece.price * self.percent_bp, 10000)


class AmountOff(Deal, frozen=True, kw_only=True, tag="amount"):
    """An amount off each piece, or off each kilogram; never more than it costs."""

    amount_minor: Minor

    def gives(self, currency: Currency) -> str:
        return f"{currency.text(self.amount_minor)} off each"

    def ceiling(self, piece: Piece) -> int:
        return min(piece.price, piece.scaled(self.amount_minor))


class FixedPrice(Deal, frozen=True, kw_only=True, tag="fixed_price"):
    """A special price for each piece, or each kilogram. With `members_only` it is a member price."""

    price_minor: Minor

    def gives(self, currency: Currency) -> str:
        return f"special price {currency.text(self.price_minor)}"

    def ceiling(self, piece: Piece) -> int:
        return max(0, piece.price - piece.scaled(self.price_minor))


class _Multibuy(Deal, frozen=True, kw_only=True):
    """`take` pieces of one target, mixed unless `same_product`."""

    take: Count
    same_product: bool = False

    def check(self) -> None:
        self.demand(self.take >= 2, "take 2 pieces or more")

    @property
    def slots(self) -> tuple[Slot, ...]:
        return (Slot(self.on, self.take),)

    @property
    def same_product_only(self) -> bool:
        return self.same_product

    @property
    def dearest_first(self) -> bool:
        return True


class NForM(_Multibuy, frozen=True, kw_only=True, tag="n_for_m"):
    """Take n, pay m: the cheapest pieces of each n cost nothing."""

    pay: Count

    def check(self) -> None:
        self.demand(1 <= self.pay < self.take, "pay 1 piece or more, and fewer than are taken")

    def gives(self, currency: Currency) -> str:
        return f"{self.take} for {self.pay}"

    def saved(self, pieces: Sequence[Piece]) -> int:
        return sum(sorted([piece.price for piece in pieces])[: self.take - self.pay])

    def ceiling(self, piece: Piece) -> int:
        # The cheapest k of n are never dearer than k/n of the whole.
        return -(-piece.price * (self.take - self.pay) // self.take)


class NForPrice(_Multibuy, frozen=True, kw_only=True, tag="n_for_price"):
    """Take n for a price together."""

    price_minor: Minor

    def gives(self, currency: Currency) -> str:
        return f"{self.take} for {currency.text(self.price_minor)}"

    def saved(self, pieces: Sequence[Piece]) -> int:
        return sum([piece.price for piece in pieces]) - self.price_minor

    def ceiling(self, piece: Piece) -> int:
        return max(0, -((self.price_minor - piece.price * self.take) // self.take))


class SecondUnit(_Multibuy, frozen=True, kw_only=True, tag="second_unit"):
    """The cheapest of each `take` pieces (2: the second one) at so many hundredths of a percent off."""

    percent_bp: BasisPoints
    take: Count = 2

    def gives(self, currency: Currency) -> str:
        return f"cheapest of {self.take} at {percent(self.percent_bp)} off"

    def saved(self, pieces: Sequence[Piece]) -> int:
        return half_up(min([piece.price for piece in pieces]) * self.percent_bp, 10000)

    def ceiling(self, piece: Piece) -> int:
        # The half covers the rounding of the set's saving.
        return -(-(piece.price * self.percent_bp + 5000) // (10000 * self.take))


class CheapestFree(Deal, frozen=True, kw_only=True, tag="cheapest_free"):
    """Buy some pieces, get others (of `free_on`, or of the same) free; none free is dearer than one bought."""

    buy: Count
    free: Count = 1
    free_on: Target | None = None

    @property
    def slots(self) -> tuple[Slot, ...]:
        if self.free_on is None:
            return (Slot(self.on, self.buy + self.free),)
        return (Slot(self.on, self.buy), Slot(self.free_on, self.free))

    @property
    def dearest_first(self) -> bool:
        return self.free_on is None

    def gives(self, currency: Currency) -> str:
        return f"buy {self.buy}, get {self.free} free"

    def saved(self, pieces: Sequence[Piece]) -> int:
        prices = [piece.price for piece in pieces]
        if self.free_on is None:
            return sum(sorted(prices)[: self.free])
        if max(prices[self.buy :]) > min(prices[: self.buy]):
            return 0
        return sum(prices[self.buy :])

    def ceiling(self, piece: Piece) -> int:
        return -(-piece.price * self.free // (self.buy + self.free))


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """So many pieces of one target in a mixed set."""

    on: Target
    count: Count = 1


class MixAndMatch(Deal, frozen=True, kw_only=True, tag="mix_and_match"):
    """A set of parts (a roll, a drink, a fruit) for a price, at a percentage off, or an amount off: one of them."""

    parts: tuple[Part, ...]
    price_minor: Minor | None = None
    percent_bp: BasisPoints | None = None
    amount_minor: Minor | None = None

    def check(self) -> None:
        rewards = (self.price_minor, self.percent_bp, self.amount_minor)
        self.demand(sum(reward is not None for reward in rewards) == 1, "give exactly one of price, percent and amount")
        self.demand(1 <= len(self.parts) <= 8, "name 1 to 8 parts")

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(Slot(part.on, part.count) for part in self.parts)

    def gives(self, currency: Currency) -> str:
        if self.price_minor is not None:
            return f"set for {currency.text(self.price_minor)}"
        off = currency.text(self.amount_minor or 0) if self.percent_bp is None else percent(self.percent_bp)
        return f"set: {off} off"

    def saved(self, pieces: Sequence[Piece]) -> int:
        total = sum([piece.price for piece in pieces])
        if self.price_minor is not None:
            return total - self.price_minor
        if self.percent_bp is not None:
            return half_up(total * self.percent_bp, 10000)
        return min(total, self.amount_minor or 0)

    def ceiling(self, piece: Piece) -> int:
        size = sum(part.count for part in self.parts)
        if self.price_minor is not None:
            return max(0, -((self.price_minor - piece.price * size) // size))
        if self.percent_bp is not None:
            return -(-(piece.price * self.percent_bp + 5000) // 10000)
        return -(-(self.amount_minor or 0) // size)
