"""How workers and the schedule wait for a broker that is away: they ask every second, for as long as it takes.

Celery's own wait grows by two seconds each time, to half a minute, and ends for good after a hundred: a broker that was
restarted would be back for so long before anybody listened to it.
"""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection

AGAIN_S = 1


class Broker(Connection):
    """A connection that is tried again every second."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        """As Celery's, with another wait."""
        steady = {"interval_start": AGAIN_S, "interval_step": 0, "interval_max": AGAIN_S}
        return super().ensure_connection(*args, **steady | kwargs)


class Messaging(AMQP):
    """What the Celery application speaks to its broker with."""

    Connection = Broker
