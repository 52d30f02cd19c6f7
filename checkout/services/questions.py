"""A sealed trip and its pictures in the terms of `checkout.evidence`."""

from collections import Counter

from carts.selectors.trips import SealedTrip
from checkout.evidence import FrameSeen, Mark, Pack, Question
from checkout.models.below import Discrepancy
from checkout.seeing import LookSeen
from inventory.errors import UnknownCode
from inventory.selectors.articles import StoreCatalogue
from inventory.selectors.catalogue import article_for


def basket_of(sealed: SealedTrip) -> Counter[int]:
    """Pieces charged by product id; what is sold by weight is one piece a line."""
    pieces: Counter[int] = Counter()
    for line in sealed.lines:
        pieces[line.product_id] += 1 if line.sold_by == "kg" else line.quantity
    return pieces


def questions_of(sealed: SealedTrip, catalogue: StoreCatalogue) -> list[Question]:
    """What stands open, in product ids. A trip in doubt without a discrepancy gives one question nobody can answer."""
    questions = [_question(row, sealed, catalogue) for row in sealed.standing]
    if not questions and sealed.trip.outcome != "clear":
        questions.append(Question(kind="unexplained"))
    return questions


def in_terms_of(seen: LookSeen, catalogue: StoreCatalogue) -> FrameSeen:
    """What a frame showed, with the product that each code names in this store (None for what it does not sell)."""
    marks = tuple(Mark(code.text, code.symbology, code.corners, _product(code.text, catalogue)) for code in seen.codes)
    packs = tuple(Pack(sight.product, sight.quad, sight.confidence, sight.agreement) for sight in seen.sights)
    return FrameSeen(marks, packs)


def _question(row: Discrepancy, sealed: SealedTrip, catalogue: StoreCatalogue) -> Question:
    on_line = [line.product_id for line in sealed.lines if line.line == row.line]
    named = [article.product_id for code in row.products if (article := catalogue.by_code(str(code)))]
    suggested = []
    for candidate in row.candidates:
        article = catalogue.by_code(str(candidate.get("product", "")))
        suggested.append((article.product_id if article else 0, float(candidate.get("probability", 0))))
    return Question(
        kind=row.kind,
        products=tuple(dict.fromkeys([*on_line, *named])),
        expected_g=row.expected_g,
        observed_g=row.observed_g,
        tolerance_g=row.tolerance_g,
        suggested=tuple(suggested),
        probability=row.probability,
    )


def _product(code: str, catalogue: StoreCatalogue) -> int | None:
    try:
        return article_for(catalogue, code).product_id
    except UnknownCode:
        return None
