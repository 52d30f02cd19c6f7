"""GS1 application identifiers as objects, and the check of one value."""

from typing import Final, NamedTuple

from inventory.barcodes._ai_table import ROWS
from inventory.barcodes._checks import CSET82
from inventory.barcodes._errors import ParseError
from inventory.barcodes._linters import LINTERS

_SETS: Final = {
    "N": frozenset("0123456789"),
    "X": frozenset(CSET82),
    "Y": frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "Z": frozenset("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"),
}


class Component(NamedTuple):
    """A part of a value: its character set, lengths, and rules by name."""

    charset: str
    least: int
    most: int
    optional: bool
    rules: tuple[str, ...]


class Identifier(NamedTuple):
    """An application identifier: `fixed` ones need no FNC1 after them, `attribute` ones may stand in a link's query."""

    ai: str
    fixed: bool
    attribute: bool
    components: tuple[Component, ...]
    least: int
    most: int
    excluded: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    qualifiers: tuple[tuple[str, ...], ...] | None
    """Allowed sequences of qualifiers after this as primary key of a Digital Link; None: it is no primary key."""


def _component(spec: str) -> Component:
    optional = "[" in spec
    head, *rules = spec.replace("[", "").replace("]", "").split(",")
    charset, size = head[0], head[1:]
    most = int(size.strip("."))
    return Component(charset, 1 if ".." in size else most, most, optional, tuple(rules))


def _identifiers(row: str) -> list[Identifier]:
    numbers, flags, *fields = row.split()
    named = dict(field.split("=", 1) for field in fields if "=" in field)
    components = tuple(_component(field) for field in fields if field[0] in "NXYZ[")
    keyed = "dlpkey" in fields or "dlpkey" in named
    qualifiers = tuple(tuple(filter(None, choice.split(","))) for choice in named.get("dlpkey", "").split("|"))
    first, _, last = numbers.partition("-")
    return [
        Identifier(
            ai=str(number).zfill(len(first)),
            fixed="*" in flags,
            attribute="?" in flags,
            components=components,
            least=sum(component.least for component in components if not component.optional),
            most=sum(component.most for component in components),
            excluded=tuple(filter(None, named.get("ex", "").split(","))),
            required=tuple(tuple(group.split("+")) for group in named.get("req", "").split(",") if group),
            qualifiers=qualifiers if keyed else None,
        )
        for number in range(int(first), int(last or first) + 1)
    ]


IDENTIFIERS: Final = {found.ai: found for row in ROWS.split("\n") if row for found in _identifiers(row)}


def identifier_at(text: str, start: int) -> Identifier:
    """The identifier that begins there. No identifier is the beginning of another. Raises ParseError `unknown_ai`."""
    for size in (2, 3, 4):
        found = IDENTIFIERS.get(text[start : start + size])
        if found is not None:
            return found
    raise ParseError("unknown_ai", f"at {text[start : start + 4]!r}")


def check_value(identifier: Identifier, value: str) -> int:
    """How many characters of `value` the identifier takes; raises ParseError `bad_element` if rules are broken."""
    position = 0
    if not value:
        raise ParseError("bad_element", f"({identifier.ai}) is empty")
    for component in identifier.components:
        part = value[position : position + component.most]
        if component.optional and not part:
            continue
        if len(part) < component.least:
            raise ParseError("bad_element", f"({identifier.ai}) is too short")
        _check_part(identifier.ai, component, part)
        position += len(part)
    return position


def _check_part(ai: str, component: Component, part: str) -> None:
    body = part
    if component.charset == "Z":
        body = part.rstrip("=")
        padding = len(part) - len(body)
        if padding > 2 or (padding and len(part) % 3):
            raise ParseError("bad_element", f"({ai}) is padded wrongly")
    if not _SETS[component.charset].issuperset(body):
        raise ParseError("bad_element", f"({ai}) has characters that it may not have")
    for rule in component.rules:
        if not LINTERS[rule](part):
            raise ParseError("bad_element", f"({ai}) breaks rule {rule}")
