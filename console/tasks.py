"""Celery tasks of the console. Each is "look at row N", may run twice and may be lost: the sweep finds what is left."""

import logging
import uuid

from celery import shared_task
from django.utils import timezone

from carts.services.previews import previews_left
from console.models import Store
from console.services.previews import preview_work
from console.services.reports import days_keep, months_keep
from inventory.selectors.stores import open_stores

logger = logging.getLogger(__name__)


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


@shared_task
def keep_days() -> None:
    """Figures of past days and months, for the reports; of the same day again they are the same."""
    for store in Store.objects.filter(id__in=open_stores()).order_by("id"):
        try:
            days_keep(store=store, now=timezone.now())
            months_keep(store=store, now=timezone.now())
        except Exception:  # one store's trouble is not another's
            logger.exception("the figures of store %s were not kept; it is tried again", store.pk)
