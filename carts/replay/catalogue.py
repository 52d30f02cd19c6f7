"""A catalogue as CSV: code, name, category, price, currency, sold_by, net_weight_g, gross_weight_g."""

from __future__ import annotations

import csv
from pathlib import Path

from carts.reconciliation import ProductFacts


def read_catalogue(path: Path) -> list[ProductFacts]:
    """Products of a catalogue file; weights in grams, empty where unknown. Raises KeyError on a missing column."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [product(row) for row in csv.DictReader(handle)]


def product(row: dict[str, str]) -> ProductFacts:
    return ProductFacts(
        key=row["code"],
        name=row["name"],
        category=row["category"],
        sold_by="kg" if row["sold_by"] == "kg" else "each",
        net_g=grams(row["net_weight_g"]),
        gross_g=grams(row["gross_weight_g"]),
        price_minor=round(float(row["price"] or 0) * 100),
    )


def grams(text: str) -> float | None:
    value = float(text) if text else 0.0
    return value if value > 0 else None
