"""What the journal does not keep of an event: who somebody is."""

from typing import Any


def anonymous(data: dict[str, Any], outcome: str) -> dict[str, Any]:
    """An event's data without the token that a shopper paired with (the trip keeps its pseudonym), and without the
    number of a member's card. Replaying needs neither: that a card counts stands in the trip's totals."""
    hidden = {"shopper"} | ({"code"} if outcome == "member_added" else set())
    return {name: "" if name in hidden and value else value for name, value in data.items()}
