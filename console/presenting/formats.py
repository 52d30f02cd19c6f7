"""How numbers are written on the people's screens: money, grams, times."""

from datetime import datetime

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF\u202f", "JPY": "¥"}


def money(minor: int | None, currency: str, exponent: int) -> str:
    """Minor units as an amount with its currency: 1234 is €12.34."""
    if minor is None:
        return "–"
    sign = "−" if minor < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency}\u202f")
    return f"{sign}{symbol}{abs(minor) / 10**exponent:,.{exponent}f}"


def grams(value: float | None) -> str:
    """Whole grams, with a proper minus: 1030 is 1,030 g."""
    if value is None:
        return "–"
    rounded = round(value)
    return f"{'−' if rounded < 0 else ''}{abs(rounded):,} g"


def duration(seconds: float) -> str:
    """0:42, 12:05, 1 h 04; what a clock beside a queue shows."""
    whole = max(0, int(seconds))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d}"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def clock_ms(at_ms: int, start_ms: int = 0) -> str:
    """The cart's milliseconds since the start of the trip, as a clock: 3:05.2."""
    tenths = max(0, (at_ms - start_ms) // 100)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def late(since: datetime, now: datetime, target_s: int) -> int:
    """0 within the target, 1 past it, 2 past twice the target."""
    waited = (now - since).total_seconds()
    return 0 if waited < target_s else 1 if waited < 2 * target_s else 2
