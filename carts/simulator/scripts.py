"""The shoppers: what each does between `start` and the checkout."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .shopper import Shopper

NOTICED_S = 45.0
CLEARED_S = 45.0


@dataclass(frozen=True)
class Script:
    """A shopper's way through the store. A `phone` shopper has no scale."""

    name: str
    about: str
    shop: Callable[[Shopper], Awaitable[None]]
    phone: bool = False


async def honest(shopper: Shopper) -> None:
    """Scans and places everything, two of one thing, and changes a mind once."""
    found = await shopper.shelf.pick(shopper.random.randint(5, 8))
    kept = []
    for number, item in enumerate(found):
        await shopper.walk()
        pieces = 2 if number == 1 and not item.loose else 1
        if await shopper.buy(item, pieces) and pieces == 1 and not item.loose:
            kept.append(item)
    if len(kept) > 2:
        await shopper.return_to_shelf(kept[0])


async def forgetful(shopper: Shopper) -> None:
    """Forgets one scan, reads the advice and scans it then."""
    forgotten, *others = await shopper.shelf.pick_packed(shopper.random.randint(4, 6))
    for item in others[:2]:
        await shopper.walk()
        await shopper.buy(item)
    await shopper.walk()
    await shopper.slip_in(forgotten)
    await shopper.walk()
    discrepancy = await shopper.wait_for_discrepancy(NOTICED_S)
    if discrepancy is None:
        shopper.say("sees no notice on the screen, and remembers it unasked")
    else:
        shopper.say(f"reads: {discrepancy.advice or discrepancy.kind}")
    await shopper.pause(3.0, 5.0)
    await shopper.own_up()
    cleared = await shopper.wait_until_clear(CLEARED_S)
    shopper.say("sees that all is well again" if cleared else "sees that the notice stays, and goes on")
    for item in others[2:]:
        await shopper.walk()
        await shopper.buy(item)


async def review(shopper: Shopper) -> None:
    """Puts in the dearest thing unscanned and ignores what the screen says."""
    found = await shopper.shelf.pick_packed(5)
    dearest = max(found, key=lambda item: item.product.unit_price)
    for item in found:
        await shopper.walk()
        if item is not dearest:
            await shopper.buy(item)
            continue
        await shopper.slip_in(dearest)
        await shopper.walk()
        if await shopper.wait_for_discrepancy(NOTICED_S):
            shopper.say("ignores the advice on the screen and goes on")


async def phone(shopper: Shopper) -> None:
    """Scans with a phone into a bag: no scale takes part."""
    for item in await shopper.shelf.pick_packed(shopper.random.randint(3, 5)):
        await shopper.walk()
        await shopper.buy(item)


SCRIPTS: dict[str, Script] = {
    script.name: script
    for script in (
        Script("honest", "scans and places everything", honest),
        Script("forgetful", "forgets a scan, then corrects it", forgetful),
        Script("review", "leaves one thing unscanned and ends in review", review),
        Script("phone", "scans with a phone, without a scale", phone, phone=True),
    )
}
