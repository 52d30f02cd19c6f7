"""What a person confirmed teaches the catalogue's pictures, cut to the pack, where the store wants it."""

import io
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from checkout.evidence import FrameSeen, Pack
from checkout.models import Conclusion, Escalation
from checkout.pictures import PictureRefused, picture_crop, picture_open
from checkout.services.escalations import escalation_claim, escalation_decide
from checkout.services.frames import frame_store
from checkout.services.teaching import MOST_A_PRODUCT, pictures_teach
from checkout.services.undoing import UNDO
from inventory.models import AuditEntry, ProductPicture
from tests.checkout.world import CAVIAR, MILK, NOW, Shop, in_review

LATER = NOW + UNDO + timedelta(seconds=1)
QUAD = ((0.25, 0.2), (0.5, 0.2), (0.5, 0.8), (0.25, 0.8))


def picture() -> bytes:
    """Blue all over, but for a red pack in QUAD."""
    image = Image.new("RGB", (800, 500), (20, 40, 200))
    image.paste((210, 30, 30), (200, 100, 400, 400))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95)
    return file.getvalue()


def reviewed(
    shop: Shop, code: str = MILK, *, learn: bool = True, agreement: float = 0.95, cause: str = "", decide: bool = True
) -> Escalation:
    """A review with one frame in which this product's pack was seen, ended by Sue."""
    shop.store.policy = {"checkout": {"audit_share": 0.0}, "reviews": {"learn_pictures": learn}}
    shop.store.save(update_fields=["policy"])
    escalation = in_review(shop)
    seen = FrameSeen((), (Pack(shop.products[code].pk, QUAD, 0.99, agreement),))
    frame_store(escalation=escalation, camera=shop.camera, opened=picture_open(picture()), seen=seen, now=NOW)
    if decide:
        escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
        escalation_decide(
            escalation_id=escalation.id, staff=shop.sue, conclusion=Conclusion.CLEARED, reason_code=cause, now=NOW
        )
    return escalation


def learned() -> Any:
    return ProductPicture.objects.filter(face="seen")


def test_a_confirmed_pack_becomes_a_picture_of_its_product_cut_to_the_pack(shop: Shop) -> None:
    ProductPicture.objects.create(product=shop.products[MILK], pack_height_mm=235, image="front.png")
    reviewed(shop)

    assert (pictures_teach(now=LATER), pictures_teach(now=LATER)) == (1, 0)

    row = learned().get()
    assert (row.product, row.pack_height_mm) == (shop.products[MILK], 235)
    with row.image.open("rb") as file:
        pixels = np.asarray(Image.open(file).convert("RGB"), int)
    assert pixels.shape[:2] == (300, 200)
    assert (pixels[4:-4, 4:-4, 0] > 150).all(), "nothing of what lies around it"
    assert AuditEntry.objects.filter(action="picture.learn").count() == 1


def test_nothing_is_learned_before_it_can_no_longer_be_taken_back(shop: Shop) -> None:
    reviewed(shop)

    assert pictures_teach(now=NOW + UNDO) == 0
    assert pictures_teach(now=LATER) == 1


@pytest.mark.parametrize(
    "fields",
    [{"learn": False}, {"agreement": 0.6}, {"cause": "wrong_product"}, {"decide": False}, {"code": CAVIAR}],
    ids=[
        "the store does not want it",
        "half hidden",
        "it was another product",
        "nobody confirmed",
        "not in the basket",
    ],
)
def test_a_pack_teaches_nothing_where(shop: Shop, fields: dict[str, Any]) -> None:
    reviewed(shop, **fields)

    assert pictures_teach(now=LATER) == 0
    assert not learned().exists()


def test_a_product_learns_a_few_pictures_and_no_more(shop: Shop) -> None:
    for number in range(MOST_A_PRODUCT):
        row = ProductPicture(product=shop.products[MILK], face="seen")
        row.image.save(f"{number}.jpg", ContentFile(picture()))
    reviewed(shop)

    assert pictures_teach(now=LATER) == 0


def test_what_reaches_beyond_the_picture_or_is_tiny_is_not_cut_out() -> None:
    for quad in (
        ((0.9, 0.1), (1.1, 0.1), (1.1, 0.4), (0.9, 0.4)),
        ((0.5, 0.5), (0.51, 0.5), (0.51, 0.52), (0.5, 0.52)),
    ):
        with pytest.raises(PictureRefused):
            picture_crop(picture(), quad)
