"""Links to pictures: signed for one person, short-lived, and the same for some minutes so that a page can keep them."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core import signing

SALT = "console.frame"
STEP_S = 300


def ticket_make(*, frame_id: uuid.UUID, escalation_id: uuid.UUID, user_id: int, now: datetime) -> str:
    """A ticket for one picture and one person; it ends 5 to 10 minutes from now."""
    ends = (int(now.timestamp()) // STEP_S + 2) * STEP_S
    # Not signing.dumps: its own time stamp would make each link another one, and each look a new load.
    body = f"{frame_id.hex}.{escalation_id.hex}.{user_id}.{ends}"
    return signing.Signer(salt=SALT, sep="~").sign(body)


def ticket_read(ticket: str, *, user_id: int, now: datetime) -> tuple[uuid.UUID, uuid.UUID] | None:
    """(frame, escalation) of a ticket that is whole, this person's and not over; else None."""
    try:
        frame, escalation, owner, ends = signing.Signer(salt=SALT, sep="~").unsign(ticket).split(".")
    except (signing.BadSignature, ValueError):
        return None
    if owner != str(user_id) or now.timestamp() > int(ends):
        return None
    return uuid.UUID(hex=frame), uuid.UUID(hex=escalation)
