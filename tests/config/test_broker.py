"""A worker finds its broker again soon after the broker is back."""

import pytest
from kombu import Connection

from config.broker import Broker
from config.celery import app

NOWHERE = "amqp://guest:guest@127.0.0.1:1//"


class Enough(Exception):
    """The test has seen what it wanted."""


def waits(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it waits between six attempts."""
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda _: None)
    found: list[float] = []

    def failed(_: Exception, seconds: float) -> None:
        found.append(seconds)
        if len(found) == 6:
            raise Enough

    with pytest.raises(Enough):
        connection.ensure_connection(failed)
    return found


def test_a_broker_that_is_away_is_asked_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(waits(Broker(NOWHERE), monkeypatch)) <= {0, 1}


def test_without_it_the_wait_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(waits(Connection(NOWHERE), monkeypatch)) > 5


def test_workers_and_the_schedule_use_it_and_never_give_up() -> None:
    assert isinstance(app.connection_for_read(), Broker)
    assert isinstance(app.connection_for_write().clone(), Broker)
    assert app.conf.broker_connection_max_retries is None
