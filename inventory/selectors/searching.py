"""Search by words over one store's goods, in memory: the same on every database, forgiving of typing errors.

Every word of the folded names knows the goods it stands in. A word that is asked for is looked for anywhere within the
store's words (one pass of the C library over them). Where no goods have all of the words, a word is taken for a typing
error: the store's own words within one edit of it (two, from eight letters) stand in. Distance is optimal string
alignment, with the rest of a longer word free, so that words half typed are found as well.
"""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from inventory.text import fold

Rows = npt.NDArray[np.int32]

MOST_WORDS: Final = 6
MOST_HITS: Final = 20_000
MOST_RANKED: Final = 400
MOST_STAND_INS: Final = 6
NONE: Final = np.zeros(0, dtype=np.int32)


class SearchIndex:
    """Folded names to product ids. `rows` are (product id, folded text); built once, then only read."""

    def __init__(self, rows: Sequence[tuple[int, str]]) -> None:
        self._ids = [product_id for product_id, _ in rows]
        self._texts = [text for _, text in rows]
        standing: dict[str, list[int]] = {}
        for row, text in enumerate(self._texts):
            for word in set(text.split()):
                standing.setdefault(word, []).append(row)
        self._words = sorted(standing)
        self._rows_of = [np.array(standing[word], dtype=np.int32) for word in self._words]
        lengths = np.fromiter((len(word) + 1 for word in self._words), dtype=np.int64, count=len(self._words))
        self._starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        self._blob = "".join(f"{word}\n" for word in self._words)
        self._pairs: dict[str, list[int]] = {}

    def ids(self, text: str, limit: int) -> list[int]:
        """Product ids, best first: names that begin so, then whole words, then parts of words; short names first."""
        words = fold(text)[:100].split()[:MOST_WORDS]
        if not words or limit < 1 or not self._ids:
            return []
        exact = [self._rows(word) for word in words]
        found = reduce(_both, exact)
        if not len(found):
            near = [np.union1d(rows, self._rows_near(word)) for rows, word in zip(exact, words, strict=True)]
            found = reduce(_both, near)
        # Of very many, only those that begin so and the shortest are put into order.
        likely = heapq.nsmallest(
            max(limit, MOST_RANKED),
            found.tolist(),
            key=lambda row: (not self._texts[row].startswith(words[0]), len(self._texts[row])),
        )
        ranked = sorted(likely, key=lambda row: self._rank(row, words))
        return [self._ids[row] for row in ranked[:limit]]

    def _rows(self, word: str) -> Rows:
        # One or two letters stand in almost every word: they count at the beginning of words only.
        if len(word) <= 2:
            return self._of_words(self._beginning(word))
        places: list[int] = []
        place = self._blob.find(word)
        while place >= 0:
            places.append(place)
            place = self._blob.find(word, place + 1)
        numbers = np.searchsorted(self._starts, np.array(places, dtype=np.int64), side="right") - 1
        return self._of_words(dict.fromkeys(numbers.tolist()))

    def _rows_near(self, word: str) -> Rows:
        edits = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        if not edits:
            return NONE
        near = sorted((distance(word, other, edits), other) for other in self._alike(word, edits))
        close = [other for edit, other in near if edit <= edits][:MOST_STAND_INS]
        return self._of_words(dict.fromkeys(number for other in close for number in self._beginning(other)))

    def _beginning(self, word: str) -> range:
        """The numbers of the words that begin so."""
        return range(bisect_left(self._words, word), bisect_left(self._words, f"{word}\U0010ffff"))

    def _of_words(self, numbers: Iterable[int]) -> Rows:
        """The goods in whose names any of these words stands; of very many, some."""
        found = [self._rows_of[number] for number in numbers]
        if not found:
            return NONE
        return np.unique(np.concatenate(found))[:MOST_HITS]

    def _alike(self, word: str, edits: int) -> list[str]:
        """The store's words that share enough pairs of letters: an edit spoils three of them at most."""
        if not self._pairs:
            self._read_pairs()
        shared: dict[int, int] = {}
        for pair in _pairs(word):
            for place in self._pairs.get(pair, ()):
                shared[place] = shared.get(place, 0) + 1
        least = max(1, len(word) - 3 * edits)
        shortest = len(word) - edits
        return [w for w in (self._words[at] for at, n in shared.items() if n >= least) if len(w) >= shortest]

    def _read_pairs(self) -> None:
        for place, word in enumerate(self._words):
            if len(word) > 2 and not word.isdigit():
                for pair in set(_pairs(word)):
                    self._pairs.setdefault(pair, []).append(place)

    def _rank(self, row: int, words: Sequence[str]) -> tuple[bool, bool, int, int, str]:
        text = self._texts[row]
        parts = text.split()
        whole = -sum(word in parts for word in words)
        return not text.startswith(words[0]), not any(p.startswith(words[0]) for p in parts), whole, len(text), text


def distance(word: str, other: str, most: int = 100) -> int:
    """Edits (insert, delete, replace, swap of neighbours) from a word to the beginning of another one.

    What is more than `most` is told as some number above it: only a band of that width is looked at.
    """
    far = most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        older, before = before, row
        row = [far] * (len(other) + 1)
        row[0] = i
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            mark = other[j - 1]
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != mark))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == mark:
                cost = min(cost, older[j - 2] + 1)
            row[j] = cost
        if min(row) > most:
            return far
    return min(row)


def _both(one: Rows, other: Rows) -> Rows:
    return np.intersect1d(one, other, assume_unique=True)


def _pairs(word: str) -> list[str]:
    return [a + b for a, b in zip(f"^{word}", word, strict=False)]
