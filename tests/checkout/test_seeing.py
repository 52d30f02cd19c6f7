"""Packs are told by their looks: where they lie, how many, and which of two that look alike."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from django.core.files.base import ContentFile

from checkout.evidence import SURE
from checkout.models import LookAlike, PictureFeatures
from checkout.seeing import SeeingFailed, Sight, frame_look, picture_learn
from checkout.seeing.features import Bytes, Pack, pack_of, reference_of, scene_of
from checkout.seeing.looking import edges_of, look, ways_of
from checkout.seeing.posing import upright
from checkout.seeing.unknown import moved, unknown_regions
from checkout.selectors.candidates import candidates_for
from checkout.services.pictures import pictures_learn
from inventory.models import ProductPicture
from tests.checkout.world import BREAD, CAVIAR, MILK, NOW, Shop

OAT, OAT_BLUE, BEANS = 1, 2, 3


def artwork(seed: int, label: tuple[int, int, int]) -> Bytes:
    """A pack's front, 200 x 400: the art hangs on the seed, its label's colour tells variants apart."""
    chance = np.random.default_rng(seed)
    picture = np.full((400, 200, 3), chance.integers(120, 200, 3), np.uint8)
    for _ in range(70):
        x, y = int(chance.integers(8, 185)), int(chance.integers(8, 390))
        colour = tuple(int(part) for part in chance.integers(0, 225, 3))
        cv2.circle(picture, (x, y), int(chance.integers(3, 14)), colour, -1)
        cv2.putText(picture, chr(65 + int(chance.integers(26))), (x, y), 0, 0.8, colour[::-1], 2)
    cv2.rectangle(picture, (30, 150), (170, 250), label, -1)
    if seed == 5:
        cv2.putText(picture, "OAT", (55, 215), 0, 1.4, (20, 20, 20), 3)
    else:
        cv2.ellipse(picture, (100, 200), (55, 30), 20, 0, 300, (240, 240, 240), 6)
    return picture


ART = {OAT: artwork(5, (60, 190, 60)), OAT_BLUE: artwork(5, (210, 110, 40)), BEANS: artwork(9, (40, 60, 200))}


def catalogue_picture(product: int) -> Bytes:
    return np.asarray(cv2.copyMakeBorder(ART[product], 30, 30, 60, 60, cv2.BORDER_CONSTANT, value=(255, 255, 255)))


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return [pack_of(reference_of(catalogue_picture(n), product=n, face="front", height_mm=200)) for n in ART]


def scene(*placed: tuple[int, float, float, float], cover: tuple[int, int, int, int] | None = None) -> Bytes:
    """A cart's floor with packs: (product, centre x, centre y, turn in degrees); `cover` is a sheet on top."""
    chance = np.random.default_rng(1)
    picture = np.clip(chance.normal(95, 9, (720, 1100, 3)), 0, 255).astype(np.uint8)
    for product, x, y, turn in placed:
        way = np.asarray(cv2.getRotationMatrix2D((100, 200), turn, 0.85), np.float64)
        way[:, 2] += np.array([x - 100, y - 200])
        size = (picture.shape[1], picture.shape[0])
        mask = cv2.warpAffine(np.full(ART[product].shape[:2], 255, np.uint8), way, size)
        picture = np.where(mask[..., None] > 127, cv2.warpAffine(ART[product], way, size), picture)
    if cover:
        picture[cover[1] : cover[3], cover[0] : cover[2]] = (150, 160, 165)
    return np.asarray(cv2.convertScaleAbs(cv2.GaussianBlur(picture, (0, 0), 0.8), alpha=0.85, beta=8), np.uint8)


def sure(packs: list[Pack], picture: Bytes, px_per_mm: float = 1.7) -> list[Sight]:
    seen = look(packs, ways_of(edges_of(packs)), scene_of(picture), px_per_mm)
    return [sight for sight in seen if sight.confidence >= SURE]


def centre(sight: Sight) -> npt.NDArray[np.float64]:
    return np.asarray(np.array(sight.quad).mean(axis=0) * (1100, 720), np.float64)


def test_a_pack_is_found_where_it_lies_and_nothing_else_is(packs: list[Pack]) -> None:
    (sight,) = sure(packs, scene((BEANS, 400, 350, 40)))

    assert sight.product == BEANS
    assert centre(sight) == pytest.approx((400, 350), abs=12)


@pytest.mark.parametrize(("there", "absent"), [(OAT, OAT_BLUE), (OAT_BLUE, OAT)])
def test_of_two_that_look_alike_the_one_that_lies_there_wins_the_duel(
    packs: list[Pack], there: int, absent: int
) -> None:
    (sight,) = sure(packs, scene((there, 500, 360, -70)))

    assert sight.product == there
    assert absent in sight.rivals
    assert sight.margin > 0.3


def test_where_what_differs_is_covered_neither_is_sure(packs: list[Pack]) -> None:
    picture = scene((OAT, 500, 360, 0), cover=(380, 270, 620, 450))

    assert not sure(packs, picture)
    assert look(packs, ways_of(edges_of(packs)), scene_of(picture), 1.7), "it was found, and left open"


