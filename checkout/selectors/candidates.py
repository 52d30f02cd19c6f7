"""Whom a look may find: the basket, what the weight suggests instead, and what looks like either."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q

from checkout.evidence import Question
from checkout.models import LookAlike, PictureFeatures
from checkout.seeing import Edge, Reference
from checkout.services.pictures import reference_from

MOST_PRODUCTS = 40
MOST_FACES = 60


class Candidates(NamedTuple):
    """References with edges between them, and who looks like whom (product ids)."""

    references: list[Reference]
    edges: list[Edge]
    kin: dict[int, frozenset[int]]


def candidates_for(basket: Mapping[int, int], questions: Sequence[Question]) -> Candidates:
    """At most 40 products: those in doubt and suggested first, then the basket, then their look-alikes."""
    wanted = list(dict.fromkeys([*_doubted(questions), *basket]))[:MOST_PRODUCTS]
    alike = LookAlike.objects.filter(Q(one__picture__product_id__in=wanted) | Q(other__picture__product_id__in=wanted))
    pairs = list(alike.values_list("one__picture__product_id", "other__picture__product_id"))
    for one, other in pairs:
        for product in (one, other):
            if product not in wanted and len(wanted) < MOST_PRODUCTS:
                wanted.append(product)
    known = PictureFeatures.objects.select_related("picture").filter(picture__product_id__in=wanted, error="")
    rows = sorted(known, key=lambda row: (row.picture.face != "front", wanted.index(row.picture.product_id), row.pk))
    rows = rows[:MOST_FACES]
    return Candidates([reference_from(row) for row in rows], _edges([row.pk for row in rows]), _kin(pairs))


def _doubted(questions: Iterable[Question]) -> list[int]:
    found: list[int] = []
    for question in questions:
        found += question.products
        found += [product for product, _ in question.suggested if product]
    return found


def _edges(ids: list[int]) -> list[Edge]:
    place = {features_id: number for number, features_id in enumerate(ids)}
    rows = LookAlike.objects.filter(one_id__in=ids, other_id__in=ids)
    return [Edge(place[row.one_id], place[row.other_id], tuple(row.matrix)) for row in rows]


def _kin(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    kin: dict[int, set[int]] = {}
    for one, other in pairs:
        kin.setdefault(one, set()).add(other)
        kin.setdefault(other, set()).add(one)
    return {product: frozenset(others) for product, others in kin.items()}
