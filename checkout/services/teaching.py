"""Packs that a camera saw and a person confirmed become pictures of the catalogue, where a store wants it.

Only a pack that lies there whole (nearly all of its print agrees) and of which the recognition is sure; only of a
product that the person left in the basket and did not say was another; at most two a product. Such a picture has the
face `seen`: cameras know the pack by it, shoppers are not shown it. It is cut to the pack from what is stored, where
all but verified packs is pixelated: nothing of the cart or of people can come along.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import transaction

from checkout.models import Conclusion, Escalation, EscalationState, Frame
from checkout.models.below import ProductPicture, Store, TripLine
from checkout.pictures import CameraError, picture_crop
from checkout.services.frames import frame_read
from checkout.services.undoing import UNDO
from inventory.errors import NotFound
from inventory.services.audit import audit_record

logger = logging.getLogger(__name__)
FACE: Final = "seen"
MOST_A_PRODUCT: Final = 2
WHOLE: Final = 0.85
CERTAIN: Final = 0.95
LOOKED_BACK: Final = timedelta(hours=72)
AT_ONCE: Final = 20
CONFIRMED: Final = (Conclusion.CLEARED, Conclusion.CORRECTED)
# Said by the person: what was scanned is not what lies there.
ANOTHER: Final = frozenset({"wrong_product", "swapped_label"})


def pictures_teach(*, now: datetime) -> int:
    """Looks at reviews that people ended and that can't be taken back any more; says how many pictures were learned."""
    willing = Store.objects.filter(policy__reviews__learn_pictures=True)
    return sum(_taught_by(store, now) for store in willing)


def _taught_by(store: Store, now: datetime) -> int:
    rows = Escalation.objects.select_related("store").filter(
        store=store, state=EscalationState.RESOLVED, conclusion__in=CONFIRMED, taught_at=None,
        resolved_at__lt=now - UNDO, resolved_at__gt=now - LOOKED_BACK,
    )  # fmt: skip
    count = 0
    for escalation in rows.order_by("resolved_at")[:AT_ONCE]:
        # Claimed first: a process that dies leaves a lesson out, and never learns one twice.
        if Escalation.objects.filter(id=escalation.id, taught_at=None).update(taught_at=now) == 1:
            count += _teach(escalation, now)
    return count


def _teach(escalation: Escalation, now: datetime) -> int:
    if escalation.reason_code in ANOTHER:
        return 0
    lines = TripLine.objects.filter(trip_id=escalation.checkout.trip_id, quantity__gt=0)
    charged = set(lines.values_list("product_id", flat=True))
    learned = 0
    for frame in Frame.objects.filter(escalation=escalation, deleted_at=None).select_related("escalation__store"):
        good = [pack for pack in frame.packs if pack["product"] in charged and _is_good(pack)]
        try:
            picture = frame_read(frame, now=now) if good else b""
        except NotFound:
            continue
        learned += sum(_keep(pack, picture, escalation, now) for pack in good)
    return learned


def _is_good(pack: dict[str, Any]) -> bool:
    return bool(pack["confidence"] >= CERTAIN and pack.get("agreement", 0) >= WHOLE)


def _keep(pack: dict[str, Any], picture: bytes, escalation: Escalation, now: datetime) -> bool:
    known = ProductPicture.objects.filter(product_id=pack["product"])
    if known.filter(face=FACE).count() >= MOST_A_PRODUCT:
        return False
    try:
        cut = picture_crop(picture, pack["quad"])
    except CameraError as error:
        logger.info("a pack of review %s teaches nothing: %s", escalation.id, error)
        return False
    height = known.exclude(pack_height_mm=None).values_list("pack_height_mm", flat=True).first()
    with transaction.atomic():
        row = ProductPicture(product_id=pack["product"], face=FACE, pack_height_mm=height)
        row.image.save(f"seen-{row.pk}.jpg", ContentFile(cut.picture))
        subject, detail = f"product:{pack['product']}", {"review": str(escalation.id), "picture": str(row.pk)}
        audit_record(
            action="picture.learn", subject=subject, actor_name="camera", store=escalation.store, detail=detail, now=now
        )
    return True
