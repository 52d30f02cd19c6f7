"""Second thoughts on a review: a proposal to confirm, lines scanned again, 30 s to undo, pictures kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from checkout.selectors.reviews import review_rules_of
from checkout.services.undoing import UNDO

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PROPOSED = {"cleared": "Clear: all is well", "corrected": "Correct lines, then clear", "refused": "Refuse the sale"}


@dataclass(frozen=True)
class Proposal:
    """What the first person wants done; `own` when that is who looks."""

    by: str
    own: bool
    conclusion: str
    refusal: bool
    reason: str
    note: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Second:
    """`undo_until` while this person may still undo. `four_eyes` says in words what waits for a second person."""

    proposal: Proposal | None
    four_eyes: str
    undo_until: datetime | None
    rescan_url: str
    rescanned: str
    kept: str


def second_view(
    escalation: Any, user: User, lines: Mapping[int, Any], reasons: Mapping[str, str], now: datetime
) -> Second:
    """`lines` by number, `reasons` in words by code."""
    newest = escalation.rescans.order_by("-asked_at").first()
    running = newest is not None and newest.ended_at is None
    return Second(
        proposal=_proposal(escalation, user, lines, reasons),
        four_eyes=_four_eyes(escalation) if escalation.state != "resolved" else "",
        undo_until=_undo_until(escalation, user, now),
        rescan_url=reverse("console:rescan", args=[newest.pk]) if running else "",
        rescanned=_rescanned(newest) if newest is not None and not running else "",
        kept=escalation.hold_reason if escalation.held_at else "",
    )


def _proposal(escalation: Any, user: User, lines: Mapping[int, Any], reasons: Mapping[str, str]) -> Proposal | None:
    told = escalation.proposal
    if not told or (escalation.state == "resolved" and told["by"] == escalation.resolved_by_id):
        return None
    return Proposal(
        by=told["by_name"],
        own=told["by"] == user.pk,
        conclusion=PROPOSED.get(told["conclusion"], told["conclusion"]),
        refusal=told["conclusion"] == "refused",
        reason=reasons.get(told["reason_code"], "") if told["reason_code"] else "",
        note=told["note"],
        changes=tuple(_change(row, lines) for row in told["corrections"]),
    )


def _change(row: Mapping[str, Any], lines: Mapping[int, Any]) -> str:
    line = lines.get(row["line"])
    if line is None:
        return f"{row['quantity']} of {row['code']} added"
    return f"{line.name}: {row['quantity']} instead of {line.quantity}"


def _four_eyes(escalation: Any) -> str:
    try:
        rules = review_rules_of(escalation)
    except ValueError:
        return "The store's rules for a second person can't be read. Tell your operator."
    if rules.needs_second(refusal=False, amount_minor=escalation.checkout.amount_minor):
        return "A second person must confirm: this basket is worth that much."
    return "A refusal must be confirmed by a second person." if rules.four_eyes_refusal else ""


def _undo_until(escalation: Any, user: User, now: datetime) -> datetime | None:
    if escalation.conclusion != "cleared" or escalation.resolved_by_id != user.pk or escalation.resolved_at is None:
        return None
    until: datetime = escalation.resolved_at + UNDO
    return until if now < until else None


def _rescanned(rescan: Any) -> str:
    count = len(rescan.wanted)
    words = f"{count} line{'s' if count != 1 else ''} scanned again"
    return f"{words}: all agree." if rescan.result == "agrees" else f"{words}: they differ from the list."
