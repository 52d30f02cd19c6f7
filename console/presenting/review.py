"""The review page: the doubt, the evidence, and the lines in the order in which to check them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from carts.selectors.trips import sealed_trip
from console.frames import ticket_make
from console.presenting.beliefs import beliefs_told
from console.presenting.formats import clock_ms
from console.presenting.second import Second, second_view
from console.presenting.suspicion import Suggestion, SuspectLine, suggestions, suspect_lines
from console.presenting.words import CONCLUSIONS, ESCALATION_STATES, KINDS, Mark, told
from console.selectors.reviews import frames_of
from inventory.selectors.catalogue import store_catalogue

if TYPE_CHECKING:
    from django.contrib.auth.models import User

REASONS = (
    ("concealed", "Goods were hidden"),
    ("not_paid_for", "Shopper does not want to pay for what is inside"),
    ("swapped_label", "Label of another product"),
    ("age_not_proven", "Age could not be proven"),
    ("left", "Shopper left"),
    ("other", "Something else (write a note)"),
)
CAUSES = (
    ("", "not stated"),
    ("forgot_scan", "Forgot a scan"),
    ("wrong_product", "Another product than scanned"),
    ("own_bag", "Own bag or coat"),
    ("touched", "Cart was touched or leaned on"),
    ("weight_differs", "Product weighs something else"),
    ("scale_wrong", "Scale at fault"),
    ("other", "Something else"),
)


@dataclass(frozen=True)
class Box:
    """A code read in a picture: its outline for an SVG of the picture's size, and what it is."""

    points: str
    label: str
    tone: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Picture:
    id: str
    url: str
    width: int
    height: int
    camera: str
    taken_at: datetime
    boxes: tuple[Box, ...]
    gone: bool


@dataclass(frozen=True)
class Doubt:
    """A discrepancy that stands, with the moment it began in the cart's milliseconds."""

    number: int
    clock: str
    at_ms: int
    until_ms: int | None
    word: str
    text: str
    disputed: str
    probability: float


@dataclass(frozen=True)
class ReviewView:
    """All that the review page shows; `digest` tells whether there is anything new."""

    state: Mark
    mine: bool
    open: bool
    owner: str
    conclusion: str
    lines: Sequence[SuspectLine]
    suggestions: Sequence[Suggestion]
    doubts: Sequence[Doubt]
    checks: Sequence[str]
    pictures: Sequence[Picture]
    camera_words: str
    trouble: Sequence[str]
    beliefs: Sequence[str]
    second: Second
    digest: str


def review_view(escalation: Any, user: User, *, pictures: bool, now: datetime) -> ReviewView:
    """The review of an escalation as this person sees it; without the right to pictures there are none."""
    sealed = sealed_trip(escalation.checkout.trip_id)
    names = Names(escalation.store_id)
    findings = escalation.findings or {}
    lines = suspect_lines(sealed.lines, sealed.discrepancies, findings)
    charged = {line.product.code for line in sealed.lines}
    missing = suggestions(sealed.discrepancies, findings, charged, names)
    frames = (
        [_picture(frame, escalation, user, names, charged, now) for frame in frames_of(escalation)] if pictures else []
    )
    is_open = escalation.state != "resolved"
    asked = sealed.standing if is_open else [row for row in sealed.discrepancies if row.state == "resolved"]
    doubts = [_doubt(row, sealed.trip.start_ms) for row in asked]
    owner = escalation.claimed_by
    by_number = {line.line: line for line in sealed.lines}
    second = second_view(escalation, user, by_number, dict(CAUSES) | dict(REASONS), now)
    shown = [(p.id, p.gone) for p in frames]
    content = repr(
        (escalation.state, escalation.claimed_by_id, escalation.supervisor, findings, lines, missing, shown, doubts,
         second)
    )  # fmt: skip
    return ReviewView(
        state=ESCALATION_STATES[escalation.state],
        mine=escalation.state == "claimed" and escalation.claimed_by_id == user.pk,
        open=is_open,
        owner=(owner.get_full_name() or owner.get_username()) if owner else "",
        conclusion=CONCLUSIONS.get(escalation.conclusion, ""),
        lines=lines,
        suggestions=missing,
        doubts=doubts,
        checks=_checks(lines, missing, doubts) if is_open else [f"{doubt.word}. {doubt.text}" for doubt in doubts],
        pictures=frames,
        camera_words=_camera_words(escalation.state, findings),
        trouble=[str(item.get("detail") or item.get("code")) for item in findings.get("trouble", [])],
        beliefs=beliefs_told(findings, names, pictures=pictures),
        second=second,
        digest=hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()[:16],
    )


