"""No query on tenants' data without a tenant: one that names none raises, in tests and in development.

It reads the SQL that is about to run, so nothing that asks the database can go around it: no manager, no raw query, no
relation. A query names its tenant by a condition on what leads to one: a store, a retailer, a row's own key, a key of a
row that belongs to one, a secret that only one row has. What goes across tenants on purpose stands in
`inventory.across` with its reason, or says so in the query (`OnPurpose`). This finds the query that forgot the scope;
who may reach what was named is another question, which tests/tenancy/matrix asks.
"""

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models import BooleanField, Func

from inventory.across import ACROSS, LEADING
from inventory.models.scoping import Scoped

HOUSE = f"{Path(__file__).resolve().parent.parent}/"
PLACES = frozenset({"config", "inventory", "carts", "checkout", "console", "tests"})
_MARK = "/* across tenants:"
_COLUMN = re.compile(r'(?:"(\w+)"|\b([A-Za-z]\w*))\."(\w+)" (?:=|IN) ')
_TABLE = re.compile(r'(?:FROM|JOIN|UPDATE) "(\w+)"(?: (?!WHERE|INNER|LEFT|SET|ORDER|GROUP|LIMIT|FOR|ON)"?(\w+)"?)?')
_INNER = re.compile(r"\((?=SELECT )")


class UnscopedQuery(Exception):
    """A query on tenants' data that names no tenant."""


class OnPurpose(Func):
    """A condition that is always true, and says in the SQL why a query needs no tenant."""

    output_field = BooleanField()

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return f"1 = 1 {_MARK} {re.sub(r'[^a-z ]', '', self.why)} */", []


def install() -> None:
    """From here on every connection is guarded, those that are open too."""
    connection_created.connect(_guard, dispatch_uid="tenant guard")
    for connection in connections.all(initialized_only=True):
        _guard(connection=connection)


def _guard(*, connection: Any, **kwargs: Any) -> None:
    if _run not in connection.execute_wrappers:
        connection.execute_wrappers.append(_run)


def _run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
    fault = unscoped(sql)
    caller = _caller() if fault else ""
    if caller and caller not in ACROSS:
        raise UnscopedQuery(
            f"{caller} asks {fault} and names no tenant. Narrow it to a store or a retailer; if it goes across tenants "
            f"on purpose, say why in inventory/across.py. The query: {sql[:600]}"
        )
    return execute(sql, params, many, context)


def _caller() -> str:
    """The function of ours that asks, as `file:function`; nothing if it is a test or a migration."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(HOUSE) and name != __file__ and (found := name[len(HOUSE) :]).partition("/")[0] in PLACES:
            place = found.partition("/")[0]
            ours = place != "tests" and "/migrations/" not in found
            return f"{found}:{frame.f_code.co_qualname.partition('.<')[0]}" if ours else ""
        frame = frame.f_back
    return ""


@lru_cache(maxsize=8192)
def unscoped(sql: str) -> str:
    """The tenants' table that this statement reads or changes without naming a tenant; empty if it names one."""
    if not sql.startswith(("SELECT ", "UPDATE ", "DELETE ")):
        return ""
    inner: list[str] = []
    return _fault(_taken_apart(sql, inner), inner)


def _taken_apart(sql: str, inner: list[str]) -> str:
    """The statement with what it asks inside taken out: `<inner 0>` stands for the first of `inner`."""
    while found := _INNER.search(sql):
        start = found.start()
        end = start + _closes(sql[start:])
        inner.append(_taken_apart(sql[start + 1 : end], inner))
        sql = f"{sql[:start]}<inner {len(inner) - 1}>{sql[end + 1 :]}"
    return sql


def _fault(block: str, inner: list[str]) -> str:
    head, _, condition = block.partition(" WHERE ")
    if asked := re.search(r" FROM <inner (\d+)>", head):
        return _fault(inner[int(asked[1])], inner)
    tables = {alias or name: name for name, alias in _TABLE.findall(head)}
    main = next(iter(tables.values()), "")
    if main not in _anchors():
        return ""
    condition = re.split(r" (?:ORDER BY|GROUP BY|LIMIT|FOR UPDATE|UNION) ", condition, maxsplit=1)[0]
    return "" if _names_tenant(condition, tables, inner) else main


def _names_tenant(condition: str, tables: Mapping[str, str], inner: list[str]) -> bool:
    condition = condition.strip()
    while condition.startswith("(") and _closes(condition) == len(condition) - 1:
        condition = condition[1:-1].strip()
    if len(parts := _split(condition, " OR ")) > 1:
        return all(_names_tenant(part, tables, inner) for part in parts)
    if len(parts := _split(condition, " AND ")) > 1:
        return any(_names_tenant(part, tables, inner) for part in parts)
    if _MARK in condition:
        return True
    found = _COLUMN.match(condition)
    if found is None or found[3] not in _anchors().get(tables.get(found[1] or found[2], ""), ()):
        return False
    # A choice by another question is as narrow as that question.
    asked = re.match(r"IN <inner (\d+)>", condition[found.end() - 3 :])
    return asked is None or not _fault(inner[int(asked[1])], inner)


def _split(text: str, word: str) -> list[str]:
    """At this word, outside of brackets."""
    parts, depth, begin, at = [], 0, 0, 0
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0 and text.startswith(word, at):
            parts.append(text[begin:at])
            begin = at = at + len(word)
        else:
            at += 1
    return [*parts, text[begin:]]


def _closes(text: str) -> int:
    depth = 0
    for at, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return at
    return -1


@cache
def _anchors() -> dict[str, frozenset[str]]:
    """By table of tenants' data: the columns whose value leads to one tenant."""
    return {model._meta.db_table: _leading(model) for model in apps.get_models() if issubclass(model, Scoped)}


def _leading(model: type[Scoped]) -> frozenset[str]:
    found = set()
    for field in model._meta.concrete_fields:
        to_tenant = field.is_relation and field.related_model and issubclass(field.related_model, Scoped)
        to_person = field.name == "user"
        if (
            field.primary_key
            or field.unique
            or to_tenant
            or to_person
            or field.name in LEADING.get(model._meta.label, ())
        ):
            found.add(str(field.column))
    return frozenset(found)
