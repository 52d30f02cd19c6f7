"""GS1 Digital Links: web addresses that carry application identifiers (GS1 Digital Link Standard: URI Syntax)."""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from inventory.barcodes._elements import Elements, check_together, check_whole
from inventory.barcodes._errors import ParseError
from inventory.barcodes._identifiers import IDENTIFIERS, Identifier

# The scheme is all lower or all upper case; GS1's reference engine refuses others.
_ADDRESS: Final = re.compile(r"(?:https?|HTTPS?)://([^/]+)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?")
_LEGAL: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_ILLEGAL_IN_HOST: Final = re.compile(r"[_~?#@!$&'()*+,;=%]")
_SHORT_GTINS: Final = (8, 12, 13)


def is_web_address(text: str) -> bool:
    """Whether it begins as a web address does."""
    return text.startswith(("https://", "http://", "HTTPS://", "HTTP://"))


def parse_link(text: str, *, short_gtin: bool = False) -> Elements:
    """Pairs of a Digital Link of any domain, path first, then query. Raises ParseError.

    `short_gtin` lets (01) have 8, 12 or 13 digits, as early versions of the standard did.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None or _LEGAL.fullmatch(text) is None or _ILLEGAL_IN_HOST.search(match[1]):
        raise ParseError("bad_link", "malformed address")
    path = _path_pairs(match[2])
    sequence = tuple(identifier.ai for identifier, _ in path)
    if not _is_sequence(sequence):
        raise ParseError("bad_link", "keys in the path are in no allowed order")
    query = _query_pairs(match[3] or "")
    _check_query(sequence, [identifier for identifier, _ in query])
    found = tuple(
        (identifier.ai, _decoded(identifier, raw, in_query=place >= len(path), short_gtin=short_gtin))
        for place, (identifier, raw) in enumerate([*path, *query])
    )
    check_together(found)
    return found


def _path_pairs(path: str) -> list[tuple[Identifier, str]]:
    """Walks back from the end in pairs of identifier and value until a primary key is met."""
    parts = path.split("/")[1:]
    pairs: list[tuple[Identifier, str]] = []
    while len(parts) >= 2:
        value = parts.pop()
        identifier = IDENTIFIERS.get(parts.pop())
        if identifier is None:
            break
        pairs.insert(0, (identifier, value))
        if identifier.qualifiers is not None:
            return pairs
    raise ParseError("bad_link", "no GS1 key in the path")


def _query_pairs(query: str) -> list[tuple[Identifier, str]]:
    pairs = []
    for parameter in query.split("&"):
        name, equals, value = parameter.partition("=")
        if not equals or not (name.isascii() and name.isdigit()):
            continue
        identifier = IDENTIFIERS.get(name)
        if identifier is None:
            raise ParseError("bad_link", f"unknown key {name[:8]} in the query")
        pairs.append((identifier, value))
    return pairs


def _check_query(path: tuple[str, ...], query: list[Identifier]) -> None:
    seen = set(path)
    for identifier in query:
        if identifier.ai in seen:
            raise ParseError("bad_link", f"({identifier.ai}) stands twice")
        seen.add(identifier.ai)
        if not identifier.attribute:
            raise ParseError("bad_link", f"({identifier.ai}) may not stand in the query")
        for place in range(1, len(path) + 1):
            if _is_sequence((*path[:place], identifier.ai, *path[place:])):
                raise ParseError("bad_link", f"({identifier.ai}) belongs in the path")


def _is_sequence(ais: tuple[str, ...]) -> bool:
    """Whether it is a primary key followed by some of its qualifiers, in their order."""
    choices = IDENTIFIERS[ais[0]].qualifiers or ()
    return any(tuple(ai for ai in choice if ai in ais) == ais[1:] for choice in choices)


def _decoded(identifier: Identifier, raw: str, *, in_query: bool, short_gtin: bool) -> str:
    value = unquote_to_bytes(raw.replace("+", " ") if in_query else raw).decode("latin-1")
    if short_gtin and identifier.ai == "01" and len(value) in _SHORT_GTINS:
        value = value.zfill(14)
    check_whole(identifier, value)
    return value
