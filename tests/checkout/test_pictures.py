"""Strangers' pictures: refused by their size, opened with little memory and little time, kept without a trace."""

import contextlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from checkout.pictures import PictureRefused, opening, picture_open, picture_redact
from checkout.pictures.keeping import picture_seal, picture_unseal
from checkout.pictures.safe import LONGEST_SIDE, opened, packed, redacted, zone_only
from tests.checkout.world import BREAD, picture_of


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (5000, 5000), (2**31 - 1, 1)])
def test_a_bomb_is_refused_by_its_header_and_never_decoded(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("it was decoded"))

    with pytest.raises(PictureRefused) as caught:
        opened(png_of(width, height))
    assert caught.value.code == "picture_too_large"


def test_formats_that_cameras_do_not_send_are_refused() -> None:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "BMP")

    with pytest.raises(PictureRefused):
        opened(file.getvalue())


def test_every_cut_of_a_picture_is_opened_or_refused_and_nothing_else() -> None:
    data = picture_of(BREAD)

    for length in range(0, len(data), max(1, len(data) // 60)):
        with contextlib.suppress(PictureRefused):
            opened(data[:length])


def test_a_large_picture_is_made_smaller_and_stands_upright() -> None:
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    Image.new("RGB", (3000, 1000), "red").save(file, "JPEG", exif=exif)

    picture = opened(file.getvalue())

    assert picture.height == LONGEST_SIDE
    assert picture.width < picture.height


def test_the_kept_picture_carries_no_profile_of_the_camera() -> None:
    picture = Image.new("RGB", (20, 20), "blue")
    picture.info["icc_profile"] = b"profile"

    kept = Image.open(io.BytesIO(packed(picture)))

    assert "icc_profile" not in kept.info
    assert zone_only(kept, []) is kept


def test_a_picture_is_opened_in_a_process_of_its_own_and_shows_the_zone_only() -> None:
    file = io.BytesIO()
    Image.new("RGB", (400, 200), "white").save(file, "PNG")

    safe = picture_open(file.getvalue(), zone=[[0, 0], [0.5, 0], [0.5, 1], [0, 1]], seconds=60)

    kept = Image.open(io.BytesIO(safe.picture))
    assert (kept.format, safe.width, safe.height) == ("JPEG", 400, 200)
    assert kept.getpixel((50, 100)) == pytest.approx((255, 255, 255), abs=3)
    assert kept.getpixel((350, 100)) == pytest.approx((0, 0, 0), abs=3)


def test_a_picture_that_takes_more_memory_than_allowed_ends_nothing_but_itself() -> None:
    import random

    file = io.BytesIO()
    Image.frombytes("RGB", (1200, 900), random.Random(1).randbytes(1200 * 900 * 3)).save(file, "PNG")
    bomb = png_of(4000, 3999)

    for data in (bomb, b"\x89PNG", bomb[:40], b""):
        with pytest.raises(PictureRefused):
            picture_open(data, seconds=60)

    assert picture_open(file.getvalue(), seconds=60).width == 1200
    status = Path(f"/proc/{opening.child_pid()}/status").read_text()
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert peak_kb < 256 * 1024


def test_what_was_not_verified_is_a_handful_of_squares() -> None:
    fine = Image.effect_noise((800, 600), 90).convert("RGB")

    kept = redacted(fine, [[[0, 0], [0.25, 0], [0.25, 0.5], [0, 0.5]]])

    assert kept.crop((10, 10, 190, 290)).tobytes() == fine.crop((10, 10, 190, 290)).tobytes()
    assert len(kept.crop((400, 300, 410, 310)).getcolors() or []) == 1
    assert len(fine.crop((400, 300, 410, 310)).getcolors() or []) > 1


def test_a_redacted_picture_keeps_its_size() -> None:
    safe = picture_open(picture_of(BREAD), seconds=60)

    kept = picture_redact(safe.picture, clear=[], seconds=60)

    assert (kept.width, kept.height) == (safe.width, safe.height)


def test_a_stored_picture_opens_under_its_own_name_tenant_and_secret_only() -> None:
    sealed = picture_seal(b"pixels", name="1/2/a", tenant=1, secret="one")

    assert picture_unseal(sealed, name="1/2/a", tenant=1, secret="one") == b"pixels"
    assert b"pixels" not in sealed
    for name, tenant, secret in (("1/2/b", 1, "one"), ("1/2/a", 2, "one"), ("1/2/a", 1, "two")):
        with pytest.raises(PictureRefused):
            picture_unseal(sealed, name=name, tenant=tenant, secret=secret)
    with pytest.raises(PictureRefused):
        picture_unseal(sealed[:-1], name="1/2/a", tenant=1, secret="one")