def test_two_pieces_of_a_product_are_two(packs: list[Pack]) -> None:
    sights = sure(packs, scene((BEANS, 250, 350, 10), (BEANS, 800, 350, 200)))

    assert [sight.product for sight in sights] == [BEANS, BEANS]
    assert abs(centre(sights[0])[0] - centre(sights[1])[0]) > 400


def test_a_pack_half_covered_is_found(packs: list[Pack]) -> None:
    sights = sure(packs, scene((BEANS, 500, 360, 0), cover=(380, 360, 620, 560)))

    assert [sight.product for sight in sights] == [BEANS]


def test_a_pack_of_another_size_is_not_that_pack(packs: list[Pack]) -> None:
    assert not sure(packs, scene((BEANS, 500, 360, 0)), px_per_mm=6.0)


def test_an_empty_cart_shows_nothing_and_is_no_fault(packs: list[Pack]) -> None:
    assert not look(packs, {}, scene_of(scene()), 1.7)
    assert not look(packs, {}, scene_of(np.zeros((300, 400, 3), np.uint8)), 1.7)


def test_what_matches_nothing_is_pointed_out_and_a_pack_that_was_found_is_not(packs: list[Pack]) -> None:
    picture = scene((BEANS, 300, 360, 0), cover=(700, 200, 900, 420))
    sights = sure(packs, picture)

    regions = unknown_regions(picture, sights)

    assert len(sights) == 1
    assert any(r.left * 1100 < 800 < r.right * 1100 and r.top * 720 < 310 < r.bottom * 720 for r in regions)
    assert not any(r.left * 1100 < 300 < r.right * 1100 for r in regions)


def test_what_moves_between_frames_is_pointed_out() -> None:
    (region,) = moved(scene(cover=(700, 200, 900, 420)), scene(), [])

    assert region.why == "moved"
    assert region.left * 1100 < 800 < region.right * 1100
    assert not moved(scene(), scene(), [])


@pytest.mark.parametrize("picture", [np.full((200, 200, 3), 255, np.uint8), np.full((200, 200, 3), 90, np.uint8)])
def test_a_picture_that_shows_no_pack_is_refused(picture: Bytes) -> None:
    with pytest.raises(ValueError, match="picture"):
        reference_of(picture, product=1, face="front")


def png(product: int) -> bytes:
    return bytes(cv2.imencode(".png", catalogue_picture(product))[1].tobytes())


def test_the_process_that_sees_learns_looks_and_outlives_what_it_refuses() -> None:
    reference = picture_learn(png(BEANS), product=BEANS, face="front", height_mm=200)
    frame = bytes(cv2.imencode(".jpg", scene((BEANS, 400, 350, 40)))[1].tobytes())

    with pytest.raises(SeeingFailed) as caught:
        picture_learn(b"no picture", product=1, face="front")
    seen = frame_look(frame, references=[reference], px_per_mm=1.7, seconds=120)

    assert caught.value.code == "seeing_refused"
    assert [sight.product for sight in seen.sights if sight.confidence >= SURE] == [BEANS]


def test_pictures_are_learned_as_they_enter_the_catalogue_and_their_look_alikes_become_candidates(shop: Shop) -> None:
    for code, art in ((MILK, OAT), (BREAD, OAT_BLUE), (CAVIAR, BEANS)):
        picture = ProductPicture(product=shop.products[code], pack_height_mm=200)
        picture.image.save(f"{art}.png", ContentFile(png(art)))

    assert (pictures_learn(now=NOW), pictures_learn(now=NOW)) == (3, 0)

    milk, bread, caviar = (shop.products[code].pk for code in (MILK, BREAD, CAVIAR))
    candidates = candidates_for({milk: 1}, [])
    assert [reference.product for reference in candidates.references] == [milk, bread]
    assert candidates.kin == {milk: frozenset({bread}), bread: frozenset({milk})}
    assert LookAlike.objects.count() == 1
    assert not PictureFeatures.objects.exclude(error="").exists()
    assert max(PictureFeatures.objects.values_list("count", flat=True)) <= 500
    assert caviar not in candidates.kin


def test_a_picture_that_can_not_be_used_keeps_the_reason(shop: Shop) -> None:
    picture = ProductPicture(product=shop.products[MILK])
    picture.image.save("white.png", ContentFile(b"not a picture"))

    pictures_learn(now=NOW)

    assert PictureFeatures.objects.get().error.startswith("seeing_refused")
    assert candidates_for({shop.products[MILK].pk: 1}, []).references == []


def test_two_pictures_of_one_product_are_one_piece_and_no_rivals(packs: list[Pack]) -> None:
    again = pack_of(reference_of(ART[BEANS], product=BEANS, face="seen", height_mm=200))
    picture = scene((BEANS, 400, 350, 40))
    (alone,) = sure(packs, picture)

    (sight,) = sure([*packs, again], picture)

    assert sight.product == BEANS
    assert BEANS not in sight.rivals
    assert sight.confidence == pytest.approx(alone.confidence, abs=0.1)


def test_print_is_never_seen_mirrored() -> None:
    quad = np.array([[10, 10], [60, 12], [58, 110], [9, 108]], np.float32)
    turned = np.roll(quad, 2, axis=0)
    mirrored = quad[[1, 0, 3, 2]]

    assert upright(quad)
    assert upright(turned)
    assert not upright(mirrored)
