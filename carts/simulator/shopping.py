"""Keeps carts shopping: enrol, trip after trip with pauses, through restarts of the server."""

import asyncio

from carts.client import CartClientError, EnrolmentNeeded, RestClient, Stopped, Storage, TokenFile

from .cart import VirtualCart
from .enrolment import obtain_token
from .scripts import SCRIPTS, Script
from .shelf import EmptyShelfError
from .truth import CartPlan
from .visit import Visit
from .world import World

LEAST_PAUSE_S, MOST_PAUSE_S = 15.0, 40.0
AWAY_S = 3.0
# What the server has to mend (a token, a seed) is not there a moment later.
LATER_S = 30.0


async def shop_forever(world: World) -> None:
    """Every cart of the truth that has a script, each in its own task, until cancelled."""
    plans = [plan for plan in world.truth.carts if plan.script in SCRIPTS]
    if not plans:
        world.teller("simulate").say("cart", f"no cart has a script; known are {', '.join(sorted(SCRIPTS))}")
    async with asyncio.TaskGroup() as carts:
        for place, plan in enumerate(plans):
            carts.create_task(_shop_on(plan, world, wait_s=4.0 * place))


async def shop_once(plan: CartPlan, script: Script, world: World) -> str:
    """One trip: `paid`, `refused` or `cancelled`. Raises CartClientError, TimeoutError or EmptyShelfError."""
    folder = world.cart_folder(plan.label)
    storage = Storage(folder / "events.sqlite3")
    try:
        async with RestClient(world.server, storage=storage) as rest:
            if await obtain_token(plan, TokenFile(folder / "token"), rest):
                storage.renew()
            async with _cart(plan, world, rest, storage) as cart:
                return await Visit(cart, script, world).run()
    finally:
        storage.close()


async def _shop_on(plan: CartPlan, world: World, wait_s: float) -> None:
    script, random, teller = SCRIPTS[plan.script], world.random(f"pauses {plan.label}"), world.teller(plan.label)
    await world.pace.sleep(wait_s)
    while True:
        try:
            end = await shop_once(plan, script, world)
        except (EnrolmentNeeded, EmptyShelfError) as error:
            teller.say("cart", f"{error}; tries again in {LATER_S:.0f} s")
            await asyncio.sleep(LATER_S)
        except Stopped as stopped:
            teller.say("cart", f"stops for good: {stopped}")
            return
        except TimeoutError:
            teller.say("cart", "the trip broke off: no answer in time")
        except CartClientError as error:
            teller.say("cart", f"the trip broke off: {error}")
            await asyncio.sleep(AWAY_S)
        else:
            teller.say("shopper", f"is gone: the trip ended {end}")
            await world.pace.sleep(random.uniform(LEAST_PAUSE_S, MOST_PAUSE_S))


def _cart(plan: CartPlan, world: World, rest: RestClient, storage: Storage) -> VirtualCart:
    return VirtualCart(
        plan.label,
        server=world.server,
        rest=rest,
        storage=storage,
        pace=world.pace,
        random=world.random(f"{plan.label} {storage.last}"),
        teller=world.teller(plan.label),
    )
