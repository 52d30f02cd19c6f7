"""Celery tasks of the carts: what has had its time goes, what trips teach is kept. Each may run twice, and be lost."""

from datetime import timedelta
from pathlib import Path

from celery import shared_task
from celery.utils.log import get_task_logger
from django.conf import settings
from django.utils import timezone

from carts.services.policies import policy_keep_budget
from carts.services.retention import journal_archive, snapshots_expire, traces_expire
from carts.services.teaching import paid_trips_teach
from inventory.selectors.stores import open_stores

logger = get_task_logger(__name__)


@shared_task
def expire() -> None:
    """Snapshots of ended trips, and weight traces past their date."""
    now = timezone.now()
    snapshots_expire(now=now)
    traces_expire(now=now)


@shared_task
def archive_journal() -> None:
    """Old entries move off, some batches at a time; while there are more, the task calls itself again."""
    keep = timedelta(days=settings.JOURNAL_DAYS)
    if journal_archive(now=timezone.now(), keep=keep, folder=Path(settings.DATA_DIR) / "archive"):
        archive_journal.delay()


@shared_task
def learn() -> None:
    """What paid trips teach about weights."""
    paid_trips_teach(now=timezone.now())


@shared_task
def keep_budgets() -> None:
    """Every store's alarm threshold, by its last trips."""
    for store_id in open_stores():
        try:
            policy_keep_budget(store_id=store_id, now=timezone.now())
        except Exception:  # one store's trouble is not another's
            logger.exception("the threshold of store %s was not reckoned; it is tried again", store_id)
