"""A thousand histories against the model, and it notices what goes wrong; commands play 20,000 and 100,000."""

from typing import Any

import pytest

from carts.protocol import Action, Apply, Malformed, Session
from carts.protocol.decode import decode_data
from carts.protocol.inbound import Event
from carts.protocol.outbound import Result
from tests.carts.protocol.histories import play


class Hasty(Session):
    """Takes events as they come, whatever is missing before them."""

    __slots__ = ()

    def _event(self, event: Event, now_ms: int) -> list[Action]:
        if event.seq > self.taken:
            self.taken = event.seq - 1
        return super()._event(event, now_ms)


class Forward(Session):
    """Counts as kept what was only taken."""

    __slots__ = ()

    def settled(self, result: Result, upto: int | None = None) -> None:
        super().settled(result, self.taken)


class Forgetful(Session):
    """Does what comes again once more."""

    __slots__ = ()

    def _again(self, event: Event, print_: str) -> list[Action]:
        data = decode_data(event)
        assert not isinstance(data, Malformed)
        return [Apply(event, data, print_)]


class Trusting(Session):
    """Takes another content under a known seq for the first."""

    __slots__ = ()

    def _conflict(self, seq: int) -> list[Action]:
        return []


class Patient(Session):
    """Never ends a flood."""

    __slots__ = ()

    def overdue(self, now_ms: int) -> list[Action]:
        return []


def test_in_a_thousand_histories_the_session_does_what_the_contract_says() -> None:
    """Twenty times as many are played by `make test` as a command, beside the tests."""
    assert play(1_000, 1) >= 1_000


@pytest.mark.parametrize("kind", [Hasty, Forward, Forgetful, Trusting, Patient])
def test_a_session_without_one_of_its_rules_is_noticed(kind: Any) -> None:
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        play(2_000, 1, kind)
