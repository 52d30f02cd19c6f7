"""Triggers by which the database itself keeps the books of a checkout, on SQLite and PostgreSQL alike.

Check constraints see one row. These triggers carry sums to where a constraint can see them, and compare rows of two
tables:

    attempts        -> checkout.reserved_minor, checkout.captured_minor     (never over, and equal when paid)
    refunds' parts  -> attempt.refunded_minor                               (never over what was captured)
    checkout        paying, unknown or paid only with the amount and revision of its sealed trip
    attempt         captured only while its checkout is being paid
    trip            amount and sealed revision stand still once it is being paid

SQLite loses a table's triggers when a migration makes the table anew, and can't rename a table that a trigger names: so
they go before migrations run there and come back after. PostgreSQL keeps them, and they are replaced in place.
"""

from typing import Any

from django.db import connections

RESERVED = "'created', 'unknown', 'authorised', 'captured'"
SETTLING = "'paying', 'unknown', 'paid'"
PREFIX = "money_"
MISMATCH = "the amount is not that of the sealed revision"
UNPAID = "a checkout that is not being paid takes no money"
MOVED = "a trip that is being paid stands still"

_SUMS = """
    reserved_minor = reserved_minor
        + CASE WHEN NEW.state IN ({reserved}) THEN NEW.amount_minor ELSE 0 END {reserved_before},
    captured_minor = captured_minor
        + CASE WHEN NEW.state = 'captured' THEN NEW.amount_minor ELSE 0 END {captured_before}
"""
_BEFORE = {
    "reserved_before": f"- CASE WHEN OLD.state IN ({RESERVED}) THEN OLD.amount_minor ELSE 0 END",
    "captured_before": "- CASE WHEN OLD.state = 'captured' THEN OLD.amount_minor ELSE 0 END",
}
SUMS_INSERT = _SUMS.format(reserved=RESERVED, reserved_before="", captured_before="")
SUMS_UPDATE = _SUMS.format(reserved=RESERVED, **_BEFORE)
GIVEN_INSERT = "refunded_minor = refunded_minor + CASE WHEN NEW.state = 'failed' THEN 0 ELSE NEW.amount_minor END"
GIVEN_UPDATE = GIVEN_INSERT + " - CASE WHEN OLD.state = 'failed' THEN 0 ELSE OLD.amount_minor END"

# ruff: noqa: S608  only constants of this file go into the statements
SEALED = f"""NEW.state IN ({SETTLING}) AND NOT EXISTS (SELECT 1 FROM carts_trip WHERE id = NEW.trip_id
    AND sealed_revision = NEW.revision AND due_minor = NEW.amount_minor)"""
UNSETTLED = f"""NEW.state = 'captured' AND NOT EXISTS (SELECT 1 FROM checkout_checkout WHERE id = NEW.checkout_id
    AND state IN ({SETTLING}))"""
STILL = """OLD.state IN ('paying', 'paid') AND (OLD.due_minor <> NEW.due_minor
    OR OLD.sealed_revision IS {distinct} NEW.sealed_revision)"""

# name -> (when, table, condition, what is done, or the refusal's words)
KEEP = {
    "money_attempt_new": ("AFTER INSERT", "checkout_paymentattempt", f"checkout_checkout SET {SUMS_INSERT}"),
    "money_attempt_moved": (
        "AFTER UPDATE OF state, amount_minor", "checkout_paymentattempt", f"checkout_checkout SET {SUMS_UPDATE}",
    ),
    "money_part_new": ("AFTER INSERT", "checkout_refundpart", f"checkout_paymentattempt SET {GIVEN_INSERT}"),
    "money_part_moved": (
        "AFTER UPDATE OF state, amount_minor", "checkout_refundpart", f"checkout_paymentattempt SET {GIVEN_UPDATE}",
    ),
}  # fmt: skip
PARENT = {"checkout_paymentattempt": "checkout_id", "checkout_refundpart": "attempt_id"}
REFUSE = {
    "money_checkout_new": ("BEFORE INSERT", "checkout_checkout", SEALED, MISMATCH),
    "money_checkout_moved": ("BEFORE UPDATE OF state, amount_minor, revision", "checkout_checkout", SEALED, MISMATCH),
    "money_capture_new": ("BEFORE INSERT", "checkout_paymentattempt", UNSETTLED, UNPAID),
    "money_capture_moved": (
        "BEFORE UPDATE OF state", "checkout_paymentattempt", f"OLD.state <> 'captured' AND {UNSETTLED}", UNPAID,
    ),
    "money_trip_moved": ("BEFORE UPDATE OF due_minor, sealed_revision", "carts_trip", STILL, MOVED),
}  # fmt: skip


def install(using: str = "default") -> None:
    """Creates them, or brings them up to date."""
    connection = connections[using]
    statements = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Takes them away where a migration could not run beside them: on SQLite."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name in [*KEEP, *REFUSE]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(using: str = "default") -> set[str]:
    """The names of those that the database does not have."""
    connection = connections[using]
    catalogue = ("SELECT name FROM sqlite_master WHERE type = 'trigger'" if connection.vendor == "sqlite"
                 else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        return {*KEEP, *REFUSE} - {row[0] for row in cursor.fetchall()}


def after_migrations(sender: Any, using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`; the tables of a half-migrated database may not be there yet."""
    tables = set(connections[using].introspection.table_names())
    if {table for _, table, *_ in [*KEEP.values(), *REFUSE.values()]} <= tables and _columns(using):
        install(using)


def before_migrations(sender: Any, using: str, **kwargs: Any) -> None:
    """Receiver of `pre_migrate`."""
    remove(using)


def _columns(using: str) -> bool:
    connection = connections[using]
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, "checkout_checkout")
    return "captured_minor" in {column.name for column in found}


def _sqlite() -> list[str]:
    made = [f"DROP TRIGGER IF EXISTS {name}" for name in [*KEEP, *REFUSE]]
    for name, (when, table, change) in KEEP.items():
        made.append(
            f"CREATE TRIGGER {name} {when} ON {table} BEGIN UPDATE {change} WHERE id = NEW.{PARENT[table]}; END"
        )
    for name, (when, table, condition, words) in REFUSE.items():
        test = condition.format(distinct="NOT")
        made.append(f"CREATE TRIGGER {name} {when} ON {table} WHEN {test} BEGIN SELECT RAISE(ABORT, '{words}'); END")
    return made


def _postgresql() -> list[str]:
    made = []
    for name, (when, table, change) in KEEP.items():
        made.append(_function(name, f"UPDATE {change} WHERE id = NEW.{PARENT[table]}; RETURN NULL;"))
        made.append(_trigger(name, when, table))
    for name, (when, table, condition, words) in REFUSE.items():
        test = condition.format(distinct="DISTINCT FROM")
        refusal = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'"
        made.append(_function(name, f"IF {test} THEN {refusal}; END IF; RETURN NEW;"))
        made.append(_trigger(name, when, table))
    return made


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _trigger(name: str, when: str, table: str) -> str:
    return f"CREATE OR REPLACE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
