"""Deposits and levies on lines, and the vouchers of the bottle bank."""

from collections.abc import Sequence

from inventory.pricing.errors import PricingError
from inventory.pricing.items import Item, Terms, Voucher
from inventory.pricing.priced import Charge, VoucherUse


def charges(items: Sequence[Item], terms: Terms) -> list[Charge]:
    """Each line's deposit and levy, linked to it, without their tax yet. No promotion touches them."""
    found = []
    levy = terms.bag_levy
    for item in items:
        if item.deposit_minor and item.quantity:
            rate = item.tax_rate_bp if terms.deposit_taxed else 0
            found.append(Charge("deposit", item.line, "Deposit", item.deposit_minor * item.quantity, rate, 0))
        if levy is not None and item.quantity and levy.group in item.groups:
            amount = levy.amount_minor * item.quantity
            found.append(Charge("bag_levy", item.line, levy.name, amount, levy.tax_rate_bp, 0))
    return found


def redeem(terms: Terms, total: int) -> tuple[VoucherUse, ...]:
    """Vouchers against a total: whole or not at all, for a cart gives no change; dearest first, each code once."""
    seen = set(terms.redeemed)
    uses = []
    for voucher in sorted(terms.vouchers, key=lambda voucher: (-voucher.amount_minor, voucher.code)):
        if voucher.amount_minor < 0:
            raise PricingError("invalid_terms", f"Voucher {voucher.code} has an amount below 0.")
        use = _redeem(voucher, terms, seen, total)
        if use.refused is None:
            seen.add(voucher.code)
            total -= voucher.amount_minor
        uses.append(use)
    return tuple(uses)


def _redeem(voucher: Voucher, terms: Terms, seen: set[str], total: int) -> VoucherUse:
    name, code, amount = voucher.name, voucher.code, voucher.amount_minor
    if code in terms.redeemed:
        return VoucherUse(code, name, amount, "already_redeemed")
    if code in seen:
        return VoucherUse(code, name, amount, "twice")
    return VoucherUse(code, name, amount, "exceeds_due" if amount > total else None)
