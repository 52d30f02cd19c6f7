"""The camera's look clears on positive agreement; everything else is for a person, with the reason stored."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from carts.models import Discrepancy, Trip
from checkout.cameras import CameraAway
from checkout.models import Camera, Checkout, Escalation, Frame
from checkout.services import sweeping
from checkout.services.escalations import escalation_claim
from checkout.services.frames import frame_read, frames_expire
from checkout.services.looks import LEASE, look_run
from checkout.services.receipts import checked
from inventory.models import AuditEntry
from tests.checkout.world import (
    BREAD,
    CAVIAR,
    MILK,
    NOW,
    Shop,
    camera_showing,
    in_review,
    make_trip,
    open_checkout,
    picture_of,
)

BREAD_MISSING = {"line": 2, "products": ["P2"], "candidates": [], "expected_g": 505, "observed_g": 0}
Fetch = Callable[[Camera, str], list[bytes]]


def failing(code: str) -> Fetch:
    def fetch(camera: Camera, label: str) -> list[bytes]:
        raise CameraAway(code, "told by the test")

    return fetch


def look(escalation: Escalation, fetch: Fetch) -> Escalation:
    look_run(escalation_id=escalation.id, now=NOW, fetch=fetch)
    found: Escalation = Escalation.objects.select_related("checkout").get(id=escalation.id)
    return found


def test_seeing_the_product_in_doubt_clears_the_checkout_and_settles_the_discrepancy(shop: Shop) -> None:
    escalation = look(in_review(shop, "not_placed", **BREAD_MISSING), camera_showing(BREAD, MILK, MILK))

    assert (escalation.state, escalation.conclusion, escalation.resolved_at) == ("resolved", "seen", NOW)
    assert (escalation.checkout.state, escalation.checkout.open_escalations) == ("cleared", 0)
    assert Trip.objects.get(id=escalation.checkout.trip_id).state == "cleared"
    assert Discrepancy.objects.get().state == "resolved"
    assert AuditEntry.objects.filter(action="review.seen", actor_name="camera").count() == 1


def test_a_picture_with_something_that_nobody_scanned_is_for_a_person(shop: Shop) -> None:
    escalation = look(in_review(shop, "not_placed", **BREAD_MISSING), camera_showing(BREAD, CAVIAR))

    assert (escalation.state, escalation.checkout.state) == ("waiting", "in_review")
    assert escalation.checkout.open_escalations == 1
    assert "not_in_basket" in escalation.findings["reasons"]
    caviar = shop.products[CAVIAR].pk
    sight = next(sight for sight in escalation.findings["sights"] if sight["product"] == caviar)
    assert (sight["charged"], sight["seen"], sight["finding"]) == (0, 1, "not_in_basket")
    assert [place["frame"] for place in sight["places"]] == [0, 1, 2]


def test_weight_that_no_scan_explains_is_never_cleared_by_a_picture(shop: Shop) -> None:
    escalation = look(in_review(shop, "unscanned"), camera_showing(BREAD, MILK, MILK))

    assert (escalation.state, escalation.findings["reasons"]) == ("waiting", ["unexplained"])


def test_a_picture_without_the_product_is_for_a_person(shop: Shop) -> None:
    escalation = look(in_review(shop, "not_placed", **BREAD_MISSING), camera_showing(MILK))

    assert (escalation.state, escalation.findings["reasons"]) == ("waiting", ["not_visible"])


@pytest.mark.parametrize("code", ["camera_unreachable", "camera_slow", "camera_refused"])
def test_a_camera_that_is_away_means_a_person_and_the_reason_is_kept(shop: Shop, code: str) -> None:
    escalation = look(in_review(shop, "not_placed", **BREAD_MISSING), failing(code))

    assert (escalation.state, escalation.findings["reasons"]) == ("waiting", ["no_picture"])
    assert escalation.findings["trouble"] == [{"camera": "Overhead", "code": code, "detail": "told by the test"}]
    assert code in Camera.objects.get().last_error


def test_a_camera_that_was_slow_once_is_asked_once_more(shop: Shop) -> None:
    answers = iter([failing("camera_slow"), camera_showing(MILK), camera_showing(MILK)])

    def fetch(camera: Camera, label: str) -> list[bytes]:
        return list(next(answers)(camera, label))

    escalation = look(in_review(shop, "not_placed", **BREAD_MISSING), fetch)

    assert escalation.findings["reasons"] == ["not_visible"]
    assert [row["code"] for row in escalation.findings["trouble"]] == ["camera_slow"]


def test_a_camera_taken_down_meanwhile_means_a_person(shop: Shop) -> None:
    escalation = in_review(shop, "not_placed", **BREAD_MISSING)
    Camera.objects.update(active=False)

    assert look(escalation, camera_showing(BREAD)).findings["trouble"][0]["code"] == "no_camera"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff\xe0 no jpeg", picture_of(BREAD)[:300]])
def test_a_broken_picture_means_a_person(shop: Shop, data: bytes) -> None:
    escalation = look(in_review(shop, "not_placed", **BREAD_MISSING), lambda camera, label: [data])

    assert escalation.state == "waiting"
    assert escalation.findings["trouble"][0]["code"] == "picture_broken"
    assert not Frame.objects.exists()


def test_a_look_that_breaks_in_any_way_means_a_person_at_once(shop: Shop) -> None:
    def fetch(camera: Camera, label: str) -> list[bytes]:
        raise RuntimeError("never seen before")

    escalation = look(in_review(shop, "not_placed", **BREAD_MISSING), fetch)

    assert (escalation.state, escalation.findings["reasons"]) == ("waiting", ["look_failed"])


def test_later_frames_are_taken_only_while_there_is_doubt(shop: Shop) -> None:
    calm = look(in_review(shop, "not_placed", **BREAD_MISSING), camera_showing(BREAD))
    assert calm.frames.count() == 1
    Trip.objects.update(state="cancelled")

    unsure = look(in_review(shop, "not_placed", **BREAD_MISSING), camera_showing(MILK))

    assert unsure.frames.count() == 3


def test_the_camera_is_told_which_cart(shop: Shop) -> None:
    labels = []

    def fetch(camera: Camera, label: str) -> list[bytes]:
        labels.append(label)
        return [picture_of(BREAD)]

    look(in_review(shop, "not_placed", **BREAD_MISSING), fetch)

    assert labels == ["A1"]


def test_an_audit_is_cleared_by_seeing_the_whole_basket(shop: Shop) -> None:
    shop.store.policy = {"checkout": {"audit_share": 1.0}}
    shop.store.save()
    checkout = open_checkout(shop, make_trip(shop))
    assert checkout.judgement["audit"] is True

    escalation = look(Escalation.objects.get(checkout=checkout), camera_showing(MILK, MILK, BREAD))

    assert escalation.conclusion == "seen"


def test_a_second_look_at_the_same_time_does_nothing(shop: Shop) -> None:
    escalation = in_review(shop, "not_placed", **BREAD_MISSING)
    Escalation.objects.filter(id=escalation.id).update(look_lease_until=NOW + LEASE)

    assert look_run(escalation_id=escalation.id, now=NOW, fetch=camera_showing(BREAD)) is None
    assert look_run(escalation_id=escalation.id, now=NOW + LEASE * 2, fetch=camera_showing(BREAD)) is not None


def test_a_person_who_was_faster_keeps_the_decision_and_gets_the_findings(shop: Shop) -> None:
    escalation = in_review(shop, "not_placed", **BREAD_MISSING)

    def fetch(camera: Camera, label: str) -> list[bytes]:
        escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)
        return [picture_of(BREAD)]

    found = look(escalation, fetch)

    assert (found.state, found.claimed_by, found.checkout.state) == ("claimed", shop.ben, "in_review")
    assert found.findings["clear"] is True


def test_a_shopper_who_went_on_is_not_cleared_by_a_late_look(shop: Shop) -> None:
    from carts.signals import trip_left

    escalation = in_review(shop, "not_placed", **BREAD_MISSING)
    trip_id = escalation.checkout.trip_id

    def fetch(camera: Camera, label: str) -> list[bytes]:
        Trip.objects.filter(id=trip_id).update(state="shopping")
        trip_left.send(sender=Trip, trip_id=trip_id, to="shopping", now=NOW)
        return [picture_of(BREAD)]

    found = look(escalation, fetch)

    assert (found.conclusion, found.checkout.state) == ("reopened", "abandoned")
    assert Trip.objects.get(id=trip_id).state == "shopping"


def test_only_the_zone_is_kept_and_nothing_but_its_pixels(shop: Shop) -> None:
    exif = Image.Exif()
    exif[0x010E] = "shot by camera 7"
    file = BytesIO()
    Image.new("RGB", (400, 200), "white").save(file, "JPEG", exif=exif, comment=b"lane 1")
    shop.camera.zone = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
    shop.camera.save()

    frame = look(in_review(shop), lambda camera, label: [file.getvalue()]).frames.first()

    assert frame is not None
    kept = Image.open(BytesIO(frame_read(frame, now=NOW)))
    assert kept.getpixel((50, 100)) == pytest.approx((255, 255, 255), abs=3)
    assert kept.getpixel((350, 100)) == pytest.approx((0, 0, 0), abs=3)
    assert not kept.getexif()
    assert "comment" not in kept.info
    assert "Overhead" not in str(frame.image.name)
    assert str(frame.escalation_id) not in str(frame.image.name)


def test_a_frame_has_its_date_of_deletion_from_birth_and_is_gone_on_time(shop: Shop) -> None:
    shop.store.frame_hours = 5
    shop.store.save()
    escalation = look(in_review(shop), camera_showing(BREAD))
    frames = list(escalation.frames.all())
    names = [frame.image.name for frame in frames]
    assert {frame.delete_after for frame in frames} == {NOW + timedelta(hours=5)}

    early = frames_expire(now=NOW + timedelta(hours=5, seconds=-1))
    kept = [frames[0].image.storage.exists(name) for name in names]
    late = frames_expire(now=NOW + timedelta(hours=5))

    assert (early, kept, late) == (0, [True] * 3, 3)
    assert not any(frames[0].image.storage.exists(name) for name in names)
    assert set(Frame.objects.values_list("image", flat=True)) == {""}
    entry = AuditEntry.objects.get(action="frames.delete")
    assert sorted(entry.detail["frames"]) == sorted(str(frame.id) for frame in frames)


def test_a_picture_that_can_not_be_deleted_stays_due(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    look(in_review(shop), camera_showing(BREAD))
    later = NOW + timedelta(days=30)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.storage.FileSystemStorage.delete", lambda self, name: None)
        assert frames_expire(now=later) == 0

    assert frames_expire(now=later) == 3


def test_a_process_that_dies_before_writing_leaves_no_picture_without_a_row(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.storage.FileSystemStorage.save", lambda *args: (_ for _ in ()).throw(OSError))
        look(in_review(shop), camera_showing(BREAD))

    assert Frame.objects.count() == 1
    assert frames_expire(now=NOW + timedelta(days=30)) == 1


def test_a_look_that_was_lost_is_sent_again_and_after_a_while_is_for_a_person(shop: Shop) -> None:
    escalation = in_review(shop, "not_placed", **BREAD_MISSING)
    sent: list[str] = []

    assert sweeping.looks_recover(now=NOW + timedelta(seconds=5), send=sent.append) == 0
    sweeping.looks_recover(now=NOW + timedelta(seconds=6), send=sent.append)
    assert sent == [str(escalation.id)]
    sweeping.looks_recover(now=NOW + timedelta(seconds=46), send=sent.append)

    escalation.refresh_from_db()
    assert len(sent) == 1
    assert (escalation.state, escalation.findings["reasons"]) == ("waiting", ["look_lost"])


def test_the_receipt_says_camera_of_a_line_that_only_the_camera_verified(shop: Shop) -> None:
    trip = make_trip(shop)
    line = trip.lines.get(line=2)
    bread = shop.products[BREAD].pk

    told = [checked(line, "seen", {bread})]
    line.status = "in_doubt"
    told += [checked(line, "seen", {bread}), checked(line, "seen", set()), checked(line, "cleared", set())]

    assert told == ["scanned_and_weighed", "camera", "scanned", "staff"]
    assert not Checkout.objects.exists()
