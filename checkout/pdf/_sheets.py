"""Sizes of paper. Points, as PDF counts."""

from dataclasses import dataclass

from reportlab.lib.pagesizes import A4, A6
from reportlab.lib.units import mm


@dataclass(frozen=True)
class Sheet:
    """`height` None: as long as the receipt, like a till's roll."""

    width: float
    height: float | None
    margin: float
    size: float
    qr: float


SHEETS = {
    "a4": Sheet(A4[0], A4[1], 20 * mm, 10, 34 * mm),
    "a6": Sheet(A6[0], A6[1], 8 * mm, 7.5, 24 * mm),
    "roll": Sheet(80 * mm, None, 5 * mm, 7.5, 30 * mm),
}