class Names:
    """Article number and name by product id, from the store's catalogue."""

    def __init__(self, store_id: int) -> None:
        self._catalogue = store_catalogue(store_id)

    def __call__(self, product_id: int | None) -> tuple[str, str]:
        article = self._catalogue.article(product_id) if product_id else None
        return (article.code, article.name) if article else ("", "")


def _checks(lines: Sequence[SuspectLine], missing: Sequence[Suggestion], doubts: Sequence[Doubt]) -> list[str]:
    """At most three things to do, in order, in words."""
    steps = [
        f"Look for {item.name}: it is not on the list. {item.why}" for item in missing[:1] if item.probability >= 0.3
    ]
    steps += [f"Check {line.name} ({line.quantity}). {line.why[0]}" for line in lines if line.level == 2 and line.why][
        :2
    ]
    steps += [f"Look for {item.name}. {item.why}" for item in missing[:2] if item.probability < 0.3]
    if not steps:
        steps = [f"{doubt.word}: {doubt.text}" for doubt in doubts]
    return steps[:3] or ["Count the items in the cart and compare with the list."]


def _doubt(row: Any, start_ms: int) -> Doubt:
    return Doubt(
        number=row.number,
        clock=clock_ms(row.opened_ms, start_ms),
        at_ms=row.opened_ms,
        until_ms=row.cleared_ms,
        word=KINDS.get(row.kind, row.kind),
        text=told(row),
        disputed=row.disputed,
        probability=row.probability,
    )


def _camera_words(state: str, findings: Mapping[str, Any]) -> str:
    if state == "looking":
        return "The camera is looking; its pictures will appear here."
    if not findings:
        return "No camera was asked."
    reasons = set(findings.get("reasons", []))
    if "no_picture" in reasons:
        return "The camera gave no picture."
    if "look_failed" in reasons:
        return "The look failed; rely on your eyes."
    seen = [sight for sight in findings.get("sights", []) if sight.get("finding") == "seen"]
    extra = [sight for sight in findings.get("sights", []) if sight.get("finding") == "not_in_basket"]
    words = f"Saw {len(seen)} of {len(findings.get('sights', []))} products"
    return f"{words}, and {len(extra)} that the basket does not have." if extra else f"{words}."


def _picture(frame: Any, escalation: Any, user: User, names: Names, charged: set[str], now: datetime) -> Picture:
    over = frame.delete_after <= now and escalation.held_at is None
    gone = frame.deleted_at is not None or frame.deleting_at is not None or not frame.image or over
    ticket = ticket_make(frame_id=frame.pk, escalation_id=escalation.pk, user_id=user.pk, now=now)
    return Picture(
        id=str(frame.pk),
        url="" if gone else reverse("console:frame", args=[ticket]),
        width=frame.width,
        height=frame.height,
        camera=frame.camera.name if frame.camera else "",
        taken_at=frame.taken_at,
        boxes=tuple(
            _box(mark, frame, names, charged)
            for mark in [*frame.marks, *({"corners": pack["quad"], **pack} for pack in frame.packs)]
            if len(mark.get("corners", [])) >= 3
        ),
        gone=gone,
    )


def _box(mark: Mapping[str, Any], frame: Any, names: Names, charged: set[str]) -> Box:
    corners = [(x * frame.width, y * frame.height) for x, y in mark["corners"]]
    code, name = names(mark.get("product"))
    left = min(x for x, _ in corners)
    tone = "good" if code in charged else "bad" if code else "unknown"
    return Box(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners),
        label=name or str(mark.get("text", "")),
        tone=tone,
        x=round(left if left <= 0.62 * frame.width else max(x for x, _ in corners), 1),
        y=round(min(y for _, y in corners), 1),
        anchor="end" if left > 0.62 * frame.width else "start",
    )
