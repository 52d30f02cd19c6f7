"""Rows of one model put down as one statement, many times a second.

The ORM's `bulk_create` writes the statement anew each time and converts value by value, which costs several times what
the database itself does. Here the statement is written once for each model. SQLite takes the rows one by one from a
prepared statement; PostgreSQL takes them all as one JSON array, for which one round trip and one parse are enough.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db import connection
from django.db.models import (
    AutoField,
    BinaryField,
    CharField,
    DateTimeField,
    Field,
    JSONField,
    Model,
    TextField,
    UUIDField,
)

_encode = msgspec.json.Encoder().encode
Convert = Callable[[Any], Any]


class Table:
    """Inserts rows of `model`. A row that collides in the fields `key` has its `update` fields brought up to date, or
    is left out if there are none; without `key` a collision raises IntegrityError."""

    def __init__(self, model: type[Model], *, key: Sequence[str] = (), update: Sequence[str] = ()) -> None:
        # An id that the database draws is asked back; all other fields are written.
        self.draws_id = isinstance(model._meta.pk, AutoField)
        self.fields: list[Field[Any, Any]] = [f for f in model._meta.concrete_fields if not isinstance(f, AutoField)]
        self.model = model
        self._values = attrgetter(*(field.attname for field in self.fields))
        self._conflict = self._on_conflict(key, update)
        self._sql: dict[str, str] = {}
        self._converters: list[tuple[int, Convert]] = [
            (at, convert) for at, field in enumerate(self.fields) if (convert := _for_sqlite(field)) is not None
        ]

    def insert(self, rows: Sequence[Any]) -> None:
        """Write the rows in their order; where the database draws ids they have theirs then, unless `key` was given."""
        if not rows:
            return
        write = self._insert_postgres if connection.vendor == "postgresql" else self._insert_sqlite
        ids = write(rows)
        for row, id_ in zip(rows, ids, strict=False):
            row.pk = id_

    def _insert_sqlite(self, rows: Sequence[Any]) -> Sequence[int]:
        with connection.cursor() as cursor:
            cursor.executemany(self._statement("sqlite"), [self._converted(row) for row in rows])
            if not self.draws_id or self._conflict:
                return ()
            # The transaction has held the only write lock since its beginning, so nobody drew an id in between.
            cursor.execute("SELECT last_insert_rowid()")
            last = int(cursor.fetchone()[0])
        return range(last - len(rows) + 1, last + 1)

    def _insert_postgres(self, rows: Sequence[Any]) -> Sequence[int]:
        names = [field.column for field in self.fields]
        body = _encode([dict(zip(names, self._values(row), strict=True)) for row in rows]).decode()
        with connection.cursor() as cursor:
            cursor.execute(self._statement("postgresql"), [body])
            return [found[0] for found in cursor.fetchall()] if self.draws_id and not self._conflict else ()

    def _converted(self, row: Any) -> list[Any]:
        values = list(self._values(row))
        for at, convert in self._converters:
            if values[at] is not None:
                values[at] = convert(values[at])
        return values

    def _statement(self, vendor: str) -> str:
        if vendor not in self._sql:
            table, columns = _quoted(self.model._meta.db_table), ", ".join(_quoted(f.column) for f in self.fields)
            if vendor == "sqlite":
                values = f"VALUES ({', '.join(['%s'] * len(self.fields))}){self._conflict}"
            else:
                wanted = ", ".join(_taken(field) for field in self.fields)
                shape = ", ".join(f"{_quoted(field.column)} {_json_type(field)}" for field in self.fields)
                asked = " RETURNING id" if self.draws_id and not self._conflict else ""
                given = f"json_to_recordset(%s) AS x({shape})"
                values = f"SELECT {wanted} FROM {given}{self._conflict}{asked}"  # noqa: S608  our own models' names
            self._sql[vendor] = f"INSERT INTO {table} ({columns}) {values}"
        return self._sql[vendor]

    def _on_conflict(self, key: Sequence[str], update: Sequence[str]) -> str:
        if not key:
            return ""
        column = {name: field.column for field in self.fields for name in (field.name, field.attname)}
        target = ", ".join(_quoted(column[name]) for name in key)
        if not update:
            return f" ON CONFLICT ({target}) DO NOTHING"
        changes = ", ".join(f"{_quoted(column[name])} = excluded.{_quoted(column[name])}" for name in update)
        return f" ON CONFLICT ({target}) DO UPDATE SET {changes}"


def sqlite_time(value: datetime) -> str:
    """A moment as Django's SQLite backend writes it."""
    return str(value.astimezone(UTC).replace(tzinfo=None))


def sqlite_json(value: Any) -> str:
    """JSON as text."""
    return _encode(value).decode()


def sqlite_uuid(value: uuid.UUID) -> str:
    """A UUID as Django's SQLite backend writes it."""
    return value.hex


def _for_sqlite(field: "Field[Any, Any]") -> Convert | None:
    inner = getattr(field, "target_field", field)
    table: dict[type[Field[Any, Any]], Convert] = {
        UUIDField: sqlite_uuid, DateTimeField: sqlite_time, JSONField: sqlite_json,
        CharField: str, TextField: str,  # members of enumerations are not what sqlite3 takes for text
    }  # fmt: skip
    return next((convert for kind, convert in table.items() if isinstance(inner, kind)), None)


def _taken(field: "Field[Any, Any]") -> str:
    name = _quoted(field.column)
    return f"decode({name}, 'base64')" if isinstance(field, BinaryField) else name


def _json_type(field: "Field[Any, Any]") -> str:
    """The column's type in PostgreSQL; texts without their length, which the INSERT then checks instead of cutting."""
    if isinstance(field, (BinaryField, CharField, TextField)):
        return "text"
    inner = getattr(field, "target_field", field)
    return "text" if isinstance(inner, CharField) else str(field.db_type(connection))


def _quoted(name: str | None) -> str:
    return f'"{name}"'
