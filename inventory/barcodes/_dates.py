"""Six-digit dates of GS1 as days."""

from calendar import monthrange
from datetime import date

_REFERENCE_YEAR = 2026


def day_of(yymmdd: str, today: date | None = None) -> date:
    """The day that YYMMDD means; day 00 is the month's last (GS1 General Specifications 7.12).

    The century is the one that puts the year within 49 years before and 50 after the present one; without `today`,
    2026 stands for it.
    """
    present = today.year if today else _REFERENCE_YEAR
    year = present // 100 * 100 + int(yymmdd[:2])
    if year - present >= 51:
        year -= 100
    elif year - present <= -50:
        year += 100
    month, day = int(yymmdd[2:4]), int(yymmdd[4:6])
    last = monthrange(year, month)[1]
    return date(year, month, min(day or last, last))
