"""The way out: seal, checkout, review, payment, receipt, gate, as the tablet does it for the shopper."""

import asyncio
import contextlib

from carts.client import CartClientError, Checkout

from .cart import VirtualCart
from .shopper import ANSWER_S
from .telling import money
from .world import World

POLL_S = 2.0
UNDER_THE_CAMERA_S = 8.0
SETTLES_S = 120.0
CARD = "sandbox:approve"


class CheckoutStuckError(CartClientError):
    """The checkout did not get anywhere; the trip is cancelled so that the next one can begin."""


class Till:
    """One checkout. `leave` gives `paid`, `refused`, `cancelled`, or `rescan` when staff want a scan repeated."""

    def __init__(self, cart: VirtualCart, world: World) -> None:
        self._cart = cart
        self._client = cart.client
        self._rest = cart.rest
        self._world = world

    async def leave(self) -> str:
        """Takes the shopper from the last shelf to the gate."""
        await self._seal()
        checkout = await self._present()
        if checkout.state == "in_review":
            checkout = await self._wait_for_staff(checkout)
        if self._trip_state() == "shopping":
            return "rescan"
        if checkout.state == "cleared":
            checkout = await self._pay(checkout)
        if checkout.state == "paid":
            await self._go(checkout)
            return "paid"
        self._say("server", f"the checkout is {checkout.state}. {checkout.message}".strip())
        await self._give_up(f"the checkout is {checkout.state}")
        return "refused" if checkout.state == "refused" else "cancelled"

    async def _seal(self) -> None:
        self._say("shopper", "is ready to pay")
        result = await self._client.outcome(self._client.seal(), ANSWER_S)
        if result.outcome != "sealed":
            raise CheckoutStuckError("not_sealed", result.text or f"the server answered {result.outcome} to seal")
        await self._until_trip_leaves("shopping", POLL_S)

    async def _present(self) -> Checkout:
        trip = self._client.state.trip
        if trip is None:
            raise CheckoutStuckError("no_trip", "the server knows of no trip on this cart")
        # One cart at a time stands at the lane; the next waits until the camera has had its look.
        async with self._world.lane:
            seen = await self._world.camera.show(self._cart.label, self._cart.scene(), self._world.truth.lane)
            self._say("lane", f"{self._cart.label} stands at lane {self._world.truth.lane}{_camera(seen)}")
            checkout = await self._rest.checkout(trip.id)
            self._say("server", f"checkout {checkout.state}: {_amount(checkout)}. {checkout.message}".strip())
            for reason in checkout.reasons:
                self._say("server", f"reason: {reason.text or reason.code}")
            if checkout.state == "in_review":
                checkout = await self._poll(checkout, {"in_review"}, self._camera_time_s())
        return checkout

    def _camera_time_s(self) -> float:
        return min(UNDER_THE_CAMERA_S, self._world.review_minutes * 60)

    async def _wait_for_staff(self, checkout: Checkout) -> Checkout:
        minutes = self._world.review_minutes
        self._say("shopper", f"waits for a member of staff, {minutes:g} minutes at most")
        checkout = await self._poll(checkout, {"in_review"}, minutes * 60)
        self._say("server", f"checkout {checkout.state}: {_amount(checkout)}. {checkout.message}".strip())
        return checkout

    async def _pay(self, checkout: Checkout) -> Checkout:
        self._say("shopper", f"pays {_amount(checkout)} by card")
        checkout = await self._rest.pay(checkout.id, source=CARD)
        checkout = await self._poll(checkout, {"paying", "unknown"}, SETTLES_S)
        if checkout.payment is not None:
            detail = f" ({checkout.payment.detail})" if checkout.payment.detail else ""
            self._say("server", f"payment {checkout.payment.state}{detail}")
        return checkout

    async def _go(self, checkout: Checkout) -> None:
        if checkout.receipt is not None:
            self._say("server", f"receipt: {checkout.receipt.url}")
        if checkout.exit_pass is not None:
            self._say("gate", await self._world.gate.show(checkout.exit_pass.token))

    async def _poll(self, checkout: Checkout, while_in: set[str], seconds: float) -> Checkout:
        """Asks again until the state changes, a trip message wakes it early, or `seconds` on the wall are over."""
        clock = asyncio.get_running_loop()
        deadline = clock.time() + seconds
        while checkout.state in while_in and clock.time() < deadline and self._trip_state() != "shopping":
            await self._until_trip_leaves(self._trip_state(), POLL_S)
            checkout = await self._rest.read_checkout(checkout.id)
        return checkout

    async def _until_trip_leaves(self, state: str | None, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await self._client.until(lambda now: (now.trip.state if now.trip else None) != state, seconds)

    async def _give_up(self, reason: str) -> None:
        if self._trip_state() not in (None, "paid", "cancelled"):
            self._say("shopper", "puts everything back and leaves")
            await self._client.outcome(self._client.cancel(reason), ANSWER_S)

    def _trip_state(self) -> str | None:
        trip = self._client.state.trip
        return None if trip is None else trip.state

    def _say(self, who: str, text: str) -> None:
        self._cart.teller.say(who, text)


def _amount(checkout: Checkout) -> str:
    return money(checkout.amount, checkout.currency, checkout.exponent)


def _camera(seen: bool) -> str:
    return ", under the camera" if seen else ""
