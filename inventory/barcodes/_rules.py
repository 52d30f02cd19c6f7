"""What a store decides about codes: its region's layout of in-store labels, its own templates, its currency."""

from dataclasses import dataclass, field
from typing import Final

from inventory.barcodes._code_lists import EXPONENTS
from inventory.barcodes._templates import Template, parse_template

_NORDIC_WEIGHTS: Final = ("23IIIIIIWWWWC:W3", "24IIIIIIWWWWC:W2", "25IIIIIIWWWWC:W1")
_NORDIC_PRICES: Final = ("20IIIIIIPPPPC:P2", "21IIIIIIPPPPC:P1", "22IIIIIIPPPPC:P0")

REGIONS: Final[dict[str, tuple[str | None, tuple[str, ...]]]] = {
    # gs1.dk: GTIN-13 pris, GTIN-13 vægt
    "dk": (
        "DKK",
        (
            *(f"{prefix}IIIIPPPPPPC:P2" for prefix in (21, 22, 23, 24)),
            "26IIIIWWWWWWC:W3",
            "27IIIIIWWWWWC:W3",
            "28IIIIWWWWWWC:W3",
        ),
    ),
    # gs1lv.org: Variable measure in Latvia (the three Baltic states share it); gs1.fi: how to identify a product
    "ee": ("EUR", _NORDIC_WEIGHTS),
    "fi": ("EUR", _NORDIC_WEIGHTS),
    "lt": ("EUR", _NORDIC_WEIGHTS),
    "lv": ("EUR", _NORDIC_WEIGHTS),
    # gs1-germany.de: Globale Artikelnummer (GTIN) in der Anwendung; SAN-4-Konzept
    "de": (
        "EUR",
        (
            *(f"{prefix}IIIIKPPPPPC:P2" for prefix in (22, 23)),
            *(f"{prefix}IIIIKNNNNNC" for prefix in (25, 26)),
            *(f"{prefix}IIIIKWWWWWC:W3" for prefix in (28, 29)),
        ),
    ),
    # gs1uk.org: how to barcode variable measure items
    "gb": ("GBP", ("20IIIIIKPPPPC:P2",)),
    # gs1.se: variable weight numbers; Norway's products follow the same
    "no": ("NOK", (*_NORDIC_PRICES, *_NORDIC_WEIGHTS)),
    "se": ("SEK", (*_NORDIC_PRICES, *_NORDIC_WEIGHTS)),
    # GenSpecs 2.1.11: RCN-12, number system 2, is for the United States and Canada together, so it names no currency
    "ca": (None, ("2IIIIIKPPPPC:P2",)),
    "us": (None, ("2IIIIIKPPPPC:P2",)),
}
"""Region to its currency and layouts. Sources stand beside each; layouts collected by biip 5.2 (Apache-2.0)."""


@dataclass(frozen=True)
class StoreRules:
    """How one store's codes are read.

    `region` is a key of `REGIONS` or None for "labels starting with 2 are opaque numbers"; `templates` (see
    `_templates`) come before the region's. `currency` is ISO 4217 letters; prices in another one give no
    `price_minor`. `short_gtin` accepts Digital Links with 8, 12 or 13 digits after /01/. `item_numbers` lets people
    key the store's own short numbers. `labels_hold_plus` says that the item numbers in labels are PLUs. Raises
    ValueError for an unknown region or currency or a malformed template.
    """

    region: str | None = None
    templates: tuple[str, ...] = ()
    currency: str | None = None
    short_gtin: bool = False
    item_numbers: bool = False
    labels_hold_plus: bool = False
    layouts: dict[str, tuple[tuple[Template, str | None], ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.region is not None and self.region not in REGIONS:
            raise ValueError(f"unknown region {self.region!r}; known are {', '.join(sorted(REGIONS))}, or none")
        if self.currency is not None and self.currency not in EXPONENTS:
            raise ValueError(f"unknown currency {self.currency!r}; write ISO 4217 letters such as EUR")
        regional_currency, regional = REGIONS[self.region] if self.region else (None, ())
        found: list[tuple[Template, str | None]] = [(parse_template(text), None) for text in self.templates]
        found += [(parse_template(text), regional_currency) for text in regional]
        object.__setattr__(self, "layouts", _by_two_digits(found))

    def layout_for(self, code: str) -> tuple[Template, str | None] | None:
        """The first layout that fits these 13 digits, with the currency it implies."""
        for layout in self.layouts.get(code[:2], ()):
            if layout[0].matches(code):
                return layout
        return None


def _by_two_digits(
    layouts: list[tuple[Template, str | None]],
) -> dict[str, tuple[tuple[Template, str | None], ...]]:
    index: dict[str, tuple[tuple[Template, str | None], ...]] = {}
    for number in range(100):
        digits = f"{number:02d}"
        fitting = tuple(layout for layout in layouts if _begins(layout[0].pattern, digits))
        if fitting:
            index[digits] = fitting
    return index


def _begins(pattern: str, digits: str) -> bool:
    return all(mark == digit or mark.isalpha() for mark, digit in zip(pattern, digits, strict=False))
