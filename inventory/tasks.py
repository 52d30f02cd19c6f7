"""Celery tasks of the catalogue. Each may run twice, and be lost: the next beat finds what is due."""

from celery import shared_task
from celery.utils.log import get_task_logger
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from inventory.privacy.subject import BATCH, expired_forget
from inventory.services.catalogue_feeds import feed_run, feeds_due
from inventory.services.import_jobs import import_run, imports_waiting

logger = get_task_logger(__name__)


@shared_task
def fetch_feeds() -> None:
    """Starts a task for each feed that is due, and for each import that waits."""
    now = timezone.now()
    for feed_id in feeds_due(now=now):
        fetch_feed.delay(feed_id)
    # Imports in the background whose task was lost, or whose worker died.
    for import_id in imports_waiting(now=now):
        run_import.delay(import_id)


@shared_task
def fetch_feed(feed_id: int, early: bool = False) -> None:
    """Fetches one feed and imports its file."""
    state = feed_run(feed_id=feed_id, now=timezone.now(), early=early)
    logger.info("feed %s: %s", feed_id, state or "another worker has it")


@shared_task(time_limit=600)
def run_import(import_id: int) -> None:
    """Runs one import that was sent to be done in the background."""
    state = import_run(import_id=import_id, now=timezone.now())
    logger.info("import %s: %s", import_id, state or "another worker has it, or it is done")


@shared_task
def forget() -> None:
    """Pseudonyms and free text past their time, and sign-ins that are over, with the addresses they came from."""
    if expired_forget(now=timezone.now()) >= BATCH:
        forget.delay()
    SessionStore.clear_expired()
