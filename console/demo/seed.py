"""Seeds the demo, step by step. Each step makes only what is missing, so that starting again keeps the data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from carts.models import Cart
from console.demo.goods import goods
from console.demo.machines import (
    CAMERA_LANE,
    CAMERA_PORT,
    CAMERA_URL,
    KIOSK_CARTS,
    MARKET_CARTS,
    camera_seed,
    carts_seed,
    code_for,
    gate_code_for,
)
from console.demo.people import Login, people_seed
from console.demo.shops import goods_seed, pictures_seed, prices_seed, promotions_seed, retailer_seed, stores_seed
from console.demo.truth import kept_codes, true_products, truth_read, truth_write
from inventory.models import Retailer, Store


@dataclass(frozen=True)
class Seeded:
    """What to tell: logins, and the codes of the carts that wait for a tablet page."""

    logins: list[Login]
    tablets: dict[str, str]
    products: int
    drawn: int


def demo_seed(path: Path, now: datetime, say: Callable[[str], None]) -> Seeded:
    """Makes the demo's retailer and writes its truth file to `path`."""
    say("Retailer, stores and people ...")
    retailer = retailer_seed()
    market, kiosk = stores_seed(retailer)
    logins = people_seed(retailer, market, kiosk)
    say(f"{len(goods())} products with prices, offers and stock ...")
    products = goods_seed(retailer, goods(), now)
    prices_seed(market, {products[g.code].pk: g.price for g in goods() if g.price is not None}, now)
    prices_seed(kiosk, {products[g.code].pk: g.kiosk_price for g in goods() if g.kiosk_price is not None}, now)
    promotions_seed(market, kiosk, {g.name: g.code for g in goods()}, now)
    say("Pictures ...")
    drawn = pictures_seed(retailer, goods())
    say("Carts, gate and camera ...")
    truth = _machines(path, retailer, market, kiosk, now)
    tablets = {row["label"]: row["enrolment_code"] for row in truth["tablets"]}
    return Seeded(logins, tablets, len(products), drawn)


def _machines(path: Path, retailer: Retailer, market: Store, kiosk: Store, now: datetime) -> dict[str, Any]:
    camera_seed(market)
    carts = carts_seed(market, MARKET_CARTS) | carts_seed(kiosk, KIOSK_CARTS)
    kept = kept_codes(truth_read(path))
    rows = [
        {"label": plan.label, "store": carts[plan.label].store.code, "script": plan.script,
         "enrolment_code": _code(carts[plan.label], kept, now)}
        for plan in (*MARKET_CARTS, *KIOSK_CARTS)
    ]  # fmt: skip
    tablets = [row for row in rows if not row["script"]]
    truth = {
        "products": true_products(retailer, goods()),
        "carts": [row for row in rows if row["script"]],
        "tablets": tablets,
        "tablet": tablets[0],
        "gate": {"enrolment_code": gate_code_for(market, kept.get("gate", ""), now)},
        "camera": {"port": CAMERA_PORT, "url": CAMERA_URL, "lane": CAMERA_LANE},
    }
    truth_write(path, truth)
    return truth


def _code(cart: Cart, kept: dict[str, str], now: datetime) -> str:
    return code_for(cart, kept.get(cart.label, ""), now)
