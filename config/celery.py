"""The Celery application. A task is "look at row N"; what a lost task left is found by the sweeps of the schedule."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init
from structlog.contextvars import bind_contextvars, unbind_contextvars

from config.broker import Messaging
from config.structs import resolve_structs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("smartcart", amqp=Messaging)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.broker_connection_max_retries = None  # a worker never gives its broker up
app.autodiscover_tasks()


@worker_init.connect
def _before_threads(**_: object) -> None:
    resolve_structs()


@task_prerun.connect
def _name_task(task_id: str, task: Any, **_: object) -> None:
    """What a task logs carries its name and number."""
    bind_contextvars(task=task.name, task_id=task_id)


@task_postrun.connect
def _forget_task(**_: object) -> None:
    unbind_contextvars("task", "task_id")
