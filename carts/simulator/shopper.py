"""A shopper's hands and habits, at a human pace: walks, scans, places, reads advice, changes a mind."""

from carts.client import Discrepancy, Result, ScanSource

from .cart import VirtualCart
from .shelf import Found, Shelf

# A shopper waits this long for the screen to say more than "noted", and then goes on.
GLANCE_S = 4.0
# Long enough for a server to restart: the event is kept and will be answered.
ANSWER_S = 90.0


class Shopper:
    """Pushes one cart through one trip. `forgotten` is what lies in the cart without having been scanned."""

    def __init__(self, cart: VirtualCart, shelf: Shelf) -> None:
        self.cart = cart
        self.shelf = shelf
        self.random = cart.random
        self.forgotten: list[Found] = []
        self.unanswered: list[tuple[int, Found, int]] = []
        self.phone = False

    def say(self, text: str) -> None:
        """One line about what this person does."""
        self.cart.teller.say("shopper", text)

    async def walk(self) -> None:
        """To the next shelf; with a cart the platform shakes."""
        seconds = self.random.uniform(3.0, 8.0)
        if self.phone:
            await self.pause(seconds)
        else:
            await self.cart.roll(seconds)
            await self.pause(1.0, 2.0)

    async def pause(self, least_s: float, most_s: float | None = None) -> None:
        """Does nothing for a while."""
        await self.cart.pace.sleep(self.random.uniform(least_s, most_s or least_s))

    async def scan(self, item: Found, quantity: int = 1) -> Result:
        """Scans, and waits for the server's word."""
        return await self.answer(self._beep(item, quantity))

    def _beep(self, item: Found, quantity: int) -> int:
        source: ScanSource = "keyed" if item.loose else "camera" if self.phone else "scanner"
        self.cart.teller.say("cart", f"scan {item.code} ({item.name}){f' x {quantity}' if quantity > 1 else ''}")
        return self.cart.client.scan(item.code, source=source, quantity=quantity if quantity > 1 else None)

    async def answer(self, seq: int) -> Result:
        """The outcome of an event; waits through a restart of the server. TimeoutError when it stays away."""
        return await self.cart.client.outcome(seq, ANSWER_S)

    async def buy(self, item: Found, quantity: int = 1) -> bool:
        """The honest way: scan, then place. False when the sale was refused and it went back on the shelf.

        When the answer takes long (the network is away), the shopper places it all the same, and `catch_up` sees.
        """
        self.say(f"takes {f'{quantity} x ' if quantity > 1 else ''}{item.name} and scans it")
        seq = self._beep(item, quantity)
        try:
            result = await self.cart.client.outcome(seq, self.cart.pace.patience(GLANCE_S, 0.5))
        except TimeoutError:
            self.say("gets no answer, and goes on")
            self.unanswered.append((seq, item, quantity))
        else:
            if result.outcome != "added":
                self.say(f"puts {item.name} back on the shelf: {result.text or result.outcome}")
                return False
        await self.pause(1.0, 3.0)
        await self.place(item, quantity)
        return True

    async def catch_up(self) -> None:
        """Before paying: waits for the answers that were late, and takes out what may not be sold."""
        for seq, item, quantity in self.unanswered:
            result = await self.answer(seq)
            if result.outcome != "added":
                self.say(f"takes {item.name} out again: {result.text or result.outcome}")
                await self.cart.take_out(item, quantity)
        self.unanswered.clear()

    async def place(self, item: Found, quantity: int = 1) -> None:
        """Lays it into the cart; with a phone there is no scale to see it."""
        if not self.phone:
            self.say(f"lays {item.name} into the cart ({item.grams * quantity:.0f} g)")
        await self.cart.put_in(item, quantity)
        await self.pause(1.5, 3.0)

    async def slip_in(self, item: Found) -> None:
        """Lays it into the cart without scanning."""
        self.say(f"lays {item.name} into the cart without scanning it ({item.grams:.0f} g)")
        self.forgotten.append(item)
        await self.cart.put_in(item)
        await self.pause(1.0, 2.0)

    async def return_to_shelf(self, item: Found) -> None:
        """Changes a mind: declares the removal, then lifts it out."""
        self.say(f"does not want {item.name} after all: removes it on the screen, then lifts it out")
        self.cart.teller.say("cart", f"remove {item.code}")
        result = await self.answer(self.cart.client.remove(code=item.code))
        if result.outcome != "removed":
            self.say(f"keeps it: {result.text or result.outcome}")
            return
        await self.pause(1.0, 2.5)
        await self.cart.take_out(item)
        await self.pause(2.0, 3.0)

    async def own_up(self) -> None:
        """Scans what was forgotten."""
        for item in list(self.forgotten):
            self.say(f"scans the forgotten {item.name}")
            result = await self.scan(item)
            if result.outcome == "added":
                self.forgotten.remove(item)
            else:
                self.say(f"could not: {result.text or result.outcome}")
            await self.pause(1.0, 2.0)

    async def wait_for_discrepancy(self, seconds: float) -> Discrepancy | None:
        """The first open discrepancy, or None when the server saw nothing wrong in `seconds` of cart time."""
        client = self.cart.client
        try:
            await client.until(lambda state: bool(state.discrepancies), self.cart.pace.patience(seconds))
        except TimeoutError:
            return None
        return client.state.open_discrepancies[0]

    async def wait_until_clear(self, seconds: float) -> bool:
        """True once nothing is open any more, False after `seconds` of cart time."""
        try:
            await self.cart.client.until(lambda state: not state.discrepancies, self.cart.pace.patience(seconds))
        except TimeoutError:
            return False
        return True
