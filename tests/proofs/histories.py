"""Histories of the session, a state machine without I/O, against a model of the contract (Hypothesis)."""

import re

from tests.carts.protocol.histories import play
from tests.carts.protocol.test_histories import Hasty
from tests.proofs.telling import Finding, command


async def histories(count: int, seed: int, control: bool) -> Finding:
    """At least `count` histories. In the control a session that takes events whatever is missing before them."""
    try:
        played = play(count, seed, *((Hasty,) if control else ()))
    except Exception as error:
        return Finding("a history went otherwise", [re.sub(r"\s+", " ", str(error))[:200] or repr(error)])
    return Finding(f"{played} histories, each as the model says")


if __name__ == "__main__":
    command("histories", histories, few=20_000)
