"""Rules for the values of GS1 components: each says whether a value may stand.

Source: linters of the GS1 Barcode Syntax Dictionary (Apache-2.0), July 2026. All get text of the right character set
and length.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from inventory.barcodes import _coupons
from inventory.barcodes._checks import has_check_digit, has_check_pair, is_digits
from inventory.barcodes._code_lists import COUNTRIES, COUNTRY_LETTERS, CURRENCIES, PACKAGE_TYPES

_GCP_MIN: Final = 4


def calendar_date(text: str) -> bool:
    """Whether YYMMDD or YYYYMMDD is a day of the calendar.

    Two-digit years are taken as 2000 to 2099: every year divisible by four is a leap year there as in any window of a
    hundred years that a till will meet.
    """
    if not is_digits(text) or len(text) not in (6, 8):
        return False
    year = int(text[:-4]) + (2000 if len(text) == 6 else 0)
    try:
        date(year, int(text[-4:-2]), int(text[-2:]))
    except ValueError:
        return False
    return True


def date_or_month(text: str) -> bool:
    """As `calendar_date`, with day 00 for "some day of that month"."""
    return calendar_date(text[:-2] + "01" if text[-2:] == "00" else text)


def _below(limit: int) -> Callable[[str], bool]:
    return lambda text: is_digits(text) and int(text) < limit


def _hour_minute(text: str) -> bool:
    return len(text) == 4 and is_digits(text) and int(text[:2]) < 24 and int(text[2:]) < 60


def _prefix_at(start: int) -> Callable[[str], bool]:
    return lambda text: len(text) >= start + _GCP_MIN and is_digits(text[start : start + _GCP_MIN])


def _iban(text: str) -> bool:
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{9,32}", text) or text[:2] not in COUNTRY_LETTERS:
        return False
    rotated = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in rotated)) % 97 == 1


def _piece_of_total(text: str) -> bool:
    half = len(text) // 2
    if not is_digits(text) or len(text) % 2:
        return False
    return 0 < int(text[:half]) <= int(text[half:])


def _position_in_sequence(text: str) -> bool:
    match = re.fullmatch(r"([1-9][0-9]*)/([1-9][0-9]*)", text)
    return match is not None and int(match[1]) <= int(match[2])


def _media_type(text: str) -> bool:
    return is_digits(text) and (1 <= int(text) <= 10 or 80 <= int(text) <= 99)


LINTERS: Final[dict[str, Callable[[str], bool]]] = {
    "couponcode": _coupons.is_coupon,
    "couponposoffer": _coupons.is_positive_offer,
    "csum": lambda text: is_digits(text) and has_check_digit(text),
    "csumalpha": has_check_pair,
    "gcppos1": _prefix_at(0),
    "gcppos2": _prefix_at(1),
    "hasnondigit": lambda text: not is_digits(text),
    "hh": _below(24),
    "hhmi": _hour_minute,
    "hyphen": lambda text: text.strip("-") == "",
    "iban": _iban,
    "importeridx": lambda text: re.fullmatch(r"[-0-9A-Z_a-z]", text) is not None,
    "iso3166": COUNTRIES.__contains__,
    "iso3166999": lambda text: text == "999" or text in COUNTRIES,
    "iso3166alpha2": COUNTRY_LETTERS.__contains__,
    "iso4217": CURRENCIES.__contains__,
    "iso5218": lambda text: text in ("0", "1", "2", "9"),
    "latitude": lambda text: is_digits(text) and int(text) <= 1_800_000_000,
    "longitude": lambda text: is_digits(text) and int(text) <= 3_600_000_000,
    "mediatype": _media_type,
    "mi": _below(60),
    "nonzero": lambda text: text.strip("0") != "",
    "nozeroprefix": lambda text: not text.startswith("0"),
    "packagetype": PACKAGE_TYPES.__contains__,
    "pcenc": lambda text: re.fullmatch(r"(?:[^%]|%[0-9A-Fa-f]{2})*", text) is not None,
    "pieceoftotal": _piece_of_total,
    "posinseqslash": _position_in_sequence,
    "ss": _below(60),
    "winding": lambda text: text in ("0", "1", "9"),
    "yesno": lambda text: text in ("0", "1"),
    "yymmdd": calendar_date,
    "yymmd0": date_or_month,
    "yyyymmdd": calendar_date,
    "zero": lambda text: text.strip("0") == "",
}
