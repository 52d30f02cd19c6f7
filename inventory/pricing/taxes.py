"""Tax by rate and by line. It is computed once for each rate on the rate's sum, and shared out, so that both agree."""

from collections.abc import Sequence
from typing import NamedTuple

from inventory.pricing.money import half_up, shares
from inventory.pricing.priced import RateTotal


class Taxed(NamedTuple):
    """The tax of each entry, in order, and the totals by rate, lowest rate first; no rate of which nothing is sold."""

    taxes: list[int]
    by_rate: tuple[RateTotal, ...]


def tax(amounts: Sequence[int], rates_bp: Sequence[int], names: Sequence[str], inclusive: bool) -> Taxed:
    """Tax on entries (amounts in minor units, rates in hundredths of a percent), halves up, once for each rate.

    Cents left over go by largest remainder, and among equal ones by name and amount, whatever the order of the entries.
    """
    at: dict[int, list[int]] = {}
    for i, rate in enumerate(rates_bp):
        at.setdefault(rate, []).append(i)
    taxes = [0] * len(amounts)
    totals = []
    for rate in sorted(at):
        entries = sorted(at[rate], key=lambda i: (names[i], amounts[i]))
        base = [amounts[i] for i in entries]
        total = sum(base)
        if not total:
            continue
        due = half_up(total * rate, 10000 + rate if inclusive else 10000)
        for i, part in zip(entries, shares(due, base), strict=True):
            taxes[i] = part
        net = total - due if inclusive else total
        totals.append(RateTotal(rate, net, due, net + due))
    return Taxed(taxes, tuple(totals))
