"""Where a person is signed in, and signing out elsewhere."""

from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache

from console.models import StaffSession
from inventory.services.audit import audit_record

SEEN_EVERY_S = 120


def session_note(*, key: str, user: User, address: str, agent: str, now: datetime) -> None:
    """A sign-in, for the list of one's sessions. `key` is of a saved session."""
    StaffSession.objects.update_or_create(
        session_id=key,
        defaults={"user": user, "address": address[:45], "agent": agent[:200], "began_at": now, "seen_at": now},
    )


def session_seen(*, key: str, now: datetime) -> None:
    """The session was used; written down at most every two minutes."""
    if cache.add(f"console.seen.{key}", 1, SEEN_EVERY_S):
        StaffSession.objects.filter(session_id=key).update(seen_at=now)


def sessions_end(*, user: User, keep: str | None, only: int | None = None, now: datetime) -> int:
    """Ends the person's sessions but `keep` (or of them `only` the one with this id); how many."""
    ending = StaffSession.objects.filter(user=user).exclude(session_id=keep)
    if only is not None:
        ending = ending.filter(pk=only)
    keys = list(ending.values_list("session_id", flat=True))
    count: int = Session.objects.filter(session_key__in=keys).delete()[1].get("sessions.Session", 0)
    if count:
        audit_record(
            action="session.end", subject=f"user:{user.username}", actor=user, detail={"sessions": count}, now=now
        )
    return count
