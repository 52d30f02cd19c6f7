"""Remembers solved parts of baskets, for a live basket is priced again after every scan and mostly stays the same."""

from collections.abc import Hashable
from typing import Any

PARTS = 20_000


class Memo:
    """Values by key, forgotten all at once when there are too many. Never changes a result, only the time it takes."""

    def __init__(self, most: int = PARTS) -> None:
        self._values: dict[Hashable, Any] = {}
        self._most = most

    def get(self, key: Hashable) -> Any:
        """What was kept for the key, or None."""
        return self._values.get(key)

    def keep(self, key: Hashable, value: Any) -> None:
        """Keeps a value, which must be immutable."""
        if len(self._values) >= self._most:
            self._values.clear()
        self._values[key] = value

    def clear(self) -> None:
        """Forgets all."""
        self._values.clear()
