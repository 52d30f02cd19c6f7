"""The console's words for states, kinds and reasons: one word for one thing, and never a colour alone."""

from typing import Any, NamedTuple

from console.presenting.formats import grams


class Mark(NamedTuple):
    """A state as a chip: its word, its tone (a CSS class) and its icon."""

    word: str
    tone: str = ""
    icon: str = ""


TRIP_STATES = {
    "shopping": Mark("Shopping", "", "cart"),
    "sealed": Mark("At checkout", "info", "lock"),
    "in_review": Mark("In review", "bad", "eye"),
    "cleared": Mark("Cleared", "good", "check"),
    "paying": Mark("Paying", "info", "card"),
    "paid": Mark("Paid", "good", "receipt"),
    "cancelled": Mark("Cancelled", "", "cross"),
}
ESCALATION_STATES = {
    "looking": Mark("Camera is looking", "info", "camera"),
    "waiting": Mark("Waiting for staff", "bad", "clock"),
    "claimed": Mark("With staff", "note", "person"),
    "resolved": Mark("Settled", "good", "check"),
}
CONCLUSIONS = {
    "seen": "Cleared by the camera",
    "cleared": "Cleared by staff",
    "corrected": "Lines corrected",
    "till": "Handed to the till",
    "reopened": "Shopper went on shopping",
    "refused": "Refused",
}
LINE_STATES = {
    "placing": Mark("Weight not seen yet", "info"),
    "verified": Mark("Weight agrees", "good"),
    "unverified": Mark("No scale", ""),
    "in_doubt": Mark("In doubt", "bad"),
    "blocked": Mark("Blocked", "bad"),
    "removed": Mark("Taken out", ""),
}
KINDS = {
    "unscanned": "Weight without a scan",
    "mismatch": "Weight does not fit the scan",
    "not_placed": "Scanned, never placed",
    "removed": "Taken out, not declared",
    "not_removed": "Declared out, still inside",
    "basket": "The whole basket is off",
    "scale_fault": "Scale at fault",
}
DISCREPANCY_STATES = {
    "open": Mark("Open", "bad"),
    "escalated": Mark("In review", "bad"),
    "cleared": Mark("Cleared itself", "good"),
    "resolved": Mark("Settled by staff", "good"),
}
EVENTS = {
    "start": Mark("Trip started", icon="cart"),
    "scan": Mark("Scanned", icon="scan"),
    "remove": Mark("Taken out", icon="minus"),
    "bag": Mark("Own bag announced", icon="bag"),
    "assist": Mark("Called for help", "bad", "bell"),
    "dispute": Mark("Shopper disagrees", "warn", "hand"),
    "pause": Mark("Left alone", icon="pause"),
    "resume": Mark("Shopping again", icon="cart"),
    "seal": Mark("Ready to pay", "info", "lock"),
    "reopen": Mark("Went on shopping", icon="cart"),
    "rose": Mark("Weight came after sealing", "bad", "scale"),
    "cancel": Mark("Trip cancelled", icon="cross"),
    "skip": Mark("Events lost on the cart", "warn", "warn"),
    "correct": Mark("Lines corrected by staff", "note", "edit"),
    "correction": Mark("Lines corrected by staff", "note", "edit"),
    "command": Mark("Command to the cart", "note", "message"),
    "level": Mark("Weight settled", icon="scale"),
}
OUTCOMES = {
    "unknown_code": "not a product of this store",
    "ambiguous_code": "several products share this code",
    "sale_refused": "sale refused",
    "not_on_trip": "no trip was running",
    "not_in_basket": "was not in the basket",
    "quantity_limit": "over the limit per shopper",
    "ignored": "ignored",
}


def weighing(kind: str, expected_g: float, tolerance_g: float, observed_g: float) -> str:
    """What the scale said against what was scanned, in one sentence."""
    expected = f"{grams(expected_g).removesuffix(' g')} ± {grams(tolerance_g)}"
    sentences = {
        "unscanned": f"{grams(observed_g)} came with no scan.",
        "mismatch": f"Expected {expected}, saw {grams(observed_g)}.",
        "not_placed": f"Expected {expected}, nothing came.",
        "removed": f"{grams(abs(observed_g))} left, nothing was declared.",
        "not_removed": f"{grams(abs(expected_g))} ± {grams(tolerance_g)} should have left and stayed.",
        "basket": f"The basket should weigh {expected}, the scale says {grams(observed_g)}.",
        "scale_fault": "The scale, not the shopper, is wrong.",
    }
    return sentences.get(kind, f"Expected {expected}, saw {grams(observed_g)}.")


def guess(candidates: list[dict[str, object]]) -> str:
    """The best explanation by weight, if there is one: "Perhaps 2 × Oat drink 1 l (87 %)"."""
    if not candidates:
        return ""
    best = max(candidates, key=lambda candidate: float(str(candidate.get("probability", 0))))
    name, quantity = str(best.get("name") or best.get("product") or ""), int(str(best.get("quantity", 1)))
    if not name:
        return ""
    several = f"{quantity} × " if quantity > 1 else ""
    return f"Perhaps {several}{name} ({float(str(best.get('probability', 0))) * 100:.0f} %)."


def told(row: Any) -> str:
    """A discrepancy in words: what the scale said, and the best explanation."""
    return f"{weighing(row.kind, row.expected_g, row.tolerance_g, row.observed_g)} {guess(row.candidates)}".strip()
