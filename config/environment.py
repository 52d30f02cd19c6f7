"""Typed readers of the environment.

A value that can't be read stops the start with a sentence that says what to set."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The variable as it stands, or the default where it is absent."""
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    """A yes or no; raises ImproperlyConfigured on anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE | FALSE:
        return value.strip().lower() in TRUE
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no: set it to 1 or 0.")


def integer(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`; raises ImproperlyConfigured otherwise."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if number < least:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number of at least {least}.")
    return number


def choice(name: str, default: str, known: set[str]) -> str:
    """One of a few words; raises ImproperlyConfigured on any other."""
    value = text(name, default).lower()
    if value not in known:
        raise ImproperlyConfigured(f"{name}={value!r} is not known: set it to one of {', '.join(sorted(known))}.")
    return value


def names(name: str, default: str = "") -> list[str]:
    """A comma-separated list without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def url(name: str, default: str, schemes: set[str]) -> str:
    """A URL of one of these schemes; raises ImproperlyConfigured otherwise."""
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must start with one of {', '.join(sorted(schemes))} and ://.")
    return value


def secret(name: str, *, keep_in: Path | None) -> str:
    """A secret of at least 32 characters; without one, a random one is kept in the private file `keep_in`, if given."""
    value = os.environ.get(name, "")
    if len(value) >= 32:
        return value
    if value or keep_in is None:
        raise ImproperlyConfigured(f"{name} must be set to at least 32 random characters.")
    keep_in.parent.mkdir(parents=True, exist_ok=True)
    if not keep_in.exists():
        handle = os.open(keep_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return keep_in.read_text(encoding="ascii")
