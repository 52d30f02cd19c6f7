"""The audit log can only grow: the database itself refuses to change or delete an entry, whichever database it is.

Whoever owns the database can take the triggers away; the chain of digests and its exported heads find that out.
Installed after every migration; SQLite loses a table's triggers when a migration makes the table anew.
"""

from typing import Any

from django.db import connections

TABLE = "inventory_auditentry"
WORDS = "the audit log is append-only"
EVENTS = {"audit_no_update": "UPDATE", "audit_no_delete": "DELETE"}


def install(using: str = "default") -> None:
    """Creates them, or puts them back."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation'; END $$"
            )
        for name, event in EVENTS.items():
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {TABLE}"
                " FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
                if connection.vendor == "postgresql"
                else f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {TABLE}"
                f" BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            )


def remove(using: str = "default") -> None:
    """Takes them away: before SQLite makes the table anew, and in tests that play the database's owner."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in EVENTS:
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {name}" + (f" ON {TABLE}" if connection.vendor == "postgresql" else "")
            )


def before_migrations(sender: Any, using: str, **kwargs: Any) -> None:
    """Receiver of `pre_migrate`: SQLite can't rename a table beside a trigger that names it."""
    if connections[using].vendor == "sqlite":
        remove(using)


def after_migrations(sender: Any, using: str, plan: Any = None, **kwargs: Any) -> None:
    """Receiver of `post_migrate`.

    Django's `flush` sends it too, with no plan, after a DELETE of everything that SQLite's trigger would refuse: it is
    for tests alone, which take the triggers away where they flush.
    """
    if plan is not None and TABLE in connections[using].introspection.table_names():
        install(using)
