"""What the simulated carts share: the server's address, the truth, time, the lane and its camera."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from .cameralink import CameraLink
from .gate import Gate
from .pace import Pace
from .telling import Silence, Teller
from .truth import Truth


def _silence(name: str) -> Teller:
    return Silence()


@dataclass
class World:
    """One simulated store. `folder` keeps each cart's token and events over restarts of the simulation."""

    server: str
    truth: Truth
    folder: Path
    pace: Pace = field(default_factory=Pace)
    seed: int = 1
    camera: CameraLink = field(default_factory=lambda: CameraLink(None))
    review_minutes: float = 15.0
    teller: Callable[[str], Teller] = _silence
    lane: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.gate = Gate(self.server, self.folder / "gate", self.truth.gate_code)

    def random(self, name: str) -> Random:
        """A random source of its own for each cart, so that one cart's luck does not shift another's."""
        return Random(f"{self.seed} {name}")

    def cart_folder(self, label: str) -> Path:
        """Where a cart keeps its token and its events."""
        safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in label)
        return self.folder / safe
