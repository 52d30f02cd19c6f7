"""What-if replays that somebody asked for: rows that workers take on, some trips at a time, and that pages watch."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from carts.errors import NothingToReplay
from carts.models import PolicyPreview, PreviewState
from carts.selectors.stored import last_trips
from carts.services.policies import policy_checked

LIVE = [PreviewState.WAITING, PreviewState.RUNNING]
LEASE = timedelta(seconds=50)  # a worker that has said nothing for so long is gone
MOST_TRIPS = 500


def preview_ask(*, store_id: int, settings: dict[str, Any], most: int, by_name: str, now: datetime) -> PolicyPreview:
    """A replay of the store's last trips under these settings; one that is still running is stopped for it.

    Raises PolicyInvalid, or NothingToReplay where no trip's weight is kept.
    """
    policy_checked(settings)
    trips = last_trips(store_id, min(most, MOST_TRIPS))
    if not trips:
        raise NothingToReplay
    PolicyPreview.objects.filter(store_id=store_id, state__in=LIVE).update(state=PreviewState.STOPPED)
    preview: PolicyPreview = PolicyPreview.objects.create(
        store_id=store_id, settings=settings, trips=[str(trip_id) for trip_id in trips], wanted=len(trips),
        asked_by=by_name, asked_at=now, touched_at=now,
    )  # fmt: skip
    return preview


def preview_claim(*, preview_id: uuid.UUID, now: datetime) -> PolicyPreview | None:
    """Take the preview on; None if it has ended, or another worker is at it."""
    preview: PolicyPreview | None = PolicyPreview.objects.filter(id=preview_id, state__in=LIVE).first()
    if preview is None:
        return None
    if preview.state == PreviewState.RUNNING and now - preview.touched_at < LEASE and preview.claimed:
        return None
    held = PolicyPreview.objects.filter(id=preview_id, state=preview.state, touched_at=preview.touched_at)
    if held.filter(claimed=preview.claimed).update(state=PreviewState.RUNNING, touched_at=now, claimed=True) != 1:
        return None
    preview.touched_at = now
    return preview


def preview_keep(*, preview: PolicyPreview, done: int, found: dict[str, Any], now: datetime) -> bool:
    """Write down how far it has come; says whether there is more to do. What was stopped meanwhile stays so."""
    over = done >= preview.wanted
    held = PolicyPreview.objects.filter(id=preview.id, state=PreviewState.RUNNING, touched_at=preview.touched_at)
    state = PreviewState.DONE if over else PreviewState.RUNNING
    kept = held.update(done=done, found=found, touched_at=now, state=state, claimed=False)
    return kept == 1 and not over


def preview_fail(*, preview: PolicyPreview, problem: str, now: datetime) -> None:
    """It can't go on."""
    rows = PolicyPreview.objects.filter(id=preview.id, state__in=LIVE)
    rows.update(state=PreviewState.FAILED, problem=problem[:200], touched_at=now, claimed=False)


def preview_stop(*, preview_id: uuid.UUID, store_id: int, now: datetime) -> bool:
    """Whoever asked does not want to know any more."""
    rows = PolicyPreview.objects.filter(id=preview_id, store_id=store_id, state__in=LIVE)
    return bool(rows.update(state=PreviewState.STOPPED, touched_at=now))


def previews_left(*, now: datetime) -> list[uuid.UUID]:
    """Previews that nobody is at: their task was lost, or its worker died."""
    rows = PolicyPreview.objects.filter(state__in=LIVE, touched_at__lt=now - LEASE)
    return list(rows.values_list("id", flat=True))
