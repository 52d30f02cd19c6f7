"""The promotions of a store, indexed by the goods they are for."""

from collections.abc import Iterable
from typing import Any, cast

import msgspec

from inventory.pricing.conditions import Target
from inventory.pricing.errors import PricingError
from inventory.pricing.kinds import (
    AmountOff,
    CheapestFree,
    Deal,
    FixedPrice,
    MixAndMatch,
    NForM,
    NForPrice,
    Percent,
    SecondUnit,
)
from inventory.pricing.limits import Limits
from inventory.pricing.memo import Memo
from inventory.pricing.thresholds import BasketThreshold

Promotion = (
    Percent | AmountOff | FixedPrice | NForM | NForPrice | MixAndMatch | CheapestFree | SecondUnit | BasketThreshold
)
KNOWN_PRODUCTS = 200_000
DEFAULT_GROUPS = ("offers", "members", "coupons", "basket")


def promotion_from(data: bytes | str | dict[str, Any]) -> Promotion:
    """A promotion from JSON text or the dict it parses to; PricingError `invalid_promotion` says what is wrong."""
    try:
        if isinstance(data, dict):
            return cast(Promotion, msgspec.convert(data, Promotion))
        return cast(Promotion, msgspec.json.decode(data, type=Promotion))
    except (msgspec.MsgspecError, PricingError) as error:
        raise PricingError("invalid_promotion", str(error)) from error


def promotion_to(promotion: Promotion) -> dict[str, Any]:
    """A promotion as JSON's types, for a JSON column; `promotion_from` reads it back."""
    data: dict[str, Any] = msgspec.to_builtins(promotion)
    return data


class Promotions:
    """Rules indexed once, then asked for each line. Immutable; share it between baskets and threads."""

    def __init__(self, rules: Iterable[Promotion] = ()) -> None:
        self.rules: tuple[Promotion, ...] = tuple(rules)
        names = {rule.id for rule in self.rules}
        if len(names) != len(self.rules):
            raise PricingError("invalid_promotion", "Two promotions have the same id.")
        self.thresholds = tuple(rule for rule in self.rules if isinstance(rule, BasketThreshold))
        self._products: dict[str, list[tuple[Deal, Target]]] = {}
        self._groups: dict[str, list[tuple[Deal, Target]]] = {}
        self._everything: list[tuple[Deal, Target]] = []
        self._known = Memo(KNOWN_PRODUCTS)
        self.memo = Memo()
        self.slots = {rule.id: rule.slots for rule in self.rules if isinstance(rule, Deal)}
        self._plain = Limits()
        for rule in self.rules:
            if isinstance(rule, Deal):
                if rule.unconditional:
                    self._plain.note(rule, rule.limit, self.slots[rule.id])
                for slot in rule.slots:
                    self._file(rule, slot.target)

    def _file(self, deal: Deal, target: Target) -> None:
        if target.everything:
            self._everything.append((deal, target))
            return
        for product in target.products:
            self._products.setdefault(product, []).append((deal, target))
        for group in target.groups:
            self._groups.setdefault(group, []).append((deal, target))

    def limits(self) -> Limits:
        """A fresh table of limits that knows the deals without conditions: they are live for all, at any time."""
        return self._plain.copy()

    def deals_for(self, product: str, groups: tuple[str, ...]) -> tuple[Deal, ...]:
        """The deals with a slot that this product may fill, each once. Looked up once for each product, then known."""
        key = (product, groups)
        known: tuple[Deal, ...] | None = self._known.get(key)
        if known is None:
            entries = [*self._everything, *self._products.get(product, ())]
            for group in groups:
                entries += self._groups.get(group, ())
            deals = {deal.id: deal for deal, target in entries if target.holds(product, groups)}
            known = tuple(deals.values())
            self._known.keep(key, known)
        return known
