"""The cart is found by its printed tag, and what lies outside its zone is black before anything is kept."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from carts.models import Cart
from carts.simulator.camera.labels import cart_tag
from checkout.cameras import CameraAway
from checkout.errors import ZoneInvalid
from checkout.models import Camera, Escalation, Frame
from checkout.pictures import PictureRefused, picture_open
from checkout.pictures.tags import zone_by_tag, zone_in_tag
from checkout.services.cameras import camera_tag_zone_set, cart_picture
from checkout.services.looks import look_run
from inventory.models import AuditEntry
from tests.checkout.world import NOW, Shop, in_review

# The cart lies below its tag: four sides wide, three deep.
AROUND = [[-1.5, -0.2], [2.5, -0.2], [2.5, 3.0], [-1.5, 3.0]]
WHOLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]


def lane(label: str, at: tuple[int, int] = (540, 260), turn: int = 0, *, tag: bool = True) -> bytes:
    """A bright lane from above with a cart's tag of 120 pixels, the picture turned around its middle."""
    picture = Image.new("RGB", (1200, 800), "#c8b890")
    if tag:
        picture.paste(cart_tag(label, 120), at)
    file = io.BytesIO()
    picture.rotate(turn, fillcolor="#c8b890").save(file, "JPEG", quality=92)
    return file.getvalue()


def pixels(opened: Any) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(opened.picture)).convert("L"))


def bright(opened: Any) -> float:
    return float((pixels(opened) > 60).mean())


@pytest.mark.parametrize("turn", [0, 25, 180])
def test_the_zone_moves_and_turns_with_the_cart(turn: int) -> None:
    opened = picture_open(lane("A1", turn=turn), labels=["A1"], tag_zone=AROUND)

    assert len(opened.tag) == 4
    # The tag's code is 120 pixels less its quiet zone: some 89 a side.
    assert bright(opened) == pytest.approx(4 * 3.2 * 89**2 / (1200 * 800), rel=0.12)


def test_what_lies_outside_the_lanes_zone_stays_black_whatever_the_tag_says() -> None:
    left = [[0.0, 0.0], [0.42, 0.0], [0.42, 1.0], [0.0, 1.0]]

    opened = picture_open(lane("A1"), zone=left, labels=["A1"], tag_zone=AROUND)

    assert (pixels(opened)[:, 510:] < 60).all()
    assert bright(opened) > 0


def test_without_the_tag_the_lanes_zone_counts_and_without_both_there_is_no_picture() -> None:
    half = [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]]

    assert bright(picture_open(lane("A1", tag=False), zone=half, labels=["A1"], tag_zone=AROUND)) == pytest.approx(
        0.5, 0.02
    )
    with pytest.raises(PictureRefused) as caught:
        picture_open(lane("A1", tag=False), labels=["A1"], tag_zone=AROUND)
    assert caught.value.code == "cart_not_found"


def test_another_carts_goods_are_not_looked_at(shop: Shop) -> None:
    Cart.objects.create(store=shop.store, label="B2")
    shop.camera.tag_zone, shop.camera.zone = AROUND, WHOLE

    with pytest.raises(CameraAway) as caught:
        cart_picture([lane("B2")], shop.camera, "A1")

    assert caught.value.code == "other_cart"
    assert cart_picture([lane("B2"), lane("A1")], shop.camera, "A1").tag, "of a burst the one with its own tag"


def test_a_look_at_another_cart_is_a_persons_and_no_fault_of_the_camera(shop: Shop) -> None:
    Cart.objects.create(store=shop.store, label="B2")
    Camera.objects.update(tag_zone=AROUND, zone=WHOLE)
    escalation = in_review(shop)

    look_run(escalation_id=escalation.id, now=NOW, fetch=lambda camera, label: [lane("B2")])

    found = Escalation.objects.get()
    assert (found.state, found.findings["trouble"][0]["code"]) == ("waiting", "other_cart")
    assert not Frame.objects.exists()
    assert Camera.objects.get().last_error == ""


def test_a_zone_drawn_around_a_tag_comes_back_where_it_was_drawn() -> None:
    tag = [[0.4, 0.2], [0.5, 0.22], [0.49, 0.35], [0.39, 0.33]]
    drawn = [[0.2, 0.15], [0.7, 0.2], [0.65, 0.8], [0.18, 0.75]]

    assert np.allclose(zone_by_tag(tag, zone_in_tag(tag, drawn)), drawn, atol=0.002)
    assert zone_by_tag([[0.1, 0.1]] * 4, AROUND) == []


def test_staff_let_the_zone_move_with_the_tag_and_it_is_noted(shop: Shop) -> None:
    tag = [[0.4, 0.2], [0.5, 0.2], [0.5, 0.35], [0.4, 0.35]]
    drawn = [[0.2, 0.15], [0.7, 0.15], [0.7, 0.8]]

    camera_tag_zone_set(camera=shop.camera, zone=drawn, tag=tag, staff=shop.sue, now=NOW)

    shop.camera.refresh_from_db()
    assert len(shop.camera.tag_zone) == 3
    assert AuditEntry.objects.filter(action="camera.tag_zone").count() == 1
    for wrong in (drawn[:2], [[0.41, 0.21], [0.42, 0.21], [0.42, 0.22]]):
        with pytest.raises(ZoneInvalid):
            camera_tag_zone_set(camera=shop.camera, zone=wrong, tag=tag, staff=shop.sue, now=NOW)
    camera_tag_zone_set(camera=shop.camera, zone=[], tag=[], staff=shop.sue, now=NOW)
    shop.camera.refresh_from_db()
    assert shop.camera.tag_zone == []
