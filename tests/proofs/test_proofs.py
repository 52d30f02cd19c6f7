"""The proofs in small, and that each notices when its safety is gone; the commands do them at length.

Kills, bad lines and histories are many enough for `make test` to run as commands beside the tests.

Nothing here depends on how fast the machine is: what must happen within seconds is judged by the commands alone.
"""

import asyncio
from functools import partial
from typing import Any

import pytest

from tests.proofs.crash import crash
from tests.proofs.frames import frames
from tests.proofs.storage import disk_full
from tests.proofs.takeover import takeover
from tests.proofs.telling import Finding

pytestmark = pytest.mark.slow
PROOFS: dict[str, tuple[Any, int]] = {
    "takeover": (takeover, 2),
    "frames": (frames, 1500),
    "disk full": (partial(disk_full, patience=10.0), 1),
}
# Stops and silence are proved by their commands: they mostly wait.
TOGETHER = [("takeover",), ("frames", "disk full")]
CONTROLS: dict[str, tuple[Any, int]] = {
    "crash": (crash, 4),
    "takeover": (takeover, 6),
    "frames": (frames, 200),
}


@pytest.mark.parametrize("names", TOGETHER, ids=" and ".join)
def test_the_promise_holds_under_fault(names: tuple[str, ...]) -> None:
    async def whole() -> list[Finding]:
        return list(await asyncio.gather(*(PROOFS[name][0](PROOFS[name][1], 1, False) for name in names)))

    findings = asyncio.run(whole())

    assert [finding.faults for finding in findings] == [[] for _ in names]


@pytest.mark.parametrize("name", CONTROLS)
def test_a_missing_safety_is_noticed(name: str) -> None:
    proof, count = CONTROLS[name]

    finding = asyncio.run(proof(count, 1, True))

    assert finding.faults
