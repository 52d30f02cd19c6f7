"""One or two sentences that say what to do, the same for the shopper and for staff, in the shopper's language.

Theory. Advice names the most probable explanation, its product and its grams, and what puts it right; it never
accuses. Where a product is half the belief or more, it is named; else the grams alone are. Languages other than
those here read English. Names come from a function that the caller gives. Units: grams, rounded as a person would say.
"""

from __future__ import annotations

from collections.abc import Callable

from .outputs import Discrepancy
from .phrases import PHRASES

NAMED = 0.5


def advice(discrepancy: Discrepancy, name: Callable[[str], str], language: str = "en") -> str:
    """Words for a discrepancy; `name` tells a product's name by its key, `language` is a tag such as "de-AT"."""
    phrases = PHRASES.get(language.split("-", maxsplit=1)[0].lower(), PHRASES["en"])
    names = [name(key) for key in discrepancy.products]
    best = discrepancy.candidates[0] if discrepancy.candidates else None
    values = {
        "product": names[0] if names else "",
        "grams": say(abs(discrepancy.observed_g)),
        "expected": say(abs(discrepancy.expected_g)),
        "more": say(abs(discrepancy.observed_g - discrepancy.expected_g)),
        "candidate": name(best.product) if best else "",
    }
    key: str = discrepancy.kind
    if key == "mismatch" and discrepancy.observed_g < discrepancy.expected_g:
        key = "mismatch_less"
    text = phrases[key].format(**values)
    if (
        best
        and best.probability >= NAMED
        and key in ("unscanned", "mismatch", "mismatch_less")
        and best.product not in discrepancy.products
    ):
        text += " " + phrases["candidate"].format(**values)
    return text


def say(grams: float) -> str:
    """2 g, 45 g, 1.24 kg."""
    if grams < 1000:
        return f"{grams:.0f} g"
    return f"{grams / 1000:.2f} kg"
