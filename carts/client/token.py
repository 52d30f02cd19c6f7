"""Where the device token lives on the cart: one file that only its owner can read."""

import os
from pathlib import Path


class TokenFile:
    """The device token on disk, mode 600; it is written whole or not at all."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def read(self) -> str | None:
        """The token, or None before enrolment."""
        try:
            return self.path.read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def write(self, token: str) -> None:
        """Replaces the token; a power cut leaves the old one or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    def forget(self) -> None:
        """Removes a token that the server does not take any more."""
        self.path.unlink(missing_ok=True)
