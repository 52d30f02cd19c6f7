"""A platform on load cells: what the converter reads while things are put in, lifted, leaned on and rolled.

The figures are of the size seen on four 5 kg cells with HX711 converters: noise of 0.6 g a reading, now and
then a single wild reading, half a second of hand force around a placing, and a platform that rings for a
moment. Deterministic for a given random source and sequence of calls.
"""

import math
from dataclasses import dataclass
from random import Random

NOISE_G = 0.6
ROLLING_G = 35.0
GLITCH_SHARE = 0.003
SETTLED_MS = 4000
RINGING = 0.05
RINGING_MS = 180.0
RINGING_HZ = 4.0


@dataclass(frozen=True)
class Move:
    """Grams that come (or go, below zero) from `at` on, over `contact_ms` of hands, pressing `push_g` at most."""

    at: int
    grams: float
    contact_ms: float
    push_g: float

    def force(self, now: int) -> float:
        """Grams that this move adds to the reading."""
        since = now - self.at
        if since <= 0:
            return 0.0
        if since < self.contact_ms:
            share = since / self.contact_ms
            return self.grams * (share * share * (3 - 2 * share)) + self.push_g * math.sin(math.pi * share)
        rest = since - self.contact_ms
        ringing = math.exp(-rest / RINGING_MS) * math.cos(2 * math.pi * RINGING_HZ * rest / 1000)
        return self.grams * (1 + RINGING * ringing)


@dataclass(frozen=True)
class Spell:
    """Something that lasts: rolling (`shake_g`) or a hand resting on the cart (`press_g`)."""

    start: int
    end: int
    shake_g: float = 0.0
    press_g: float = 0.0

    def covers(self, now: int) -> bool:
        return self.start <= now < self.end


class LoadCells:
    """The cart's scale. Times in the stream's ms, weights in grams; readings come rounded to the division."""

    def __init__(
        self,
        random: Random,
        *,
        division_g: float = 1.0,
        capacity_g: float = 40_000.0,
        rate_hz: float = 10.0,
        noise_g: float = NOISE_G,
        glitch_share: float = GLITCH_SHARE,
        offset_g: float = 0.0,
    ) -> None:
        self.division_g = division_g
        self.capacity_g = capacity_g
        self.rate_hz = rate_hz
        self._random = random
        self._noise_g = noise_g
        self._glitch_share = glitch_share
        self._offset_g = self._standing_g = offset_g
        self._moves: list[Move] = []
        self._spells: list[Spell] = []

    @property
    def load_g(self) -> float:
        """What lies on the platform when all is still."""
        return self._standing_g + sum(move.grams for move in self._moves)

    @property
    def step_ms(self) -> int:
        """Time between two readings."""
        return round(1000 / self.rate_hz)

    def place(self, at: int, grams: float) -> int:
        """Puts something in; returns when the hand has left, in ms. Negative grams are lifted out."""
        contact = self._random.uniform(450, 900)
        push = self._random.uniform(80, 420) * (1 if grams > 0 else 0.5)
        self._moves.append(Move(at, grams, contact, push))
        return at + math.ceil(contact)

    def lift(self, at: int, grams: float) -> int:
        """Takes something out; returns when the hand has left, in ms."""
        return self.place(at, -grams)

    def roll(self, start: int, end: int) -> None:
        """The cart is pushed along, and the platform shakes."""
        self._spells.append(Spell(start, end, shake_g=ROLLING_G))

    def lean(self, start: int, end: int, grams: float) -> None:
        """A hand or a coat rests on the cart."""
        self._spells.append(Spell(start, end, press_g=grams))

    def empty(self) -> None:
        """Everything is unloaded at once, out of the scale's sight."""
        self._standing_g, self._moves, self._spells = self._offset_g, [], []

    def reading(self, now: int) -> float:
        """One reading at `now`; call with rising times."""
        self._settle(now)
        grams = self._standing_g + sum(move.force(now) for move in self._moves)
        grams += self._random.gauss(0, self._noise_g)
        for spell in self._spells:
            if spell.covers(now):
                grams += self._random.gauss(0, spell.shake_g) + spell.press_g * self._random.uniform(0.8, 1.2)
        if self._random.random() < self._glitch_share:
            grams += self._random.choice((-1, 1)) * self._random.uniform(200, 2500)
        held = min(max(grams, -self.capacity_g), self.capacity_g)
        return round(held / self.division_g) * self.division_g

    def _settle(self, now: int) -> None:
        done = [move for move in self._moves if now - move.at > SETTLED_MS]
        if done:
            self._standing_g += sum(move.grams for move in done)
            self._moves = [move for move in self._moves if now - move.at <= SETTLED_MS]
        self._spells = [spell for spell in self._spells if spell.end > now]
