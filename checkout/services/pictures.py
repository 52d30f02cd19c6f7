"""Catalogue pictures made findable as they come, and the graph of those that look alike."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from checkout.models import LookAlike, PictureFeatures
from checkout.models.below import ProductPicture
from checkout.seeing import Edge, Reference, SeeingFailed, lookalikes_of, picture_learn

logger = logging.getLogger(__name__)
BATCH = 20
AGAIN = timedelta(hours=1)
COMPARED_AT_ONCE = 200
SOME_MM = 0.0


def pictures_learn(*, now: datetime, limit: int = BATCH) -> int:
    """Makes features of catalogue pictures that have none, or that have another file by now; says of how many.

    A picture that shows no pack keeps the reason, and is tried again when its file changes; one whose process failed
    is tried again after an hour.
    """
    fresh = Q(features__isnull=True) | ~Q(features__source=F("image"))
    failed = Q(features__error__startswith="seeing_failed", features__made_at__lt=now - AGAIN)
    due = ProductPicture.objects.filter(fresh | failed).exclude(image="").select_related("product").order_by("id")
    count = 0
    for picture in due[:limit]:
        _learn(picture, now)
        count += 1
    return count


def reference_from(features: PictureFeatures) -> Reference:
    """The features in the terms of `checkout.seeing`; needs `picture` at hand."""
    return Reference(
        product=features.picture.product_id,
        face=features.picture.face,
        picture=bytes(features.pack),
        points=bytes(features.points),
        descriptors=bytes(features.descriptors),
        height_mm=float(features.picture.pack_height_mm or SOME_MM),
    )


def _learn(picture: ProductPicture, now: datetime) -> None:
    fields: dict[str, object] = {"source": picture.image.name, "made_at": now, "error": ""}
    reference: Reference | None = None
    try:
        with picture.image.open("rb") as file:
            data = file.read()
        reference = picture_learn(data, product=picture.product_id, face=picture.face)
        fields |= {
            "pack": reference.picture, "points": reference.points, "descriptors": reference.descriptors,
            "count": len(reference.descriptors) // 128,
        }  # fmt: skip
    except (SeeingFailed, OSError) as error:
        logger.info("picture %s can't be used for seeing: %s", picture.pk, error)
        fields |= {"error": str(error)[:200], "pack": b"", "points": b"", "descriptors": b"", "count": 0}
    features, _ = PictureFeatures.objects.update_or_create(picture=picture, defaults=fields)
    LookAlike.objects.filter(Q(one=features) | Q(other=features)).delete()
    if reference is not None:
        _compare(features, reference, picture)


def _compare(features: PictureFeatures, reference: Reference, picture: ProductPicture) -> None:
    """Edges to all other products' pictures of the retailer."""
    others = PictureFeatures.objects.filter(picture__product__retailer_id=picture.product.retailer_id, error="")
    others = others.exclude(picture__product_id=picture.product_id).select_related("picture").order_by("id")
    ids = list(others.values_list("id", flat=True))
    for start in range(0, len(ids), COMPARED_AT_ONCE):
        some = list(others.filter(id__in=ids[start : start + COMPARED_AT_ONCE]))
        try:
            edges = lookalikes_of(reference, [reference_from(other) for other in some])
        except SeeingFailed:
            logger.exception("picture %s could not be compared", picture.pk)
            continue
        _keep(features, some, edges)


@transaction.atomic
def _keep(features: PictureFeatures, others: list[PictureFeatures], edges: list[Edge]) -> None:
    rows = [LookAlike(one=features, other=others[edge.other], matrix=list(edge.matrix)) for edge in edges]
    LookAlike.objects.bulk_create(rows, ignore_conflicts=True)
