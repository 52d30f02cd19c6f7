"""What is in the cart, as weights, scans and pictures together have it: one posterior for each open question. Pure.

Theory. A question's explanations exclude each other: the basket is right as it is charged, one of the products that
the weight suggests lies there instead or besides, or something that nobody named. The engine's probabilities are the
prior. A sighting is a piece of evidence; given the explanation, sightings of different products are taken as
independent, so the prior odds are multiplied by each one's likelihood ratio P(seen | there) / P(seen | not there)
("weight of evidence", I. J. Good, Probability and the Weighing of Evidence, 1950, ch. 6). Frames of one cart are not
independent: only the best place of a product counts, once. P(seen | there) is a half, as half of what is in a cart
shows a known face; P(seen | not there) is what `make bench-vision` counted on scenes held out, with half a case added
to both sides (Jeffreys' estimate); the ratio of codes is set with care and not measured. What is not seen has the
ratio 1: it may lie below. So nothing ever becomes likelier by not being seen, and a basket is cleared only where
something was seen that speaks for it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from checkout.evidence import Belief, Explained, Explanation, Findings, Place, Question, Sight

SEEN_THERE: Final = 0.5
SEEN_ABSENT: Final = 0.5 / 358
SEEN_ABSENT_LIKE: Final = 1.5 / 193
CODE_THERE: Final = 0.2
CODE_ABSENT: Final = 1e-4
CLEAR: Final = 0.9
"""As charged must be at least so probable for the camera to clear: a weight that is surer than the picture is a
person's."""


def believe(
    questions: Sequence[Question], sights: Sequence[Sight], lookalikes: Mapping[int, frozenset[int]]
) -> tuple[Belief, ...]:
    """A posterior for each question."""
    by_product = {sight.product: sight for sight in sights}
    return tuple(_belief(question, by_product, lookalikes) for question in questions)


def settled(findings: Findings, questions: Sequence[Question], lookalikes: Mapping[int, frozenset[int]]) -> Findings:
    """The findings with a posterior for each question; not clear where one says `as_charged` with less than CLEAR."""
    beliefs = believe(questions, findings.sights, lookalikes)
    if findings.clear and any(belief.as_charged < CLEAR for belief in beliefs):
        return replace(findings, clear=False, reasons=("weight_outweighs",), beliefs=beliefs)
    return replace(findings, beliefs=beliefs)


def _belief(question: Question, sights: Mapping[int, Sight], lookalikes: Mapping[int, frozenset[int]]) -> Belief:
    doubt = min(max(question.probability, 0.0), 1.0)
    kind: Explained = "instead" if question.kind == "mismatch" else "besides"
    named = sum(probability for _, probability in question.suggested)
    scale = 1 / named if named > 1 else 1.0
    rows: list[tuple[Explained, int | None, float, float, tuple[Place, ...]]] = []
    charged = [sights[product] for product in question.products if product in sights]
    # All of the products in doubt must be seen as often as they are charged: one of two proves nothing.
    whole = bool(charged) and len(charged) == len(question.products)
    agree = whole and all(sight.finding == "seen" and sight.charged for sight in charged)
    ratio = min((_ratio(sight, lookalikes) for sight in charged), default=1.0) if agree else 1.0
    places = tuple(place for sight in charged for place in _best(sight)) if agree else ()
    rows.append(("as_charged", None, 1 - doubt, ratio, places))
    for product, probability in question.suggested:
        sight = sights.get(product)
        extra = sight is not None and sight.seen > sight.charged
        ratio = _ratio(sight, lookalikes) if sight is not None and extra else 1.0
        places = _best(sight) if sight is not None and extra else ()
        rows.append((kind, product or None, doubt * probability * scale, ratio, places))
    rows.append(("unknown", None, doubt * max(0.0, 1 - named * scale), 1.0, ()))
    total = sum(prior * ratio for _, _, prior, ratio, _ in rows) or 1.0
    explanations = [
        Explanation(kind, round(prior, 6), round(prior * ratio / total, 6), product, places)
        for kind, product, prior, ratio, places in rows
        if prior > 0
    ]
    ordered = sorted(explanations, key=lambda one: -one.probability)
    return Belief(question.kind, question.products, tuple(ordered))


def _ratio(sight: Sight, lookalikes: Mapping[int, frozenset[int]]) -> float:
    """How much likelier this sighting is where the product lies there than where it does not."""
    if any(place.confidence >= 1 for place in sight.places):
        return CODE_THERE / CODE_ABSENT
    return SEEN_THERE / (SEEN_ABSENT_LIKE if lookalikes.get(sight.product) else SEEN_ABSENT)


def _best(sight: Sight) -> tuple[Place, ...]:
    return (max(sight.places, key=lambda place: place.confidence),) if sight.places else ()
