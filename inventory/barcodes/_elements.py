"""GS1 element strings: splitting, and what may stand together."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from inventory.barcodes._errors import ParseError
from inventory.barcodes._identifiers import IDENTIFIERS, Identifier, check_value, identifier_at

FNC1 = "\x1d"
_MOST_ELEMENTS = 64

Elements: TypeAlias = tuple[tuple[str, str], ...]


def parse_elements(text: str) -> Elements:
    """Pairs of an element string as a scanner sends it, FNC1 as U+001D; a leading one is allowed. Raises ParseError."""
    position = 1 if text[:1] == FNC1 else 0
    found: list[tuple[str, str]] = []
    if position >= len(text):
        raise ParseError("empty")
    while position < len(text):
        identifier = identifier_at(text, position)
        position += len(identifier.ai)
        end = text.find(FNC1, position)
        end = len(text) if end < 0 else end
        if identifier.fixed:
            end = min(end, position + identifier.most)
        taken = check_value(identifier, text[position:end])
        if position + taken != end:
            raise ParseError("bad_element", f"({identifier.ai}) is too long")
        found.append((identifier.ai, text[position:end]))
        position = end + (text[end : end + 1] == FNC1)
    return _together(found)


def parse_bracketed(text: str) -> Elements:
    """Pairs of the form people read, ``(01)…(10)…``; a bracket within a value is written ``\\(``. Raises ParseError."""
    found: list[tuple[str, str]] = []
    rest = text
    while rest:
        ai, closed, rest = rest.removeprefix("(").partition(")")
        identifier = IDENTIFIERS.get(ai)
        if identifier is None or not closed:
            raise ParseError("unknown_ai", f"({ai[:8]})")
        value, rest = _bracketed_value(rest)
        check_whole(identifier, value)
        found.append((ai, value))
    return _together(found)


def _bracketed_value(rest: str) -> tuple[str, str]:
    value, start = "", 0
    while True:
        bracket = rest.find("(", start)
        if bracket < 0:
            return value + rest[start:], ""
        if bracket and rest[bracket - 1] == "\\":
            value += rest[start : bracket - 1] + "("
            start = bracket + 1
        else:
            return value + rest[start:bracket], rest[bracket:]


def check_whole(identifier: Identifier, value: str) -> None:
    """Raises ParseError `bad_element` unless the whole of `value` is one of this identifier's."""
    if not identifier.least <= len(value) <= identifier.most:
        raise ParseError("bad_element", f"({identifier.ai}) has the wrong length")
    if check_value(identifier, value) != len(value):
        raise ParseError("bad_element", f"({identifier.ai}) is too long")


def _together(found: Sequence[tuple[str, str]]) -> Elements:
    if len(found) > _MOST_ELEMENTS:
        raise ParseError("too_long")
    check_together(found)
    return tuple(found)


def check_together(found: Iterable[tuple[str, str]]) -> None:
    """Raises ParseError `conflicting_elements` for repeats that differ and for pairs that GS1 forbids."""
    values: dict[str, str] = {}
    for ai, value in found:
        if values.setdefault(ai, value) != value:
            raise ParseError("conflicting_elements", f"({ai}) stands twice")
    for ai in values:
        for pattern in IDENTIFIERS[ai].excluded:
            other = _present(pattern, values, besides=ai)
            if other:
                raise ParseError("conflicting_elements", f"({ai}) with ({other})")
    if "8030" in values:
        for ai in ("253", "255", "8003"):
            if ai in values and len(values[ai]) == IDENTIFIERS[ai].least:
                raise ParseError("conflicting_elements", f"(8030) wants a serial number in ({ai})")


def lacking(found: Elements) -> tuple[str, ...]:
    """Identifiers that stand without the companions that GS1 requires of them."""
    values = dict(found)
    return tuple(
        ai
        for ai in values
        if IDENTIFIERS[ai].required
        and not any(all(_present(member, values, besides=ai) for member in group) for group in IDENTIFIERS[ai].required)
    )


def _present(pattern: str, values: dict[str, str], *, besides: str) -> str:
    """The identifier that matches, n standing for any digit at the end of the pattern; empty if none does."""
    stem = pattern.rstrip("n")
    if stem == pattern:
        return pattern if pattern in values and pattern != besides else ""
    size = len(pattern)
    return next((ai for ai in values if len(ai) == size and ai.startswith(stem) and ai != besides), "")
