"""A row to an entry, or to problems. A blank cell changes nothing; a wrong one is a problem with its reason."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from msgspec import Struct

from inventory.barcodes import catalogue_key
from inventory.imports._fields import checked_mapping
from inventory.imports._tables import Table
from inventory.models.catalogue import Packaging, SoldBy

# A litre counts as a kilogram for want of better: it is a first guess, and the carts learn the true weight.
GRAMS_PER_UNIT: Final[dict[str, int | Decimal]] = {
    "g": 1, "gr": 1, "gram": 1, "grama": 1, "kg": 1000, "ml": 1, "cl": 10, "dl": 100, "l": 1000, "mg": Decimal("0.001"),
}  # fmt: skip
VOLUMES: Final = frozenset({"ml", "cl", "dl", "l"})
SOLD_BY: Final = {
    "each": SoldBy.EACH, "piece": SoldBy.EACH, "pcs": SoldBy.EACH, "kom": SoldBy.EACH, "stk": SoldBy.EACH,
    "kg": SoldBy.KG, "weight": SoldBy.KG,
}  # fmt: skip
_LENGTHS: Final = {"code": 32, "name": 160, "brand": 80, "category": 80}
_PACK: Final = re.compile(r"([0-9]{1,5})[x×*]([0-9]+)", re.IGNORECASE)
_TOLD_EVERY: Final = 1000
_MOST_PIECES: Final = 32_767
_MOST_GRAMS: Final = 1_000_000


class Entry(Struct, frozen=True):
    """A row that makes sense. `fields` are the product's own fields that the row gives; `price_minor` its price.

    `packs`: pieces in a pack, by the pack's key.
    """

    line: int
    code: str
    keys: tuple[str, ...]
    packs: dict[str, int]
    category: str
    fields: dict[str, Any]
    price_minor: int | None


class Problem(Struct, frozen=True):
    """Why a row can't be taken: the line in the file, the field, what stood there, a stable code, and a sentence."""

    line: int
    field: str
    value: str
    code: str
    reason: str


class _WrongError(Exception):
    def __init__(self, field: str, value: str, code: str, reason: str) -> None:
        self.problem = (field, value[:80], code, reason)


def parse_rows(
    table: Table, mapping: Mapping[str, str], exponent: int, tell: Callable[[int], None] = lambda _done: None
) -> tuple[list[Entry], list[Problem]]:
    """Every row as an entry or as problems; `exponent` is the currency's. Raises ImportUnreadable for a bad mapping.

    `tell` hears how many rows are done, after each thousand.
    """
    places = checked_mapping(mapping, table.header)
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for done, (line, cells) in enumerate(table.rows, start=1):
        if done % _TOLD_EVERY == 0:
            tell(done)
        named = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
        entry = _row(line, named, exponent, problems)
        if entry is None:
            continue
        first = seen.setdefault(entry.code, line)
        if first != line:
            problems.append(Problem(line, "code", entry.code, "duplicate_code", f"Line {first} has the same goods."))
        else:
            entries.append(entry)
    return entries, problems


def _row(line: int, cells: dict[str, str], exponent: int, problems: list[Problem]) -> Entry | None:
    before = len(problems)
    found: dict[str, Any] = {}
    for name, read in _READERS.items():
        if name in cells or name in {"gtin", "net_weight_g", "net_volume_ml"}:
            try:
                found[name] = read(cells, exponent)
            except _WrongError as wrong:
                problems.append(Problem(line, *wrong.problem))
    if len(problems) > before:
        return None
    keys = found.pop("gtin")
    code = found.pop("code", None) or _printed(keys)
    category, price, packs = found.pop("category", None) or "", found.pop("price", None), found.pop("packs", {})
    fields = {_TARGETS.get(name, name): value for name, value in found.items() if value is not None}
    return Entry(line, code, keys, packs, category, fields, price)


def _printed(keys: tuple[str, ...]) -> str:
    key = keys[0]
    if len(key) == 14 and key.startswith("0"):
        return key[6:] if key.startswith("000000") else key[1:]
    return key.removeprefix("item:")


def _keys(cells: dict[str, str], _exponent: int) -> tuple[str, ...]:
    text = cells.get("gtin", "")
    keys = []
    for part in re.split(r"[\s|/]+", text) if text else ():
        key = catalogue_key(part)
        if key.startswith("text:"):
            raise _WrongError("gtin", text, "bad_code", f"{part} is no GTIN or PLU: a digit is wrong or missing.")
        keys.append(key)
    if not keys and not cells.get("code"):
        raise _WrongError("gtin", text, "missing_code", "There is no code by which to know these goods.")
    return tuple(dict.fromkeys(keys))


def _packs(cells: dict[str, str], _exponent: int) -> dict[str, int]:
    packs = {}
    for part in re.split(r"[\s|/]+", cells["packs"]) if cells["packs"] else ():
        match = _PACK.fullmatch(part)
        key = catalogue_key(match[2]) if match else "text:"
        if match is None or key.startswith("text:") or not 2 <= int(match[1]) <= _MOST_PIECES:
            raise _WrongError("packs", part, "bad_pack", "Write pieces, x, and the pack's code: 12x4006381333931.")
        packs[key] = int(match[1])
    return packs


