"""From GS1 elements to what a till needs."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from inventory.barcodes._code_lists import CURRENCIES, EXPONENTS
from inventory.barcodes._dates import day_of
from inventory.barcodes._elements import Elements, lacking
from inventory.barcodes._read import Read
from inventory.barcodes._rules import StoreRules

# International yard and pound agreement of 1959; the troy ounce is 480 grains.
_GRAMS: Final = {"310": Decimal(1000), "320": Decimal("453.59237"), "356": Decimal("31.1034768")}
_DATES: Final = {"15": "best_before", "16": "sell_by", "17": "expiry", "7003": "expiry"}
_TEXTS: Final = {"00": "sscc", "10": "batch", "21": "serial", "8110": "coupon", "8112": "coupon", "255": "coupon"}
_DEFAULT_EXPONENT: Final = 2


def minor_units(price: Decimal, currency: str | None, rules: StoreRules) -> int | None:
    """The price in whole minor units; None if it has a fraction of one or is in another currency than the store's."""
    if currency and rules.currency and currency != rules.currency:
        return None
    exponent = EXPONENTS.get(currency or rules.currency or "", _DEFAULT_EXPONENT)
    scaled = price.scaleb(exponent)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def grams(kilograms: Decimal) -> float:
    """Kilograms as grams, an int when they are whole."""
    return _number(kilograms * 1000)


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


def read_elements(
    elements: Elements, symbology: str, rules: StoreRules, today: date | None, *, gtin: str | None = None
) -> Read:
    """The meaning of elements; `gtin` comes from the linear part of a composite."""
    facts: dict[str, Any] = {}
    for ai, value in elements:
        if ai in _TEXTS:
            facts.setdefault(_TEXTS[ai], value)
        elif ai in _DATES:
            facts[_DATES[ai]] = day_of(value[:6], today)
        elif ai[:3] in _GRAMS and len(ai) == 4:
            facts["weight_g"] = _number(Decimal(value).scaleb(-int(ai[3])) * _GRAMS[ai[:3]])
        elif ai in ("30", "37"):
            facts["count"] = int(value)
        elif ai[:3] in ("392", "393") and len(ai) == 4:
            facts.update(_price(ai, value, rules))
    gtin = gtin or _gtin(elements)
    return Read(
        symbology=symbology,
        keys=(gtin,) if gtin else (),
        gtin=gtin,
        elements=elements,
        lacking=lacking(elements),
        **facts,
    )


def _gtin(elements: Elements) -> str | None:
    values = dict(elements)
    for ai in ("01", "03", "8006"):
        if ai in values:
            return values[ai][:14]
    return None


def _price(ai: str, value: str, rules: StoreRules) -> dict[str, Any]:
    currency = None
    if ai[:3] == "393":
        currency, value = CURRENCIES[value[:3]][0], value[3:]
    price = Decimal(value).scaleb(-int(ai[3]))
    return {"price": price, "currency": currency, "price_minor": minor_units(price, currency, rules)}
