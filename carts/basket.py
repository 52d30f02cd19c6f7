"""The basket of one trip: its lines, their prices, and what changed with each revision.

Kept in memory by the connection and made again from rows where staff correct it. Money is minor units, weight grams.
A line is one article (what is sold by weight or bears its own price has a line for each label). A line that is taken
out stays with quantity 0, so that a cart which saw it can be told.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from carts.totals import Presented, empty_totals, terms_of, totals_of
from inventory.pricing import Item, price
from inventory.selectors.articles import Article, StoreCatalogue
from inventory.selectors.tokens import Token

WEIGHED = "kg"


@dataclass(slots=True)
class Line:
    """One line; `fixed_amount_minor` is the price on a label, `weight_g` of the whole line, None until it is known.

    `unit_price_minor` is the price that counts for it: the article's when it was scanned, and what the store's rule
    has made of later changes.
    """

    line: int
    article: Article
    source: str
    at_ms: int
    unit_price_minor: int = -1  # below 0: take the article's
    quantity: int = 0
    weight_g: float | None = None
    fixed_amount_minor: int | None = None
    status: str = "placing"
    amount_minor: int = 0
    deposit_minor: int = 0
    tax_minor: int = 0
    savings: Sequence[dict[str, Any]] = ()
    revision: int = 0
    shown: tuple[object, ...] = field(default=(), compare=False, repr=False)  # its facts at the last revision

    def __post_init__(self) -> None:
        if self.unit_price_minor < 0:
            self.unit_price_minor = self.article.unit_price_minor

    @property
    def by_weight(self) -> bool:
        return self.article.sold_by == WEIGHED

    def facts(self) -> tuple[object, ...]:
        """All that a cart or a row would show of it; compared to see whether it changed."""
        return (self.quantity, self.weight_g, self.status, self.amount_minor, self.deposit_minor, self.tax_minor,
                self.unit_price_minor,
                tuple((saving["name"], saving["amount"]) for saving in self.savings))  # fmt: skip


class Basket:
    """The lines of a trip, priced. Changes are gathered by `revise` or `reprice`, which raise the revision."""

    __slots__ = ("_told", "catalogue", "lines", "member", "presented", "revised", "revision", "status_of_new",
                 "totals")  # fmt: skip

    def __init__(self, catalogue: StoreCatalogue, *, status_of_new: str = "placing") -> None:
        self.catalogue = catalogue
        self.lines: dict[int, Line] = {}
        self.revision = 0
        self.status_of_new = status_of_new
        self.totals: dict[str, Any] = empty_totals(catalogue)
        self.member = False
        self.presented: list[Presented] = []
        self.revised = False  # whether the last `revise` made a new revision
        self._told = self.totals

    @property
    def standing(self) -> list[Line]:
        """The lines that are in the basket."""
        return [line for line in self.lines.values() if line.quantity]

    def quantity_of(self, product_id: int) -> int:
        """Pieces of a product over all lines."""
        return sum(line.quantity for line in self.lines.values() if line.article.product_id == product_id)

    def line_for(self, article: Article, *, label_weight_g: float | None, label_price_minor: int | None) -> Line | None:
        """The line that another piece of this article joins, or None if it opens one of its own."""
        if article.sold_by == WEIGHED or label_weight_g is not None or label_price_minor is not None:
            return None
        for line in self.lines.values():
            same = line.article.product_id == article.product_id and line.fixed_amount_minor is None
            if same and line.quantity and line.unit_price_minor == article.unit_price_minor:
                return line
        return None

    def add(
        self,
        article: Article,
        *,
        quantity: int,
        source: str,
        at_ms: int,
        label_weight_g: float | None = None,
        label_price_minor: int | None = None,
    ) -> Line:
        """Put pieces in; returns the line they are on. The caller reprices."""
        line = self.line_for(article, label_weight_g=label_weight_g, label_price_minor=label_price_minor)
        if line is None:
            line = Line(len(self.lines) + 1, article, source, at_ms)
            line.weight_g, line.fixed_amount_minor = label_weight_g, label_price_minor
            self.lines[line.line] = line
        line.quantity += quantity
        line.status = self.status_of_new
        return line

    def find(self, *, product_ids: Iterable[int] = (), line: int | None = None) -> Line | None:
        """The line by its number, or the newest standing line of one of these products."""
        if line is not None:
            found = self.lines.get(line)
            return found if found is not None and found.quantity else None
        wanted = set(product_ids)
        return next((row for row in reversed(self.standing) if row.article.product_id in wanted), None)

    def take(self, line: Line, quantity: int) -> int:
        """Take pieces out of a line; returns how many came out. The caller reprices."""
        taken = line.quantity if line.by_weight else min(quantity, line.quantity)
        line.quantity -= taken
        if not line.quantity:
            line.status, line.weight_g = "removed", None
        return taken

    def mark(self, statuses: dict[int, str]) -> None:
        """Give standing lines another status. The caller revises or reprices."""
        for number, status in statuses.items():
            line = self.lines.get(number)
            if line is not None and line.quantity:
                line.status = status

    def present(self, token: Token) -> None:
        """Take a voucher, a coupon or a member's card into account. The caller reprices."""
        if token.kind == "member":
            self.member = True
        else:
            self.presented.append(Presented.of(token))

    def presented_as(self, names: Collection[str], kind: str = "") -> list[Presented]:
        """The vouchers and coupons under any of these codes."""
        return [one for one in self.presented if one.code in names and kind in ("", one.kind)]

    def adopt(self, catalogue: StoreCatalogue) -> None:
        """The catalogue has changed: prices in the cart follow by the store's rule. The caller reprices."""
        self.catalogue = catalogue
        for line in self.standing:
            article = catalogue.article(line.article.product_id)
            if article is not None:
                line.unit_price_minor = catalogue.pricing.price_now(line.unit_price_minor, article.unit_price_minor)

    def reprice(self, now: datetime) -> list[Line]:
        """Price all lines at this moment (aware, the store's zone); then as `revise`."""
        self._price(now)
        return self.revise()

    def revise(self) -> list[Line]:
        """The lines that changed since the last revision; there is a new one if any did, or the totals."""
        changed = [line for line in self.lines.values() if line.shown != line.facts()]
        self.revised = bool(changed) or self._told != self.totals
        if self.revised:
            self.revision += 1
            self._told = self.totals
            for line in changed:
                line.revision = self.revision
                line.shown = line.facts()
        return changed

    def restore(self, lines: Iterable[Line], revision: int, totals: dict[str, Any]) -> None:
        """Take over lines, revision and totals as they were kept; nothing counts as changed by it."""
        self.lines = {line.line: line for line in lines}
        self.revision, self.totals = revision, totals
        self.member = bool(totals.get("member"))
        self.presented = [Presented.kept(entry) for entry in totals.get("presented", ())]
        self._told = totals
        for line in self.lines.values():
            line.shown = line.facts()

    def _price(self, now: datetime) -> None:
        items = [item_of(line) for line in self.standing]
        terms = terms_of(self.catalogue, now, member=self.member, presented=self.presented)
        priced = price(items, terms)
        for row in priced.lines:
            line = self.lines[row.line]
            line.amount_minor, line.deposit_minor, line.tax_minor = row.amount_minor, row.deposit_minor, row.tax_minor
            line.savings = tuple(
                {"name": saving.name, "amount": saving.amount_minor, "why": saving.why} for saving in row.savings
            )
        for line in self.lines.values():
            if not line.quantity:
                line.amount_minor = line.deposit_minor = line.tax_minor = 0
                line.savings = ()
        self.totals = totals_of(self.catalogue, priced, member=self.member, presented=self.presented)


