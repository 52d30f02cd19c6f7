"""When to look. Pure: what could be lost against what a look costs, and reasons in words.

A doubt is worth acting on when   probability x value at risk x (1 - margin)   exceeds what the cheapest action costs;
this is the usual expected-cost rule of decision theory. Money is minor units, shares and probabilities are 0 to 1.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from checkout.policy_rules import PRESETS, PolicyError, Rules, rules_for
from checkout.policy_words import AWAY_TEXT, KIND_TEXT

__all__ = [
    "PRESETS",
    "Action",
    "Decision",
    "Doubt",
    "PolicyError",
    "Reason",
    "Rules",
    "Situation",
    "Suspect",
    "audit_chance",
    "decide",
    "expected_loss",
    "rules_for",
    "value_at_risk",
]
Action = Literal["pay", "look", "rescan", "ask"]


class Reason(msgspec.Struct, frozen=True):
    """`code` is stable, `text` is for people."""

    code: str
    text: str


class Doubt(msgspec.Struct, frozen=True):
    """One discrepancy that still stands: its chance of being true, and what is wrong in money if it is."""

    kind: str
    probability: float
    value_minor: int
    name: str = ""
    disputed: bool = False


class Suspect(msgspec.Struct, frozen=True):
    """A line that could be scanned again: what is wrong in money if it is wrong, and the chance of that."""

    line: int
    name: str
    value_minor: int
    probability: float


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed trip and the place as it is. `risk` and `outcome` are the engine's verdict; `draw` is from draw()."""

    outcome: str
    risk: float
    due_minor: int
    typical_minor: int
    doubts: tuple[Doubt, ...] = ()
    verdict_reasons: tuple[str, ...] = ()
    has_scale: bool = True
    age_limit: int = 0
    cameras: int = 0
    staff_on_duty: int = 0
    draw: float = 1.0
    lines: tuple[Suspect, ...] = ()
    waiting: int = 0
    false_alarm_share: float = 0.0
    shopper_audits: int = 0


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What to do and why. `audit` marks a random check, which is no suspicion; `lines` are those to scan again."""

    action: Action
    reasons: tuple[Reason, ...]
    expected_loss_minor: float
    audit: bool = False
    lines: tuple[int, ...] = ()


# What scanning a line again can settle. Weight that nothing explains is not on any line.
RESCANNABLE = frozenset({"not_placed", "mismatch"})
MOST_BENT = 3.0


def value_at_risk(
    kind: str, line_minor: int | None, candidates: Sequence[tuple[float, int]], typical_minor: int
) -> int:
    """What is wrong in money if a discrepancy is true; wrong for the store or for the shopper counts alike.

    `line_minor`: what the line is charged per piece; `candidates`: (probability, price of what the weight suggests).
    """
    line = line_minor or 0
    if kind in {"not_placed", "removed", "not_removed"}:
        return line or typical_minor
    belief = sum(probability for probability, _ in candidates)
    if belief <= 0:
        return typical_minor
    if kind == "mismatch":
        # A candidate of the same price is an extra unit, or one charged as another: worth a piece, not nothing.
        worth = sum(p * (abs(price - line) or line) for p, price in candidates) / belief
    else:
        worth = sum(p * price for p, price in candidates) / belief
    return round(worth) or typical_minor


def decide(situation: Situation, rules: Rules) -> Decision:
    """Pay, look with a camera, have lines scanned again, or ask a person, whichever costs least of what can help.

    Without camera and staff a doubt waits; it is never let through.
    """
    if rules.camera_use == "never":
        situation = msgspec.structs.replace(situation, cameras=0)
    loss = expected_loss(situation, rules)
    if situation.age_limit:
        text = f"Someone of at least {situation.age_limit} must be confirmed"
        return _ask(situation, rules, (Reason("age_check", text), *_doubt_reasons(situation)), loss)
    if situation.outcome != "clear":
        return _doubted(situation, rules, loss)
    if not situation.has_scale:
        return _phone(situation, rules, loss)
    if loss > rules.ask_cost_minor:
        return _check(situation, rules, (Reason("risk", "A small chance of a dear mistake is left"),), loss)
    if situation.draw < audit_chance(situation, rules) and situation.shopper_audits < rules.audits_per_shopper:
        return _audit(situation, rules, loss)
    return Decision(
        action="pay", reasons=(Reason("weights_agree", "Scans and weights agree"),), expected_loss_minor=loss
    )


def audit_chance(situation: Situation, rules: Rules) -> float:
    """The chance, before the draw, that a trip is checked at random; 0 where something else decides about it.

    A phone's is the larger, the dearer its basket, up to what staff can bear.
    """
    if situation.age_limit or situation.outcome != "clear":
        return 0.0
    loss = expected_loss(situation, rules)
    if not situation.has_scale:
        return max(rules.audit_share, rules.phone_check_ceiling * min(1.0, loss / max(1, rules.ask_cost_minor)))
    return 0.0 if loss > rules.ask_cost_minor else rules.audit_share


def expected_loss(situation: Situation, rules: Rules) -> float:
    """What is lost on average if nobody looks, in minor units at cost of goods."""
    if not situation.has_scale:
        worth = rules.phone_loss_rate * situation.due_minor
    elif situation.doubts:
        worth = sum(doubt.probability * doubt.value_minor for doubt in situation.doubts)
    else:
        worth = situation.risk * situation.typical_minor
    return round(worth * (1 - rules.margin), 2)


def _doubted(situation: Situation, rules: Rules, loss: float) -> Decision:
    reasons = _doubt_reasons(situation)
    # Only doubts that have a price may be let go; a hole in the stream has none.
    priced = bool(situation.doubts) and set(situation.verdict_reasons) <= {doubt.kind for doubt in situation.doubts}
    cheapest = rules.look_cost_minor if situation.cameras else rules.ask_cost_minor
    borne = min(cheapest, rules.tolerated_loss_minor) * _bent(situation, rules)
    if priced and not situation.staff_on_duty and borne < loss <= rules.away_tolerated_minor:
        away = Reason("nobody_on_duty", "Nobody is on duty, and the store lets go of a doubt of this worth then")
        return Decision(action="pay", reasons=(away, *reasons), expected_loss_minor=loss)
    if priced and loss <= borne:
        let_go = Reason("below_cost", "A check would cost more than what may be wrong")
        return Decision(action="pay", reasons=(let_go, *reasons), expected_loss_minor=loss)
    return _check(situation, rules, reasons, loss)


def _bent(situation: Situation, rules: Rules) -> float:
    """How much more is let go: a store over its budget of false alarms bears up to three times as much."""
    if situation.false_alarm_share <= rules.false_alarm_budget:
        return 1.0
    return min(MOST_BENT, situation.false_alarm_share / max(rules.false_alarm_budget, 0.001))


def _phone(situation: Situation, rules: Rules, loss: float) -> Decision:
    if situation.draw < audit_chance(situation, rules) and situation.shopper_audits < rules.audits_per_shopper:
        drawn = Reason("no_scale", "A phone has no scale: some of its trips are checked")
        # Scanning the dearest lines again stands in for the scale.
        lines = _riskiest(situation, rules)
        if lines and len(lines) * rules.rescan_line_cost_minor < _asking(situation, rules):
            reasons = (drawn, Reason("rescan", f"{len(lines)} lines are scanned again"))
            return Decision(action="rescan", reasons=reasons, expected_loss_minor=loss, audit=True, lines=lines)
        return _check(situation, rules, (drawn,), loss, audit=True)
    reason = Reason("no_scale_not_drawn", "A phone without a scale, not chosen for a check")
    return Decision(action="pay", reasons=(reason,), expected_loss_minor=loss)


def _audit(situation: Situation, rules: Rules, loss: float) -> Decision:
    if rules.camera_use != "always":
        situation = msgspec.structs.replace(situation, cameras=0)
    reason = Reason("audit", "Chosen at random for a check; nothing is wrong")
    if not situation.cameras and not situation.staff_on_duty:
        # Nobody is there to check, and nothing is in doubt: an honest shopper is not kept.
        skipped = Reason("audit_skipped", "Nobody was there to check it")
        return Decision(action="pay", reasons=(reason, skipped), expected_loss_minor=loss)
    return _check(situation, rules, (reason,), loss, audit=True)


def _check(
    situation: Situation, rules: Rules, reasons: tuple[Reason, ...], loss: float, *, audit: bool = False
) -> Decision:
    if situation.cameras:
        return Decision(action="look", reasons=reasons, expected_loss_minor=loss, audit=audit)
    reasons = (*reasons, Reason("no_camera", "No camera looks down on this lane"))
    lines = _riskiest(situation, rules)
    settles = bool(situation.doubts) and all(doubt.kind in RESCANNABLE for doubt in situation.doubts)
    if settles and lines and len(lines) * rules.rescan_line_cost_minor < _asking(situation, rules):
        reasons = (*reasons, Reason("rescan", f"{len(lines)} lines are scanned again"))
        return Decision(action="rescan", reasons=reasons, expected_loss_minor=loss, audit=audit, lines=lines)
    return _ask(situation, rules, reasons, loss, audit=audit)


def _riskiest(situation: Situation, rules: Rules) -> tuple[int, ...]:
    """The lines to scan again: by what is lost on average, the dearest first."""
    by_risk = sorted(situation.lines, key=lambda suspect: (-suspect.probability * suspect.value_minor, suspect.line))
    return tuple(suspect.line for suspect in by_risk[: rules.rescan_lines] if suspect.probability > 0)


def _asking(situation: Situation, rules: Rules) -> float:
    """What sending someone costs, with those who wait for the same people."""
    return rules.ask_cost_minor * (1 + rules.queue_cost * situation.waiting)


def _ask(
    situation: Situation, rules: Rules, reasons: tuple[Reason, ...], loss: float, *, audit: bool = False
) -> Decision:
    if not situation.staff_on_duty:
        reasons = (*reasons, Reason("no_staff", AWAY_TEXT[rules.away]))
    return Decision(action="ask", reasons=reasons, expected_loss_minor=loss, audit=audit)


def _doubt_reasons(situation: Situation) -> tuple[Reason, ...]:
    reasons = []
    for doubt in situation.doubts:
        text = KIND_TEXT.get(doubt.kind, "Scan and weight disagree") + (f": {doubt.name}" if doubt.name else "")
        reasons.append(Reason(doubt.kind, text + (" (the shopper says this is wrong)" if doubt.disputed else "")))
    known = {doubt.kind for doubt in situation.doubts}
    for code in situation.verdict_reasons:
        if code not in known and situation.outcome != "clear":
            reasons.append(Reason(code, KIND_TEXT.get(code, code.replace("_", " ").capitalize())))
    if not reasons and situation.outcome != "clear":
        reasons.append(Reason("risk", f"The weights leave a risk of {situation.risk:.0%}"))
    return tuple(reasons)
