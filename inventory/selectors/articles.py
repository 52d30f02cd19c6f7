"""A store's catalogue in memory: immutable, shared by all threads of a process."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

import msgspec

from inventory.barcodes import StoreRules, catalogue_key
from inventory.pricing import Comparison, Currency, Promotions, StorePricing, comparison
from inventory.selectors.searching import SearchIndex


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """A product of one store under one of its codes.

    `key` is the code in the catalogue's form, `code` the retailer's article number. `unit_price_minor` is for a piece,
    or for a kilogram where `sold_by` is "kg"; weights are grams of one piece, whatever the pack's quantity.
    """

    product_id: int
    code: str
    key: str
    name: str
    brand: str
    category: str
    sold_by: str
    unit_price_minor: int
    tax_rate_bp: int
    deposit_minor: int
    net_g: int | None
    gross_g: int | None
    packaging: str
    age_limit: int | None
    sale_from: time | None
    sale_until: time | None
    quantity_limit: int | None
    sale_stopped: bool
    recalled: bool
    recalled_batches: tuple[str, ...]
    pack_quantity: int
    picture: str | None
    search_text: str = ""
    net_ml: int = 0

    @property
    def groups(self) -> tuple[str, ...]:
        """The names by which promotions target it: its category."""
        return (self.category,) if self.category else ()

    @property
    def comparison(self) -> Comparison | None:
        """What a kilogram or a litre of it costs; None if that is its price anyway, or its content is not known."""
        return self.comparison_at(self.unit_price_minor)

    def comparison_at(self, unit_price_minor: int) -> Comparison | None:
        """The same at another price of a piece, such as a basket's own."""
        if self.sold_by == "kg":
            return None
        return comparison(unit_price_minor, net_g=self.net_g, net_ml=self.net_ml)

    @property
    def printed_code(self) -> str:
        """The code as it stands on the pack, which a scanner or a keyboard would give."""
        return printed_code(self.key) or self.code

    def on_sale_at(self, local: time) -> bool:
        """Whether the hours of sale hold at the store's local time; an end before the start runs over midnight."""
        start, end = self.sale_from or time.min, self.sale_until
        if end is None:
            return local >= start
        return start <= local < end if start < end else local >= start or local < end

    def recall_holds(self, batch: str | None) -> bool:
        """Whether this piece is under recall: all of the product, or its batch."""
        return self.recalled or (batch is not None and batch in self.recalled_batches)


class StoreCatalogue:
    """All that one store sells, at one version. At `good_until` a price begins or ends, and it must be read anew."""

    __slots__ = ("_by_code", "_by_key", "_index", "_main", "country", "coupons", "currency", "exponent", "good_until",
                 "language", "pricing", "promotions", "retailer_id", "rules", "store_id", "tax_inclusive", "timezone",
                 "version")  # fmt: skip

    def __init__(self, store: dict[str, Any], articles: Iterable[Article], promotions: Promotions) -> None:
        self.store_id: int = store["id"]
        self.retailer_id: int = store["retailer_id"]
        self.pricing: StorePricing = store["pricing"]
        self.version: int = store["catalogue_version"]
        self.currency: str = store["currency"]
        self.exponent: int = store["currency_exponent"]
        self.country: str = store["country"]
        self.language: str = store["language"]
        self.timezone: str = store["timezone"]
        self.tax_inclusive: bool = store["tax_inclusive"]
        self.rules: StoreRules = store["rules"]
        self.good_until: datetime | None = store["good_until"]
        self.promotions = promotions
        self.coupons = frozenset(rule.coupon for rule in promotions.rules if rule.coupon is not None)
        self._by_key: dict[str, tuple[Article, ...]] = {}
        self._by_code: dict[str, Article] = {}
        self._main: dict[int, Article] = {}
        for article in articles:
            if article.key:
                self._by_key[article.key] = (*self._by_key.get(article.key, ()), article)
            self._by_code.setdefault(article.code, article)
            self._main.setdefault(article.product_id, article)
        self._index: SearchIndex | None = None

    def __len__(self) -> int:
        return len(self._main)

    @property
    def money(self) -> Currency:
        """The currency with its places and its cash step."""
        return self.pricing.currency(self.currency, self.exponent)

    def find(self, keys: Sequence[str]) -> tuple[Article, ...]:
        """The articles under the first of these keys that the store knows: none, one, or several if it is ambiguous."""
        for key in keys:
            found = self._by_key.get(key)
            if found is not None:
                return found
        return ()

    def article(self, product_id: int) -> Article | None:
        """The product under its main code, or None if this store doesn't sell it."""
        return self._main.get(product_id)

    def by_code(self, code: str) -> Article | None:
        """By the retailer's article number, or by a code as printed on the pack; None if unknown or ambiguous."""
        found = self.find([catalogue_key(code)])
        return (found[0] if len(found) == 1 else None) if found else self._by_code.get(code)

    def search(self, text: str, limit: int) -> list[Article]:
        """Articles by words, best first; the index is made at the first search."""
        if self._index is None:
            self._index = SearchIndex([(article.product_id, article.search_text) for article in self._main.values()])
        return [self._main[product_id] for product_id in self._index.ids(text, limit)]

    def every_code(self) -> Iterable[Article]:
        """Every article under every one of its codes."""
        return (article for same in self._by_key.values() for article in same)

    def articles(self) -> Iterable[Article]:
        """Every product once, under its main code, by name."""
        return self._main.values()


def printed_code(key: str) -> str:
    """A catalogue key as people and scanners know it: GTINs without padding, item numbers without their prefix."""
    if key.startswith("item:") or key.startswith("text:"):
        return key[5:]
    if len(key) != 14 or not key.isdigit():
        return key
    if key.startswith("000000"):
        return key[6:]
    return key[1:] if key.startswith("0") else key
