"""What a basket is priced under, and what it comes to: terms from the store and from what the shopper presented."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inventory.pricing import Applied, Priced, Terms, Voucher, shares
from inventory.selectors.articles import StoreCatalogue
from inventory.selectors.tokens import Token

SUMS = ("subtotal", "discount", "deposit", "levy", "tax", "total", "vouchers", "due", "due_cash")


@dataclass(slots=True)
class Presented:
    """A voucher or coupon in the basket. `claimed`: one use of it is held for this trip and is redeemed by paying."""

    kind: str
    code: str
    promotion: str = ""
    amount_minor: int = 0
    claimed: bool = False
    used: bool = False
    why: str = ""

    @classmethod
    def of(cls, token: Token) -> "Presented":
        """As it was just recognised."""
        return cls(token.kind, token.code, token.promotion, token.amount_minor, token.uses is not None)

    @classmethod
    def kept(cls, entry: dict[str, Any]) -> "Presented":
        """From an entry of the totals."""
        return cls(
            entry["kind"], entry["code"], entry["promotion"], entry["amount"] if entry["kind"] == "voucher" else 0,
            entry["claimed"], entry["used"], entry["why"],
        )  # fmt: skip

    def entry(self) -> dict[str, Any]:
        """As it stands in the totals."""
        return {
            "kind": self.kind, "code": self.code, "promotion": self.promotion, "amount": self.amount_minor,
            "claimed": self.claimed, "used": self.used, "why": self.why,
        }  # fmt: skip


def terms_of(catalogue: StoreCatalogue, now: datetime, *, member: bool, presented: Sequence[Presented]) -> Terms:
    """The store's terms at this moment (aware, the store's zone), with what the shopper presented."""
    rules = catalogue.pricing
    return Terms(
        currency=catalogue.money,
        now=now,
        tax_inclusive=catalogue.tax_inclusive,
        promotions=catalogue.promotions,
        member=member,
        coupons=tuple(one.promotion for one in presented if one.kind == "coupon"),
        vouchers=tuple(Voucher(code=one.code, amount_minor=one.amount_minor) for one in presented if _voucher(one)),
        bag_levy=rules.bag_levy,
        deposit_taxed=rules.deposit_taxed,
        groups=rules.groups,
        member_price_name=rules.member_price_name,
    )


def totals_of(
    catalogue: StoreCatalogue, priced: Priced, *, member: bool, presented: Sequence[Presented]
) -> dict[str, Any]:
    """The totals as they go over the wire and onto the receipt, with the tax table under `rates`.

    `due` is for any way to pay but cash, `due_cash` rounded to the currency's cash step.
    """
    totals = priced.totals
    mark_used(presented, priced)
    return {
        "subtotal": totals.subtotal,
        "discount": totals.discount,
        "deposit": totals.deposit,
        "levy": totals.levy,
        "tax": totals.tax,
        "total": totals.total,
        "vouchers": totals.vouchers,
        "due": totals.due,
        "due_cash": catalogue.money.cash(totals.due),
        "currency": catalogue.currency,
        "exponent": catalogue.exponent,
        "items": totals.items,
        "member": member,
        "presented": [one.entry() for one in presented],
        "rates": [
            {"rate_bp": r.rate_bp, "net": r.net_minor, "tax": r.tax_minor, "gross": r.gross_minor}
            for r in totals.by_rate
        ],
    }


def empty_totals(catalogue: StoreCatalogue) -> dict[str, Any]:
    """The totals of a basket with nothing in it."""
    sums = dict.fromkeys(SUMS, 0)
    return {
        **sums, "currency": catalogue.currency, "exponent": catalogue.exponent, "items": 0, "member": False,
        "presented": [], "rates": [],
    }  # fmt: skip


def mark_used(presented: Sequence[Presented], priced: Priced) -> None:
    """Says of each voucher and coupon whether it counts in this price, what it saved, and if not, why not."""
    uses = {use.code: use for use in priced.vouchers}
    for one in presented:
        if _voucher(one):
            refused = uses[one.code].refused
            one.used, one.why = refused is None, refused or ""
    for name in {one.promotion for one in presented if one.kind == "coupon"}:
        same = [one for one in presented if one.kind == "coupon" and one.promotion == name]
        _share(same, [rule for rule in priced.applied if rule.coupon == name])


def _share(same: Sequence[Presented], applied: Iterable[Applied]) -> None:
    """One coupon serves every promotion that names it, so that the greatest need counts."""
    rules = list(applied)
    used = min(len(same), max((rule.coupons_used for rule in rules), default=0))
    parts = shares(sum(rule.amount_minor for rule in rules), [1] * used) if used else []
    for place, one in enumerate(same):
        one.used = place < used
        one.amount_minor = parts[place] if one.used else 0
        one.why = "" if one.used else "nothing_to_save"


def _voucher(one: Presented) -> bool:
    return one.kind == "voucher"
