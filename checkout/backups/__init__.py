"""Backup and restore: one folder that holds a moment of the database and the files that belong to it.

    manifest.json        version, moment, kind of database, newest migrations, SHA-256 of every file
    database.sqlite3     or database.dump (pg_dump's custom format): one snapshot, taken while the store runs
    files/media/…        pictures of products
    files/archive/…      the journal's moved-off months

Left out on purpose: pictures of carts (a deleted one must never come back), collected pages, secrets, and the demo's
provider, which plays somebody else's books.
"""

from .copying import backup_take
from .errors import BackupError
from .putting import backup_check, backup_put

__all__ = ["BackupError", "backup_check", "backup_put", "backup_take"]
