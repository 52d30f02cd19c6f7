"""Integer arithmetic of money: rounding, fair shares, currencies. Amounts are minor units (cents, yen, fils)."""

from collections.abc import Sequence

from msgspec import Struct

from inventory.pricing.errors import PricingError


def percent(basis_points: int) -> str:
    """Hundredths of a percent in words: 1250 -> "12.5 %"."""
    whole, part = divmod(basis_points, 100)
    return (f"{whole}.{part:02d}".rstrip("0") if part else str(whole)) + " %"


class Currency(Struct, frozen=True):
    """An ISO 4217 currency: its `exponent` (decimal places), and the step that cash is rounded to, in minor units."""

    code: str
    exponent: int = 2
    cash_step_minor: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.exponent <= 4 or self.cash_step_minor < 1:
            raise PricingError("invalid_terms", "A currency has 0 to 4 decimals and a cash step of 1 or more.")

    def text(self, amount_minor: int) -> str:
        """The amount as a plain decimal with the currency's places, without symbol: 1250 -> "12.50"."""
        sign = "-" if amount_minor < 0 else ""
        whole, part = divmod(abs(amount_minor), 10**self.exponent)
        return f"{sign}{whole}.{part:0{self.exponent}d}" if self.exponent else f"{sign}{whole}"

    def cash(self, amount_minor: int) -> int:
        """The amount as cash can pay it: the nearest step, halves away from zero (Swedish rounding)."""
        return half_up(amount_minor, self.cash_step_minor) * self.cash_step_minor


# ISO 4217 list one, where the exponent is not 2; cash steps as central banks publish them, where not 1.
# Countries of the euro that round (Finland, the Netherlands, ...) pass Currency("EUR", 2, 5) themselves.
_EXPONENTS = {
    code: exponent
    for exponent, codes in (
        (0, ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV")),
        (0, ("XAF", "XOF", "XPF")),
        (3, ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")),
    )
    for code in codes
}
_CASH_STEPS = {"AUD": 5, "CAD": 5, "CHF": 5, "CZK": 100, "DKK": 50, "HUF": 500, "NOK": 100, "NZD": 10, "SEK": 100}


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code with its usual exponent and cash step; an unlisted code gets 2 decimals."""
    return Currency(code, _EXPONENTS.get(code, 2), _CASH_STEPS.get(code, 1))


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest integer, halves away from zero; the denominator is positive."""
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """Divides an amount of 0 or more by weights of 0 or more; the parts are integers and add up to it exactly.

    Largest remainder (Hamilton): everyone gets the floor of the exact share, what is left goes unit by unit to the
    largest remainders, and among equal ones to the first. No share exceeds its weight as long as the amount doesn't
    exceed their sum. Weights that are all 0 share alike.
    """
    if len(weights) == 1:
        return [amount]
    total = sum(weights)
    if not total:
        weights = [1] * len(weights)
        total = len(weights)
    parts = [amount * weight // total for weight in weights]
    left = amount - sum(parts)
    if left:
        order = sorted(range(len(weights)), key=lambda i: -(amount * weights[i] % total))
        for i in order[:left]:
            parts[i] += 1
    return parts
