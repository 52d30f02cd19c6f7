"""The attempts within the child: regions, turns, engines with and without zbar, opening of files."""

import io
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from inventory.imaging import _engines as engines
from inventory.imaging._opening import open_gray
from inventory.imaging._regions import bar_regions, cut_out, edge_skews, quarter_off
from inventory.imaging._stages import stages
from tests.inventory.imaging.pictures import EAN, blank, drawn, file_of, stripes, turned


@pytest.fixture
def _without_zbar(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    engines.zbar.cache_clear()
    yield
    engines.zbar.cache_clear()


@pytest.mark.parametrize("degrees", [0, 12, 37, 45, 70, 90, 130])
def test_the_direction_across_the_bars_is_measured(degrees: int) -> None:
    region = bar_regions(stripes(degrees))[0]

    off = (region.degrees - degrees + 90) % 180 - 90
    assert abs(off) < 3
    assert abs(region.x - 200) < 20
    assert abs(region.y - 200) < 20
    assert region.across > 1.5 * region.along


@pytest.mark.parametrize("degrees", [12, 37, 70, 130])
def test_a_cut_out_stands_upright(degrees: int) -> None:
    picture = stripes(degrees)

    cut = cut_out(picture, bar_regions(picture)[0])

    middle = cut[len(cut) // 4 : -len(cut) // 4].astype(float)
    assert middle.mean(axis=0).std() > 3 * middle.std(axis=0).mean()


@pytest.mark.parametrize("degrees", [-40, -20, 10, 30])
def test_the_skew_of_a_square_code_is_measured(degrees: int) -> None:
    picture = turned(drawn("Ana shops here", "QRCode", scale=6), degrees)

    skews = edge_skews(picture)

    assert min(abs(quarter_off(skew + degrees)) for skew in skews) < 3


def test_an_even_picture_has_neither_bars_nor_skew() -> None:
    assert bar_regions(blank()) == []
    assert edge_skews(blank()) == []


@pytest.mark.usefixtures("_without_zbar")
@pytest.mark.parametrize("degrees", [0, 30, 45])
def test_without_zbar_codes_are_read_all_the_same(degrees: int) -> None:
    assert engines.engine_names() == ("zxing",)

    texts = {code.text for _, codes in stages(turned(drawn(), degrees)) for code in codes}

    assert EAN in texts


def test_a_photo_larger_than_needed_is_read_smaller() -> None:
    picture = np.full((2000, 3000), 255, np.uint8)
    code = drawn(scale=4)
    picture[800 : 800 + code.shape[0], 1200 : 1200 + code.shape[1]] = code

    name, codes = next(stages(picture))

    assert (name, {found.text for found in codes}) == ("zxing", {EAN})


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "1", "I;16", "CMYK"])
def test_every_mode_of_a_picture_becomes_gray(mode: str) -> None:
    image = Image.fromarray(drawn())
    if mode == "I;16":
        image = Image.fromarray(drawn().astype(np.uint16) * 257)
    elif mode == "CMYK":
        image = image.convert("RGB")
    image = image if mode in ("I;16",) else image.convert(mode)
    file = io.BytesIO()
    image.save(file, "JPEG" if mode == "CMYK" else "PNG", **({"quality": 95} if mode == "CMYK" else {}))

    gray = open_gray(file.getvalue())

    assert gray.dtype == np.uint8
    assert EAN in {code.text for code in engines.zxing(gray)}


def test_what_shines_through_is_taken_as_white_paper() -> None:
    layered = np.zeros((*drawn().shape, 4), np.uint8)
    layered[..., 3] = 255 - drawn()

    gray = open_gray(file_of(layered))

    assert EAN in {code.text for code in engines.zxing(gray)}


def test_the_child_cannot_take_more_memory_than_its_limit() -> None:
    script = """
        from inventory.imaging import _worker
        _worker._limit()
        try:
            bytearray(_worker.MEMORY_BYTES)
        except MemoryError:
            print("refused")
    """

    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "refused"
