"""Celery tasks of the catalogue. Each may run twice, and be lost: the next beat finds what is due."""

from celery import shared_task
from celery.utils.log import get_task_logger
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from inventory.privacy.subject import BATCH, expired_forget
from inventory.services.catalogue_feeds import feed_run, feeds_due

logger = get_task_logger(__name__)


@shared_task
def fetch_feeds() -> None:
    """Starts a task for each feed that is due."""
    for feed_id in feeds_due(now=timezone.now()):
        fetch_feed.delay(feed_id)


@shared_task
def fetch_feed(feed_id: int, early: bool = False) -> None:
    """Fetches one feed and imports its file."""
    state = feed_run(feed_id=feed_id, now=timezone.now(), early=early)
    logger.info("feed %s: %s", feed_id, state or "another worker has it")


@shared_task
def forget() -> None:
    """Pseudonyms and free text past their time, and sign-ins that are over, with the addresses they came from."""
    if expired_forget(now=timezone.now()) >= BATCH:
        forget.delay()
    SessionStore.clear_expired()
