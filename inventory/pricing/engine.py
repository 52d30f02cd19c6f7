"""From items and terms to a priced basket."""

from collections.abc import Sequence

import msgspec

from inventory.pricing.book import Promotions
from inventory.pricing.charges import charges, redeem
from inventory.pricing.choice import Choice, choose
from inventory.pricing.conditions import Rule
from inventory.pricing.errors import PricingError
from inventory.pricing.items import Item, Terms
from inventory.pricing.priced import Applied, Charge, Priced, PricedLine, Saving, Totals, VoucherUse
from inventory.pricing.taxes import Taxed, tax


def price(items: Sequence[Item], terms: Terms) -> Priced:
    """Prices a basket: promotions, deposits, levy, tax, vouchers and rounding, to the minor unit.

    The same goods give the same totals in whatever order they come. Raises PricingError.
    """
    _check(items, terms)
    book = terms.promotions if isinstance(terms.promotions, Promotions) else Promotions(terms.promotions)
    pieces = [item.pieces for item in items]
    gross = [item.piece_minor * count for item, count in zip(items, pieces, strict=True)]
    choice = choose(items, gross, terms, book)
    applied = _applied(choice, terms)
    savings = _savings(choice, {one.promotion: one for one in applied})
    amounts = list(gross)
    for i, line in savings.items():
        amounts[i] -= sum([saving.amount_minor for saving in line])
    extra = charges(items, terms)
    taxed = tax(
        amounts + [charge.amount_minor for charge in extra],
        [item.tax_rate_bp for item in items] + [charge.tax_rate_bp for charge in extra],
        [item.product for item in items] + [charge.kind for charge in extra],
        terms.tax_inclusive,
    )
    taxes = taxed.taxes
    lines = tuple([
        PricedLine(
            item.line, gross[i], savings.get(i, ()), amounts[i], item.deposit_minor * item.quantity, item.tax_rate_bp,
            taxes[i], pieces[i],
        )
        for i, item in enumerate(items)
    ])  # fmt: skip
    linked = tuple([
        msgspec.structs.replace(charge, tax_minor=own) if own else charge
        for charge, own in zip(extra, taxes[len(items) :], strict=True)
    ])  # fmt: skip
    vouchers = redeem(terms, sum(rate.gross_minor for rate in taxed.by_rate))
    return Priced(
        lines=lines,
        charges=linked,
        applied=applied,
        vouchers=vouchers,
        totals=_totals(terms, lines, linked, taxed, vouchers),
        exact=choice.exact,
    )


def _check(items: Sequence[Item], terms: Terms) -> None:
    if terms.now.tzinfo is None:
        raise PricingError("invalid_terms", "now needs the store's time zone.")
    for item in items:
        item.check()
    if len({item.line for item in items}) != len(items):
        raise PricingError("duplicate_line", "Two items have the same line number.")


def _savings(choice: Choice, applied: dict[str, Applied]) -> dict[int, tuple[Saving, ...]]:
    """What each promotion takes off each item, by position, in the order of the promotions' ids."""
    sums: dict[int, dict[str, int]] = {}
    for part in choice.parts:
        for deal, units, parts in part.uses:
            for i, off in zip(units, parts, strict=True):
                line = sums.setdefault(part.units[i].item, {})
                line[deal.id] = line.get(deal.id, 0) + off * part.repeat
    for reward in choice.rewards:
        for item, off in reward.parts.items():
            sums.setdefault(item, {})[reward.rule.id] = off
    return {
        i: tuple([
            Saving(name, (one := applied[name]).name, off, one.why)
            for name, off in (sorted(line.items()) if len(line) > 1 else line.items())
            if off
        ])
        for i, line in sums.items()
    }  # fmt: skip


def _applied(choice: Choice, terms: Terms) -> tuple[Applied, ...]:
    """The promotions that counted, by id."""
    counts: dict[str, tuple[Rule, int, int]] = {}
    for part in choice.parts:
        for deal, _, parts in part.uses:
            _, times, saved = counts.get(deal.id, (deal, 0, 0))
            counts[deal.id] = (deal, times + part.repeat, saved + sum(parts) * part.repeat)
    for reward in choice.rewards:
        counts[reward.rule.id] = (reward.rule, reward.times, reward.saved)
    return tuple(
        Applied(name, rule.name, times, saved, rule.why(terms.currency), rule.coupon, rule.coupons_for(times))
        for name, (rule, times, saved) in sorted(counts.items())
    )


def _totals(
    terms: Terms,
    lines: Sequence[PricedLine],
    linked: Sequence[Charge],
    taxed: Taxed,
    vouchers: Sequence[VoucherUse],
) -> Totals:
    subtotal = sum([line.gross_minor for line in lines])
    total = sum([rate.gross_minor for rate in taxed.by_rate])
    redeemed = sum([use.amount_minor for use in vouchers if use.refused is None])
    owed = total - redeemed
    due = terms.currency.cash(owed) if terms.tender == "cash" else owed
    return Totals(
        subtotal=subtotal,
        discount=subtotal - sum([line.amount_minor for line in lines]),
        deposit=sum([charge.amount_minor for charge in linked if charge.kind == "deposit"]),
        levy=sum([charge.amount_minor for charge in linked if charge.kind == "bag_levy"]),
        tax=sum(taxed.taxes),
        total=total,
        vouchers=redeemed,
        rounding=due - owed,
        due=due,
        items=sum([line.pieces for line in lines]),
        tax_inclusive=terms.tax_inclusive,
        by_rate=taxed.by_rate,
    )
