"""The demo's goods: the table beside this file, with codes and pictures made from it.

Codes begin with 952, which GS1 keeps for demonstrations and examples, so none of them is a real product's.
"""

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from console.demo.drawing.canvas import Canvas, rgb
from console.demo.drawing.loose import LOOSE
from console.demo.drawing.packs import PACKS, Look

TABLE = Path(__file__).with_name("products.csv")
PREFIX = "9521000"


@dataclass(frozen=True)
class Good:
    """A line of the table. `true_g` is what a piece really weighs, `listed_g` what the catalogue believes; grams."""

    code: str
    name: str
    brand: str
    category: str
    sold_by: str
    net_g: int | None
    true_g: int | None
    listed_g: int | None
    packaging: str
    tax_rate_bp: int
    deposit_minor: int
    price: int | None
    kiosk_price: int | None
    age_limit: int | None
    shape: str
    look: Look


@lru_cache(maxsize=1)
def goods() -> tuple[Good, ...]:
    """All of the demo's goods, in the table's order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_good(row) for row in csv.DictReader(file))


def picture(good: Good) -> bytes:
    """The pack from the front, 400 x 400, as WebP."""
    canvas = Canvas(good.look.colour)
    draw = PACKS.get(good.shape) or LOOSE[good.shape]
    draw(canvas, good.look)
    out = io.BytesIO()
    canvas.finished().save(out, "WEBP", quality=88, method=2)
    return out.getvalue()


def ean13(number: int) -> str:
    """An EAN-13 under the demonstration prefix; the check digit by GS1 General Specifications 7.9."""
    digits = f"{PREFIX}{number:05d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _good(row: dict[str, str]) -> Good:
    number = row["number"]
    return Good(
        code=number if len(number) == 4 else ean13(int(number)), name=row["name"], brand=row["brand"],
        category=row["category"], sold_by=row["sold_by"], net_g=_int(row["net_g"]), true_g=_int(row["true_g"]),
        listed_g=_int(row["listed_g"]), packaging=row["packaging"], tax_rate_bp=int(row["tax_bp"]),
        deposit_minor=int(row["deposit"]), price=_int(row["price"]), kiosk_price=_int(row["kiosk_price"]),
        age_limit=_int(row["age"]), shape=row["shape"],
        look=Look(row["name"], row["brand"], rgb(row["colour"]), rgb(row["accent"]), row["emblem"]),
    )  # fmt: skip


def _int(text: str) -> int | None:
    return int(text) if text else None
