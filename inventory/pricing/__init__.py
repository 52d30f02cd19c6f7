"""Prices baskets: promotions, deposits, levies, tax and rounding, in integers of minor units. See docs/pricing.md."""

from inventory.pricing.book import Promotion, Promotions, promotion_from, promotion_to
from inventory.pricing.comparisons import Comparison, comparison
from inventory.pricing.conditions import Target, Window
from inventory.pricing.engine import price
from inventory.pricing.errors import PricingError
from inventory.pricing.items import BagLevy, Item, Terms, Voucher
from inventory.pricing.kinds import (
    AmountOff,
    CheapestFree,
    FixedPrice,
    MixAndMatch,
    NForM,
    NForPrice,
    Part,
    Percent,
    SecondUnit,
)
from inventory.pricing.money import Currency, currency, shares
from inventory.pricing.priced import Applied, Charge, Priced, PricedLine, RateTotal, Saving, Totals, VoucherUse
from inventory.pricing.refunds import Refund, refund
from inventory.pricing.rules import StorePricing, pricing_from
from inventory.pricing.thresholds import BasketThreshold

__all__ = [
    "AmountOff",
    "Applied",
    "BagLevy",
    "BasketThreshold",
    "Charge",
    "CheapestFree",
    "Comparison",
    "Currency",
    "FixedPrice",
    "Item",
    "MixAndMatch",
    "NForM",
    "NForPrice",
    "Part",
    "Percent",
    "Priced",
    "PricedLine",
    "PricingError",
    "Promotion",
    "Promotions",
    "RateTotal",
    "Refund",
    "Saving",
    "SecondUnit",
    "StorePricing",
    "Target",
    "Terms",
    "Totals",
    "Voucher",
    "VoucherUse",
    "Window",
    "comparison",
    "currency",
    "price",
    "pricing_from",
    "promotion_from",
    "promotion_to",
    "refund",
    "shares",
]
