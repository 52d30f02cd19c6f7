"""One trip of one shopper: an empty cart, a script, the till."""

from carts.client import CartClientError

from .cart import VirtualCart
from .scripts import Script
from .shelf import Shelf
from .shopper import ANSWER_S, Shopper
from .till import Till
from .world import World

CONNECTED_S = 30.0
ENDED = ("paid", "cancelled")
MOST_RESCANS = 2


class VisitFailedError(CartClientError):
    """The trip could not begin or end as it should; the text says what the server answered."""


class Visit:
    """Runs once. `run` gives the till's word: `paid`, `refused` or `cancelled`."""

    def __init__(self, cart: VirtualCart, script: Script, world: World) -> None:
        self._cart = cart
        self._client = cart.client
        self._script = script
        self._world = world

    async def run(self) -> str:
        """From the cart park to the gate."""
        cart = self._cart
        cart.weighs = not self._script.phone
        await self._client.until(lambda state: state.epoch is not None, CONNECTED_S)
        await self._end_what_stands()
        cart.unload()
        await self._start()
        shopper = Shopper(cart, Shelf(cart.rest, self._world.truth, cart.random))
        shopper.phone = self._script.phone
        await self._script.shop(shopper)
        await shopper.catch_up()
        await shopper.pause(2.0, 4.0)
        return await self._leave(shopper)

    async def _leave(self, shopper: Shopper) -> str:
        till = Till(self._cart, self._world)
        end = await till.leave()
        for _ in range(MOST_RESCANS):
            if end != "rescan":
                return end
            shopper.say("is asked to scan again what is in doubt")
            await shopper.own_up()
            await shopper.wait_until_clear(20.0)
            end = await till.leave()
        return end

    async def _start(self) -> None:
        await self._cart.pace.sleep(3.0)
        self._cart.teller.say("shopper", f"takes cart {self._cart.label}: {self._script.about}")
        seq = self._client.start(mode="phone" if self._script.phone else "cart")
        result = await self._client.outcome(seq, ANSWER_S)
        if result.outcome != "started":
            raise VisitFailedError("not_started", result.text or f"the server answered {result.outcome} to start")
        await self._client.until(lambda state: state.trip is not None and state.trip.state not in ENDED, ANSWER_S)

    async def _end_what_stands(self) -> None:
        """A trip that an earlier run of the simulation left behind is cancelled."""
        trip = self._client.state.trip
        if trip is None or trip.state in ENDED:
            return
        self._cart.teller.say("cart", f"a trip was left {trip.state}; it is cancelled")
        await self._client.outcome(self._client.cancel("left behind"), ANSWER_S)