def item_of(line: Line) -> Item:
    """A line as pricing sees it; what is sold by weight costs nothing until it has been weighed."""
    article = line.article
    grams = round(line.weight_g or 0) if line.by_weight else None
    return Item(
        line=line.line,
        product=article.code,
        quantity=line.quantity,
        weight_g=grams,
        unit_price_minor=line.unit_price_minor,
        fixed_amount_minor=line.fixed_amount_minor,
        tax_rate_bp=article.tax_rate_bp,
        deposit_minor=article.deposit_minor,
        groups=article.groups,
    )


def line_body(line: Line) -> dict[str, Any]:
    """A line as in PROTOCOL's `basket`."""
    body: dict[str, Any] = {
        "line": line.line,
        "code": line.article.printed_code,
        "name": line.article.name,
        "quantity": line.quantity,
        "unit_price": line.unit_price_minor,
        "amount": line.amount_minor,
        "status": line.status,
        "savings": list(line.savings),
    }
    if line.weight_g is not None:
        body["weight_g"] = round(line.weight_g)
    compared = line.article.comparison_at(line.unit_price_minor)
    if compared is not None and line.fixed_amount_minor is None:
        body["comparison_price"] = compared.body()
    if line.article.picture:
        body["picture"] = line.article.picture
    return body
