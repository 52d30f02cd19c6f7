"""How far an import is: told step by step, kept in the cache, for the database shows nothing before the commit."""

from collections.abc import Callable
from typing import Final, NamedTuple

from django.core.cache import cache

KEPT_S: Final = 24 * 3600
# Where each phase begins and ends, in percent of the time that a file of new goods takes.
PHASES: Final = {"reading": (0, 5), "checking": (5, 40), "writing": (40, 99)}


class Step(NamedTuple):
    """`done` of `rows` rows of a phase: `reading`, `checking` or `writing`."""

    phase: str
    done: int = 0
    rows: int = 0

    @property
    def percent(self) -> int:
        """How much of the whole is done; 100 is left to the end."""
        begin, end = PHASES[self.phase]
        return begin + (end - begin) * self.done // self.rows if self.rows else begin

    def __str__(self) -> str:
        if not self.done:
            return f"{self.phase} {self.rows} rows …" if self.rows else f"{self.phase} …"
        return f"{self.phase} {self.done} of {self.rows} rows, {self.percent} % …"


Say = Callable[[Step], None]


def silent(_step: Step) -> None:
    """For who doesn't ask."""


def progress_keep(import_id: int) -> Say:
    """Keeps what the import says, where `progress_of` finds it."""
    return lambda step: cache.set(_key(import_id), tuple(step), KEPT_S)


def progress_of(import_id: int) -> Step:
    """What the import said last: at its start if it has said nothing, or the cache has lost it."""
    return Step(*cache.get(_key(import_id), ("reading",)))


def _key(import_id: int) -> str:
    return f"import-steps:{import_id}"
