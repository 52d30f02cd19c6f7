"""The exit gate: a device of its own that spends the passes shoppers show it, for a while also without the server."""

import asyncio
import contextlib
from pathlib import Path

from carts.client import CartClientError, Problem, RestClient, TokenFile, Unreachable
from carts.client.gate import GateKeeper
from carts.client.passes import PassRefusedError

from .enrolment import obtain_token
from .truth import CartPlan

# Shorter than a shopper's patience: then the gate decides by itself.
ANSWER_S = 2.0


class Gate:
    """One gate for all carts of the simulation; it enrols when the first pass is shown. `code` None: there is none."""

    def __init__(self, server: str, folder: Path, code: str | None) -> None:
        self._server = server
        self._folder = folder
        self._file = TokenFile(folder / "token")
        self._plan = CartPlan("gate", enrolment_code=code)
        self._lock = asyncio.Lock()

    async def show(self, exit_pass: str) -> str:
        """Shows a pass; says in words what the gate does."""
        async with self._lock, RestClient(self._server, timeout_s=ANSWER_S) as rest:
            keeper = GateKeeper(self._folder / "gate.sqlite3", rest)
            try:
                await self._enrol(rest)
                with contextlib.suppress(Unreachable):
                    await keeper.sync()
                opening = await keeper.show(exit_pass)
            except PassRefusedError as refused:
                return f"stays shut: {refused.detail}"
            except Problem as problem:
                return f"stays shut: {problem.detail or problem.code}"
            except CartClientError as error:
                return f"is out of order: {error.detail}"
            finally:
                keeper.close()
        return "opens once, without the server" if opening.offline else "opens once"

    async def _enrol(self, rest: RestClient) -> None:
        try:
            await obtain_token(self._plan, self._file, rest)
        except Unreachable:
            if self._file.read() is None:
                raise
