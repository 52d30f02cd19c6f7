"""Secrets at rest open with the server's secret, for their own purpose, and with nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from inventory.sealing import SecretLost, seal, seal_bytes, unseal, unseal_bytes


def test_what_was_sealed_opens_again_and_says_nothing_of_what_is_in_it() -> None:
    sealed = seal("correct horse", "feed password")

    assert unseal(sealed, "feed password") == "correct horse"
    assert b"horse" not in sealed
    assert (seal("", "feed password"), unseal(b"", "feed password")) == (b"", "")


@pytest.mark.parametrize("make", [bytes, lambda: b"x", lambda: seal_bytes(b"data", "one purpose")])
def test_what_was_sealed_for_another_purpose_or_not_by_us_stays_closed(make: Callable[[], bytes]) -> None:
    with pytest.raises(SecretLost):
        unseal_bytes(make(), "another purpose")


def test_an_earlier_secret_opens_what_it_closed_and_none_does_when_it_is_forgotten(settings: Any) -> None:
    sealed, before = seal_bytes(b"data", "purpose"), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [before]
    assert unseal_bytes(sealed, "purpose") == b"data"

    settings.SECRET_KEY_FALLBACKS = []

    with pytest.raises(SecretLost):
        unseal_bytes(sealed, "purpose")
