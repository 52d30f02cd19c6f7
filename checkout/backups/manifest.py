"""The list of what a backup holds, by which it is checked before anything is put back."""

import hashlib
from pathlib import Path

import msgspec

from .errors import BackupError

FILE = "manifest.json"
FORM = 1
FOLDERS = ("media", "archive")


class Manifest(msgspec.Struct, frozen=True):
    """`taken_at` is when the snapshot began (ISO 8601, UTC); `files` maps a path in the folder to its SHA-256."""

    form: int
    taken_at: str
    database: str
    migrations: dict[str, str]
    files: dict[str, str]

    @property
    def dump(self) -> str:
        """The database's file in the folder."""
        return "database.sqlite3" if self.database == "sqlite" else "database.dump"


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path, manifest: Manifest) -> None:
    """Last of all: a folder without one is no backup."""
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))


def read(folder: Path) -> Manifest:
    """The manifest of a whole and undamaged backup; raises BackupError."""
    try:
        manifest = msgspec.json.decode((folder / FILE).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupError(f"{folder} is no whole backup: it has no {FILE}.") from None
    except msgspec.DecodeError as error:
        raise BackupError(f"{folder / FILE} can't be read: {error}") from None
    if manifest.form != FORM:
        raise BackupError(f"This backup has form {manifest.form}; this version reads form {FORM}.")
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BackupError(f"The backup names a file outside of its folder: {name}")
        if not path.is_file() or digest(path) != expected:
            raise BackupError(f"{name} is missing or damaged. Take another backup; nothing was changed.")
    return manifest
