"""The camera's look: a few frames, what is read in them, and whether that settles the doubt.

It clears on positive agreement only. A camera that is away, slow or unsure, and a look that fails for any reason,
leaves the doubt to a person.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

import msgspec
from django.db.models import Q

from carts.nudges import nudge_store
from carts.selectors.trips import sealed_trip
from checkout.cameras import CameraError
from checkout.evidence import Findings, FrameSeen, add_up, compare
from checkout.models import Camera, Conclusion, Escalation, EscalationState
from checkout.posterior import settled
from checkout.seeing import LookSeen, SeeingFailed, frame_look
from checkout.selectors.candidates import Candidates, candidates_for
from checkout.selectors.lanes import cameras_of
from checkout.services.cameras import camera_pictures, cart_picture
from checkout.services.escalations import escalation_conclude
from checkout.services.frames import frame_store
from checkout.services.moves import escalation_move
from checkout.services.questions import basket_of, in_terms_of, questions_of
from inventory.selectors.catalogue import store_catalogue
from inventory.services.audit import audit_record

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=20)
FRAMES = 3
NOT_ITS_FAULT = frozenset({"other_cart", "cart_not_found"})
Fetch = Callable[[Camera, str], Sequence[bytes]]


def look_run(*, escalation_id: uuid.UUID, now: datetime, fetch: Fetch = camera_pictures) -> Findings | None:
    """Looks, and clears the checkout or hands it to staff; None when there is nothing (more) to look at.

    May be called twice for the same escalation: whoever gets the lease looks.
    """
    lease = now + LEASE
    free = Q(look_lease_until=None) | Q(look_lease_until__lt=now)
    rows = Escalation.objects.filter(free, id=escalation_id, state=EscalationState.LOOKING)
    if rows.update(look_lease_until=lease, looked_at=now) != 1:
        return None
    escalation = Escalation.objects.select_related("store", "checkout__trip__cart").get(id=escalation_id)
    trouble: list[dict[str, str]] = []
    try:
        findings = _look(escalation, fetch, trouble, now)
    except Exception:  # whatever broke, a person must get it, now and not after the lease
        logger.exception("the look of escalation %s failed", escalation_id)
        findings = Findings(clear=False, reasons=("look_failed",))
    _finish(escalation, findings, trouble, lease, now)
    return findings


def _look(escalation: Escalation, fetch: Fetch, trouble: list[dict[str, str]], now: datetime) -> Findings:
    """Frames 2 and 3 only where those before left doubt. A camera that gave none is asked once more."""
    sealed = sealed_trip(escalation.checkout.trip_id)
    catalogue = store_catalogue(escalation.store_id)
    basket, questions = basket_of(sealed), questions_of(sealed, catalogue)
    candidates = candidates_for(basket, questions)
    findings = Findings(clear=False, reasons=("no_picture",))
    frames: list[FrameSeen] = []
    previous, failed = b"", 0
    cameras, label = cameras_of(escalation.lane_id), escalation.checkout.trip.cart.label
    if not cameras:
        trouble.append({"camera": "", "code": "no_camera", "detail": "No active camera looks down on this lane."})
    for camera in islice(cycle(cameras), FRAMES):
        try:
            opened = cart_picture(fetch(camera, label), camera, label)
        except CameraError as error:
            _camera_failed(camera, error, trouble)
            failed += 1
            if failed > len(cameras):
                break
            continue
        Camera.objects.filter(id=camera.id).update(last_good_at=now, last_error="")
        seen = _seen(opened.picture, candidates, camera, previous, trouble)
        # Frames of one camera are compared with each other, to see what moves.
        previous = opened.picture if len(cameras) == 1 else b""
        frame = in_terms_of(seen, catalogue)
        frame_store(escalation=escalation, camera=camera, opened=opened, seen=frame, unknown=seen.unknown, now=now)
        frames.append(frame)
        found = compare(basket, questions, add_up(frames), candidates.kin)
        findings = settled(found, questions, candidates.kin)
        if findings.clear:
            break
    return findings


def _seen(
    picture: bytes, candidates: Candidates, camera: Camera, previous: bytes, trouble: list[dict[str, str]]
) -> LookSeen:
    """What a frame shows; nothing, with the reason in `trouble`, when the process that sees failed."""
    try:
        return frame_look(
            picture, references=candidates.references, edges=candidates.edges,
            px_per_mm=camera.px_per_mm or 0.0, previous=previous,
        )  # fmt: skip
    except SeeingFailed as error:
        logger.warning("a frame was not looked at: %s", error)
        trouble.append({"camera": camera.name, "code": error.code, "detail": error.detail})
        return LookSeen([], [], [])


def _finish(
    escalation: Escalation, findings: Findings, trouble: list[dict[str, str]], lease: datetime, now: datetime
) -> None:
    body: dict[str, Any] = msgspec.to_builtins(findings) | {"trouble": trouble}
    held = {"state": EscalationState.LOOKING, "look_lease_until": lease}
    if findings.clear and escalation_conclude(escalation, Conclusion.SEEN, only=held, now=now, findings=body):
        detail = {"checkout": str(escalation.checkout_id), "reasons": list(findings.reasons)}
        audit_record(
            action="review.seen", subject=f"escalation:{escalation.id}", actor_name="camera",
            store=escalation.store, detail=detail, now=now,
        )  # fmt: skip
        return
    if not escalation_move(escalation.id, EscalationState.WAITING, only=held, findings=body):
        # A person was faster, or the shopper went on: what was seen may still help.
        open_rows = Escalation.objects.filter(id=escalation.id).exclude(state=EscalationState.RESOLVED)
        open_rows.update(findings=body)
    nudge_store(store_id=escalation.store_id, what="review", id=str(escalation.id))


def _camera_failed(camera: Camera, error: CameraError, trouble: list[dict[str, str]]) -> None:
    if error.code not in NOT_ITS_FAULT:
        Camera.objects.filter(id=camera.id).update(last_error=str(error)[:200])
    told = {"camera": camera.name, "code": error.code, "detail": error.detail}
    trouble += [told] if told not in trouble else []
