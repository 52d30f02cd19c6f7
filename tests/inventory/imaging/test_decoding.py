"""A picture's code, through the child process."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from inventory.barcodes import Read, read
from inventory.imaging import ImagingError, close_decoder, decode_image, decoding_engines
from inventory.imaging import _decoding as decoding
from inventory.imaging._child import Child
from tests.inventory.imaging.pictures import (
    EAN,
    OTHER_EAN,
    beside,
    blank,
    drawn,
    file_of,
    png_that_claims,
    stripes,
    turned,
)

PATIENT = 20.0


@pytest.fixture(autouse=True, scope="module")
def _ended_child() -> Iterator[None]:
    yield
    close_decoder()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_code_is_read_from_every_file_format_of_a_camera(kind: str) -> None:
    found = decode_image(file_of(drawn(), kind), timeout_seconds=PATIENT).found

    assert found is not None
    assert (found.code, found.text, found.symbology) == (f"]E0{EAN}", EAN, "ean13")


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        (EAN, "EAN13", f"0{EAN}"),
        ("73513537", "EAN8", "00000073513537"),
        ("036000291452", "UPCA", "00036000291452"),
        ("15400141288763", "ITF", "15400141288763"),
        (f"https://id.gs1.org/01/0{OTHER_EAN}", "QRCode", f"0{OTHER_EAN}"),
    ],
)
def test_what_is_found_is_understood_by_the_reader_of_codes(text: str, kind: str, key: str) -> None:
    found = decode_image(file_of(drawn(text, kind)), timeout_seconds=PATIENT).found

    assert found is not None
    answer = read(found.code)
    assert isinstance(answer, Read)
    assert answer.keys[0] == key


@pytest.mark.parametrize("degrees", [15, 30, 45, 80, 135])
def test_a_turned_code_is_read(degrees: int) -> None:
    found = decode_image(file_of(turned(drawn(), degrees)), timeout_seconds=PATIENT).found

    assert found is not None
    assert found.text == EAN


def test_a_code_that_the_catalogue_lacks_does_not_count() -> None:
    answer = decode_image(file_of(drawn()), known=lambda code: False, timeout_seconds=PATIENT)

    assert answer.found is None
    assert {seen.text for seen in answer.unknown} == {EAN}


def test_the_code_that_the_catalogue_has_counts_among_several() -> None:
    picture = file_of(beside(drawn(EAN), drawn(OTHER_EAN)))

    answer = decode_image(picture, known=lambda code: code.endswith(OTHER_EAN), timeout_seconds=PATIENT)

    assert answer.found is not None
    assert answer.found.text == OTHER_EAN


@pytest.mark.parametrize("picture", [blank(), stripes(20), blank(1, 1), blank(3000, 100)])
def test_a_frame_without_a_code_gives_nothing(picture: object) -> None:
    answer = decode_image(file_of(picture), timeout_seconds=PATIENT)  # type: ignore[arg-type]

    assert (answer.found, answer.unknown) == (None, ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "image_empty"),
        (b"Ana", "image_unreadable"),
        (b"GIF89a", "image_unreadable"),
        (file_of(drawn())[:200], "image_unreadable"),
        (file_of(drawn(), "GIF"), "image_unreadable"),
        (png_that_claims(4001, 3000), "image_too_large"),
        (png_that_claims(60000, 60000), "image_too_large"),
        (b"\0" * (16 * 1024 * 1024 + 1), "image_too_large"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_and_the_child_lives_on(data: bytes, code: str) -> None:
    decode_image(file_of(drawn()), timeout_seconds=PATIENT)
    before = decoding._own_pool().child

    with pytest.raises(ImagingError) as refused:
        decode_image(data, timeout_seconds=PATIENT)

    assert refused.value.code == code
    assert decoding._own_pool().child is before


def test_a_child_that_died_is_replaced() -> None:
    pool = decoding._own_pool()
    with pool.lock:
        child = pool.ready()
    os.kill(child._process.pid, signal.SIGKILL)
    child._process.wait()

    answer = decode_image(file_of(drawn()), timeout_seconds=PATIENT)

    assert answer.found is not None
    assert pool.child is not child


def test_a_child_that_hangs_is_ended_and_replaced() -> None:
    pool = decoding._own_pool()
    with pool.lock:
        child = pool.ready()
    os.kill(child._process.pid, signal.SIGSTOP)

    with pytest.raises(ImagingError) as given_up:
        decode_image(file_of(drawn()), timeout_seconds=0.2)

    assert given_up.value.code == "decoder_timeout"
    assert child._process.poll() is not None
    assert decode_image(file_of(drawn()), timeout_seconds=PATIENT).found is not None


def test_a_child_is_replaced_after_its_share_of_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    decode_image(file_of(drawn()), timeout_seconds=PATIENT)
    child = decoding._own_pool().child
    monkeypatch.setattr(decoding, "_JOBS_PER_CHILD", 1)

    answer = decode_image(file_of(drawn()), timeout_seconds=PATIENT)

    assert answer.found is not None
    assert decoding._own_pool().child is not child


def test_a_catalogue_that_fails_leaves_no_child_waiting() -> None:
    def broken(code: str) -> bool:
        raise LookupError(code)

    with pytest.raises(LookupError):
        decode_image(file_of(drawn()), known=broken, timeout_seconds=PATIENT)

    assert decode_image(file_of(drawn()), timeout_seconds=PATIENT).found is not None


def test_a_picture_waits_its_turn_and_no_longer() -> None:
    pool = decoding._own_pool()

    with pool.lock, pytest.raises(ImagingError) as refused:
        decode_image(file_of(drawn()), timeout_seconds=0.05)

    assert refused.value.code == "decoder_busy"


def test_many_threads_share_the_child_and_each_gets_its_own_answer() -> None:
    texts = [EAN, OTHER_EAN, "5901234123457", "9780306406157"]
    answers: dict[str, str] = {}

    def look(text: str) -> None:
        found = decode_image(file_of(drawn(text)), timeout_seconds=PATIENT).found
        answers[text] = found.text if found else ""

    threads = [threading.Thread(target=look, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {text: text for text in texts}


def test_the_child_is_given_no_environment_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "secret")

    child = Child()
    with open(f"/proc/{child._process.pid}/environ", "rb") as file:  # noqa: PTH123
        environment = file.read()
    child.stop()

    assert b"secret" not in environment


def test_the_engines_are_named_for_the_readiness_page() -> None:
    assert decoding_engines()[0] == "zxing"


def test_a_child_that_cannot_be_started_is_told_by_an_empty_list_and_by_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    close_decoder()
    monkeypatch.setattr(decoding, "_pool", decoding._Pool())
    monkeypatch.setattr("inventory.imaging._child._ROOT", "/")

    assert decoding_engines() == ()
    with pytest.raises(ImagingError) as refused:
        decode_image(file_of(drawn()), timeout_seconds=PATIENT)
    assert refused.value.code == "decoder_failed"


def test_a_forked_process_uses_a_child_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    before = decoding._own_pool()
    monkeypatch.setattr(before, "owner", os.getpid() + 1)

    after = decoding._own_pool()

    assert after is not before
    assert after.child is None
    monkeypatch.setattr(decoding, "_pool", before)