def _text(name: str) -> Any:
    def read(cells: dict[str, str], _exponent: int) -> str | None:
        value = " ".join(cells[name].split())
        if len(value) > _LENGTHS[name]:
            raise _WrongError(name, value, "too_long", f"At most {_LENGTHS[name]} characters.")
        if "\x00" in value:
            raise _WrongError(name, value.replace("\x00", "?"), "bad_text", "There is a NUL character in it.")
        if name == "name" and not value:
            raise _WrongError(name, value, "missing_name", "Goods need a name.")
        return value or None

    return read


def _number(name: str, text: str) -> Decimal | None:
    """Takes 1234.5, 1234,5 and 1.234,5."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    if not plain:
        return None
    if "," in plain:
        plain = plain.replace(".", "") if plain.rfind(",") > plain.rfind(".") else plain.replace(",", "", 9)
        plain = plain.replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise _WrongError(name, text, "bad_number", "This is no number of 0 or more.")
    return number


def _grams(name: str, text: str, factor: Decimal | int = 1) -> int | None:
    number = _number(name, text)
    if number is None:
        return None
    grams = int((number * factor).to_integral_value(rounding="ROUND_HALF_UP"))
    if grams > _MOST_GRAMS:
        raise _WrongError(name, text, "too_heavy", "More than a tonne: is the unit right?")
    return max(1, grams) if number else None


def _net(cells: dict[str, str], _exponent: int) -> int | None:
    grams = _grams("net_weight_g", cells.get("net_weight_g", ""))
    if grams is not None or not cells.get("net_qty"):
        return grams
    unit = cells.get("net_unit", "").strip(".").lower()
    factor = GRAMS_PER_UNIT.get(unit)
    if factor is None:
        raise _WrongError("net_unit", unit, "unknown_unit", f"Units are {', '.join(GRAMS_PER_UNIT)}.")
    return _grams("net_qty", cells["net_qty"], factor)


def _volume(cells: dict[str, str], _exponent: int) -> int | None:
    """Millilitres: a column of their own, or a quantity in a unit of volume."""
    ml = _grams("net_volume_ml", cells.get("net_volume_ml", ""))
    if ml is not None or not cells.get("net_qty"):
        return ml
    unit = cells.get("net_unit", "").strip(".").lower()
    # A unit that is unknown is told by the net weight; one of weight says that there is no volume.
    return _grams("net_qty", cells["net_qty"], GRAMS_PER_UNIT[unit]) if unit in VOLUMES else 0


def _money(name: str) -> Any:
    def read(cells: dict[str, str], exponent: int) -> int | None:
        amount = _number(name, cells[name])
        if amount is None:
            return None
        minor = amount.scaleb(exponent)
        if minor != minor.to_integral_value() or minor >= 2**31:
            raise _WrongError(name, cells[name], "bad_price", f"An amount has at most {exponent} decimals.")
        return int(minor)

    return read


def _tax(cells: dict[str, str], _exponent: int) -> int | None:
    rate = _number("tax_rate", cells["tax_rate"].removesuffix("%"))
    if rate is not None and (rate > 100 or rate * 100 != (rate * 100).to_integral_value()):
        raise _WrongError("tax_rate", cells["tax_rate"], "bad_tax", "A rate is 0 to 100 percent with two decimals.")
    return None if rate is None else int(rate * 100)


def _choice(name: str, choices: Mapping[str, Any]) -> Any:
    def read(cells: dict[str, str], _exponent: int) -> Any:
        text = cells[name].lower()
        if text and text not in choices:
            raise _WrongError(name, text, "unknown_choice", f"One of {', '.join(choices)}.")
        return choices[text] if text else None

    return read


def _age(cells: dict[str, str], _exponent: int) -> int | None:
    age = _number("age_limit", cells["age_limit"])
    if age is not None and (age > 99 or age != age.to_integral_value()):
        raise _WrongError("age_limit", cells["age_limit"], "bad_age", "Whole years up to 99.")
    return int(age) if age else None


_READERS: Final[dict[str, Any]] = {
    "gtin": _keys, "packs": _packs, "code": _text("code"), "name": _text("name"), "brand": _text("brand"),
    "category": _text("category"), "net_weight_g": _net, "net_volume_ml": _volume,
    "gross_weight_g": lambda cells, _exponent: _grams("gross_weight_g", cells["gross_weight_g"]),
    "packaging": _choice("packaging", {choice.value: choice for choice in Packaging if choice.value}),
    "sold_by": _choice("sold_by", SOLD_BY), "price": _money("price"), "tax_rate": _tax, "deposit": _money("deposit"),
    "age_limit": _age,
}  # fmt: skip
_TARGETS: Final = {"tax_rate": "tax_rate_bp", "deposit": "deposit_minor"}
