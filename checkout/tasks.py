"""Celery tasks. Each is "look at row N", may run twice and may be lost: `sweep` finds what a lost one left."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from celery import shared_task
from celery.utils.log import get_task_logger
from django.utils import timezone

from checkout.services import sweeping
from checkout.services.advancing import payment_advance
from checkout.services.away import away_mend
from checkout.services.cameras import cameras_check
from checkout.services.closing import days_close
from checkout.services.disputes import disputes_follow
from checkout.services.draws import draws_bind, draws_disclose
from checkout.services.looks import look_run
from checkout.services.orphans import frames_compare
from checkout.services.outbox import outbox_deliver, outbox_expire
from checkout.services.pictures import pictures_learn
from checkout.services.receipt_mail import mails_expire
from checkout.services.refunding import refund_advance
from checkout.services.teaching import pictures_teach

logger = get_task_logger(__name__)


@shared_task(soft_time_limit=25, time_limit=30)
def look(escalation_id: str) -> None:
    """Let the lane's cameras look at a cart in doubt."""
    look_run(escalation_id=uuid.UUID(escalation_id), now=timezone.now())


@shared_task(soft_time_limit=300, time_limit=320)
def learn_pictures() -> None:
    """Take pictures from reviews that taught some, and make the catalogue's findable, until none is left."""
    pictures_teach(now=timezone.now())
    while pictures_learn(now=timezone.now()):
        pass


@shared_task(soft_time_limit=100, time_limit=120)
def check_cameras() -> None:
    """Ask cameras that nobody has asked for some minutes."""
    cameras_check(now=timezone.now())


@shared_task
def bind_draws() -> None:
    """Bind the seeds of days to come, and disclose those of days that are over."""
    draws_bind(now=timezone.now())
    draws_disclose(now=timezone.now())


@shared_task
def compare_frames() -> None:
    """Hold stored pictures against their rows, both ways."""
    frames_compare(now=timezone.now())


@shared_task
def deliver_outbox() -> None:
    """Deliver until nothing is due: a message may free the next one of its group."""
    while outbox_deliver(now=timezone.now()):
        pass


@shared_task(soft_time_limit=280, time_limit=300)
def close_days() -> None:
    """Close the stores' days that are over."""
    days_close(now=timezone.now())


@shared_task
def advance_payment(attempt_id: str) -> None:
    """Ask the provider about an attempt."""
    payment_advance(attempt_id=uuid.UUID(attempt_id), now=timezone.now())


@shared_task
def advance_refund(refund_id: str) -> None:
    """Ask the providers about a refund."""
    refund_advance(refund_id=uuid.UUID(refund_id), now=timezone.now())


@shared_task
def sweep() -> None:
    """What nobody is at any more: lost looks, claims of people who left, unknown payments, the outbox, old pictures."""
    steps: list[Callable[..., Any]] = [
        partial(sweeping.looks_recover, send=look.delay),
        sweeping.sandbox_events_take,
        sweeping.tenders_mend,
        partial(sweeping.payments_recover, send=advance_payment.delay),
        partial(sweeping.refunds_recover, send=advance_refund.delay),
        sweeping.claims_expire,
        away_mend,
        sweeping.checkouts_mend,
        sweeping.frames_expire,
        sweeping.keys_expire,
        mails_expire,
        outbox_expire,
        disputes_follow,
    ]
    for step in steps:
        _guarded(step)
    deliver_outbox()


def _guarded(step: Callable[..., Any]) -> None:
    """One part that fails must not keep the others from running."""
    try:
        step(now=timezone.now())
    except Exception:
        logger.exception("a part of the sweep failed; it is tried again")
