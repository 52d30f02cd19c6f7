"""Celery tasks of the console. Each is "look at row N", may run twice and may be lost: the sweep finds what is left."""

import uuid

from celery import shared_task
from django.utils import timezone

from carts.services.previews import previews_left
from console.services.previews import preview_work


@shared_task
def preview(preview_id: str) -> None:
    """Some more trips of a what-if replay, and then the next: between them other tasks have their turn."""
    if preview_work(preview_id=uuid.UUID(preview_id), now=timezone.now()):
        preview.delay(preview_id)


@shared_task
def previews() -> None:
    """What-if replays that nobody is at any more."""
    for preview_id in previews_left(now=timezone.now()):
        preview.delay(str(preview_id))
