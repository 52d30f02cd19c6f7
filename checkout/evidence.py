"""What pictures say about a basket. Pure; a closed set: only products of the basket or of the store's catalogue.

It clears on positive agreement only: every product in doubt was seen as often as the basket has it, nothing was seen
that the basket does not have, and each standing discrepancy is explained by that. Not seeing something proves nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

Explained = Literal["as_charged", "instead", "besides", "unknown"]
# A look explains these: the product that is charged is there, so the weight was misread. Weight that came without
# being charged (`unscanned`), a line taken back whose weight stayed, or a scale out of order can hide anything below.
EXPLAINABLE = frozenset({"not_placed", "removed", "mismatch", "basket"})


class Mark(msgspec.Struct, frozen=True):
    """A code read in a picture; corners in fractions of the picture, clockwise from the top left."""

    text: str
    symbology: str
    corners: tuple[tuple[float, float], ...] = ()
    product: int | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A standing discrepancy. `products` are those in doubt; grams as the engine had them.

    `suggested`: what the weight suggests instead, as (product id, probability); `probability`: that it is true at all.
    """

    kind: str
    products: tuple[int, ...] = ()
    expected_g: float = 0
    observed_g: float = 0
    tolerance_g: float = 0
    suggested: tuple[tuple[int, float], ...] = ()
    probability: float = 0.5


class Pack(msgspec.Struct, frozen=True):
    """A pack recognised by its looks; `confidence` is the calibrated chance that it is this very product, `agreement`
    the share of its print that the picture shows as the catalogue does."""

    product: int
    quad: tuple[tuple[float, float], ...]
    confidence: float
    agreement: float = 0.0


