"""Every code in a picture, and where it is."""

from collections.abc import Iterator

import numpy as np
import pytest

from inventory.imaging import ImagingError, Spotted, close_decoder, codes_in
from tests.inventory.imaging.pictures import EAN, OTHER_EAN, Gray, beside, blank, drawn, file_of, turned

PATIENT = 30.0


@pytest.fixture(autouse=True, scope="module")
def _ended_child() -> Iterator[None]:
    yield
    close_decoder()


def _seen(picture: Gray) -> tuple[Spotted, ...]:
    return codes_in(file_of(picture), timeout_seconds=PATIENT)


def _dark_box(picture: Gray) -> tuple[float, float, float, float]:
    """Where the bars are, in fractions: left, top, right, bottom."""
    rows, columns = np.nonzero(picture < 128)
    height, width = picture.shape
    return columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height


def test_all_codes_of_a_picture_are_told_from_left_to_right() -> None:
    seen = _seen(beside(drawn(OTHER_EAN), drawn(EAN), drawn("73513537", "EAN8")))

    assert [code.text for code in seen] == [OTHER_EAN, EAN, "73513537"]
    assert seen[0].code == f"]E0{OTHER_EAN}"


def test_two_labels_of_one_code_are_two() -> None:
    seen = _seen(beside(drawn(EAN), drawn(OTHER_EAN), drawn(EAN)))

    assert [code.text for code in seen] == [EAN, OTHER_EAN, EAN]


@pytest.mark.parametrize("degrees", [0, 20, 45, 110])
def test_corners_lie_around_the_bars_however_they_lie(degrees: int) -> None:
    picture = np.pad(turned(drawn(), degrees), ((200, 0), (0, 300)), constant_values=255)

    (code,) = _seen(picture)

    left, top, right, bottom = _dark_box(picture)
    xs, ys = [x for x, _ in code.corners], [y for _, y in code.corners]
    assert np.mean(xs) == pytest.approx((left + right) / 2, abs=0.05)
    assert np.mean(ys) == pytest.approx((top + bottom) / 2, abs=0.05)
    assert left - 0.05 < min(xs) < max(xs) < right + 0.05
    assert top - 0.05 < min(ys) < max(ys) < bottom + 0.05


def test_an_empty_frame_has_no_codes() -> None:
    assert _seen(blank()) == ()


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ImagingError, match="damaged"):
        codes_in(b"no picture at all", timeout_seconds=PATIENT)