class FrameSeen(msgspec.Struct, frozen=True):
    """What one frame showed."""

    marks: tuple[Mark, ...] = ()
    packs: tuple[Pack, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """Which picture (counted from 0) and which region made us believe, and how sure that is; a code is 1."""

    frame: int
    quad: tuple[tuple[float, float], ...]
    confidence: float


class Sight(msgspec.Struct, frozen=True):
    """One product: how many the basket has, how many were seen at once, and `finding`.

    `seen` (as many as charged), `fewer` (some of them), `not_visible` (which says nothing), `look_alike_seen`
    (`look_alike` lies where it could have been), `not_in_basket` (more than are charged, in two frames), `unsure` (more
    than are charged, in one frame only).
    """

    product: int
    charged: int
    seen: int
    finding: str
    look_alike: int | None = None
    places: tuple[Place, ...] = ()


class Explanation(msgspec.Struct, frozen=True):
    """`product` is what lies there (None where that is not one product); `places` made us believe it, or not."""

    kind: Explained
    prior: float
    probability: float
    product: int | None = None
    places: tuple[Place, ...] = ()


class Belief(msgspec.Struct, frozen=True):
    """One question's explanations, the likeliest first; `question` is the discrepancy's kind."""

    question: str
    products: tuple[int, ...]
    explanations: tuple[Explanation, ...]

    @property
    def as_charged(self) -> float:
        return sum(one.probability for one in self.explanations if one.kind == "as_charged")


class Findings(msgspec.Struct, frozen=True):
    """`clear` only on positive agreement; `reasons` are stable codes that say what is missing for it, or why it is."""

    clear: bool
    reasons: tuple[str, ...]
    sights: tuple[Sight, ...] = ()
    beliefs: tuple[Belief, ...] = ()


class Seen(msgspec.Struct, frozen=True):
    """Pieces by product: `most` in any one frame (for the shopper), `twice` in at least two frames (against), where."""

    most: Mapping[int, int]
    twice: Mapping[int, int]
    places: Mapping[int, tuple[Place, ...]] = {}


SURE = 0.55
"""A pack counts from this confidence on: on scenes held out, it is where 30 to 60 % visible packs are found and no more
than one in two hundred look-alikes is taken for another (`make bench-vision`)."""


def add_up(frames: Sequence[FrameSeen]) -> Seen:
    """Frames don't add up the same piece, and a code on a pack that was recognised is the same piece again."""
    counts: list[Counter[int]] = []
    places: dict[int, list[Place]] = {}
    for number, frame in enumerate(frames):
        packs = [pack for pack in frame.packs if pack.confidence >= SURE]
        pieces = [(pack.product, pack.quad, pack.confidence) for pack in packs]
        for mark in frame.marks:
            if mark.product is not None and not any(_is_on(mark, pack.product, pack.quad) for pack in packs):
                pieces.append((mark.product, mark.corners, 1.0))
        counts.append(Counter(product for product, _, _ in pieces))
        for product, quad, confidence in pieces:
            places.setdefault(product, []).append(Place(number, quad, confidence))
    most: Counter[int] = Counter()
    for counted in counts:
        most |= counted
    ordered = {product: sorted((counted[product] for counted in counts), reverse=True) for product in most}
    twice = {product: seen[1] for product, seen in ordered.items() if len(seen) > 1 and seen[1]}
    return Seen(most, twice, {product: tuple(found) for product, found in places.items()})


def compare(
    basket: Mapping[int, int],
    questions: Sequence[Question],
    seen: Seen,
    lookalikes: Mapping[int, frozenset[int]] | None = None,
) -> Findings:
    """Holds what was seen against the basket (pieces charged) and the open questions.

    `lookalikes`: which products look like which. Without questions (an audit) all of the basket is in doubt.
    """
    sights = tuple(_sight(product, basket, seen, lookalikes or {}) for product in {**basket, **seen.most})
    found = {sight.finding for sight in sights}
    reasons: list[str] = [code for code in ("not_in_basket", "look_alike_seen", "unsure") if code in found]
    in_doubt = {product for question in questions for product in question.products}
    whole = not questions or any(question.kind == "basket" for question in questions)
    checked = [sight for sight in sights if whole or sight.product in in_doubt]
    if (whole and not checked) or any(sight.finding in {"fewer", "not_visible"} for sight in checked):
        reasons.append("not_visible")
    if any(not _explained(question, basket) for question in questions):
        reasons.append("unexplained")
    return Findings(clear=not reasons, reasons=tuple(reasons) or ("agreement",), sights=sights)


def _sight(product: int, basket: Mapping[int, int], seen: Seen, lookalikes: Mapping[int, frozenset[int]]) -> Sight:
    charged, pieces = basket.get(product, 0), seen.most.get(product, 0)
    places = tuple(seen.places.get(product, ()))
    if pieces > charged:
        finding = "not_in_basket" if seen.twice.get(product, 0) > charged else "unsure"
        return Sight(product, charged, pieces, finding, None, places)
    if pieces == charged:
        return Sight(product, charged, pieces, "seen", None, places)
    for other in sorted(lookalikes.get(product, ())):
        if seen.twice.get(other, 0) > basket.get(other, 0):
            return Sight(product, charged, pieces, "look_alike_seen", other, places)
    return Sight(product, charged, pieces, "fewer" if pieces else "not_visible", None, places)


def _is_on(mark: Mark, product: int, quad: Sequence[tuple[float, float]]) -> bool:
    """Whether the middle of a code lies on a pack of the same product (ray casting)."""
    if mark.product != product or not mark.corners:
        return mark.product == product
    x = sum(corner[0] for corner in mark.corners) / len(mark.corners)
    y = sum(corner[1] for corner in mark.corners) / len(mark.corners)
    inside = False
    for (x1, y1), (x2, y2) in zip(quad, [*quad[1:], quad[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _explained(question: Question, basket: Mapping[int, int]) -> bool:
    if question.kind not in EXPLAINABLE:
        return False
    if question.kind == "basket":
        # Too little weight for what is charged harms nobody once all of it is seen; too much may lie below.
        return question.observed_g <= question.expected_g + question.tolerance_g
    if not question.products or any(not basket.get(product) for product in question.products):
        return False
    if question.kind == "mismatch":
        heavier = question.observed_g > question.expected_g + question.tolerance_g
        foreign = any(product not in basket and p >= 0.5 for product, p in question.suggested)
        return not heavier and not foreign
    return True
