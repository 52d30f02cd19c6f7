"""The demo's retailer: two stores, their goods, prices, promotions and stock. Doing it again changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from console.demo.goods import Good, picture
from inventory.models import (
    Category,
    Lane,
    MovementKind,
    Price,
    Product,
    ProductPicture,
    Promotion,
    Retailer,
    Store,
    Venue,
)
from inventory.services.prices import price_set
from inventory.services.products import product_create
from inventory.services.promotions import promotion_set
from inventory.services.stock import Movement, stock_move_all
from inventory.services.versions import catalogue_touch

RETAILER = "Hill & Vale"
# The store's own bakery and cheese counter print labels: item number, then grams or cents.
LABELS = ["28IIIIIWWWWWC:W3", "29IIIIIPPPPPC:P2"]


def retailer_seed() -> Retailer:
    return Retailer.objects.get_or_create(slug="hill-and-vale", defaults={"name": RETAILER})[0]


def stores_seed(retailer: Retailer) -> tuple[Store, Store]:
    """The supermarket and the stadium kiosk, with their lanes."""
    market, _ = Store.objects.get_or_create(
        retailer=retailer, code="market",
        defaults={"name": "Hill & Vale Market", "venue": Venue.SUPERMARKET, "label_templates": LABELS},
    )  # fmt: skip
    kiosk, _ = Store.objects.get_or_create(
        retailer=retailer, code="arena",
        defaults={"name": "Arena Kiosk", "venue": Venue.STADIUM},
    )  # fmt: skip
    for store, names in ((market, ("Lane 1", "Lane 2")), (kiosk, ("Kiosk lane",))):
        for name in names:
            Lane.objects.get_or_create(store=store, name=name)
    return market, kiosk


def goods_seed(retailer: Retailer, goods: Sequence[Good], now: datetime) -> dict[str, Product]:
    """Products by code. A few weights are listed wrong or not at all: the carts find out."""
    known = {product.code: product for product in Product.objects.filter(retailer=retailer)}
    for good in goods:
        if good.code not in known:
            with transaction.atomic():
                known[good.code] = _product(retailer, good, now)
    return known


def pictures_seed(retailer: Retailer, goods: Sequence[Good]) -> int:
    """Draws what has no picture yet."""
    done = set(ProductPicture.objects.filter(product__retailer=retailer).values_list("product__code", flat=True))
    missing = [good for good in goods if good.code not in done]
    products = {product.code: product for product in Product.objects.filter(retailer=retailer)}
    for good in missing:
        image = ContentFile(picture(good), name=f"{retailer.slug}-{good.code}.webp")
        ProductPicture.objects.create(product=products[good.code], image=image)
    if missing:
        with transaction.atomic():
            catalogue_touch(retailer_id=retailer.pk)
    return len(missing)


@transaction.atomic
def prices_seed(store: Store, prices: dict[int, int], now: datetime) -> None:
    """Prices and a first delivery, for what has no price in this store yet."""
    priced = set(Price.objects.filter(store=store).values_list("product_id", flat=True))
    new = {product: amount for product, amount in prices.items() if product not in priced}
    for product, amount in new.items():
        price_set(store_id=store.pk, product_id=product, amount_minor=amount, now=now)
    loose = set(Product.objects.filter(id__in=new, sold_by="kg").values_list("id", flat=True))
    delivery = [
        Movement(
            product,
            MovementKind.DELIVERY,
            40_000 if product in loose else 24 + product % 37,
            f"seed:{store.code}:{product}",
        )
        for product in new
    ]
    stock_move_all(store_id=store.pk, movements=delivery, at=now)


def promotions_seed(market: Store, kiosk: Store, codes: dict[str, str], now: datetime) -> None:
    """What is on offer; `codes` is name to article number."""
    for store, promotions in ((market, _market_offers(codes)), (kiosk, _kiosk_offers(codes))):
        known = set(Promotion.objects.filter(store=store).values_list("code", flat=True))
        for code, (name, rule) in promotions.items():
            if code not in known:
                promotion_set(store_id=store.pk, code=code, name=name, rule=rule, now=now)


def _product(retailer: Retailer, good: Good, now: datetime) -> Product:
    category, _ = Category.objects.get_or_create(retailer=retailer, name=good.category)
    return product_create(
        retailer_id=retailer.pk, code=good.code, name=good.name, keys=[good.code], now=now, brand=good.brand,
        category=category, sold_by=good.sold_by, net_weight_g=good.net_g, gross_weight_g=good.listed_g,
        packaging=good.packaging, tax_rate_bp=good.tax_rate_bp, deposit_minor=good.deposit_minor,
        age_limit=good.age_limit,
    )  # fmt: skip


def _market_offers(codes: dict[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    def on(*names: str) -> dict[str, Any]:
        return {"products": [codes[name] for name in names]}

    return {
        "apples": ("Apples 10 % off", {"kind": "percent", "on": on("Green apples", "Red apples"), "percent_bp": 1000}),
        "yoghurt-3-for-2": (
            "Strawberry yoghurt, 3 for 2",
            {"kind": "n_for_m", "on": on("Strawberry yoghurt 150 g"), "take": 3, "pay": 2},
        ),
        "chocolate-pair": (
            "Two bars of chocolate for 2.50",
            {
                "kind": "n_for_price",
                "on": on("Milk chocolate 100 g", "Dark chocolate 100 g"),
                "take": 2,
                "price_minor": 250,
            },
        ),
        "crisps-second": (
            "Second bag of crisps at half price",
            {"kind": "second_unit", "on": on("Salted crisps 150 g", "Paprika crisps 150 g"), "percent_bp": 5000},
        ),
        "members-coffee": (
            "Coffee for members",
            {
                "kind": "fixed_price",
                "on": on("Ground coffee 500 g"),
                "price_minor": 599,
                "members_only": True,
                "group": "members",
            },
        ),
        "sixty": ("5.00 off from 60.00", {"kind": "basket_threshold", "minimum_minor": 6000, "amount_minor": 500}),
    }


def _kiosk_offers(codes: dict[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    drinks = [codes[name] for name in ("Cola 0.33 l", "Cola zero 0.33 l", "Orange soda 0.33 l")]
    parts = [{"on": {"products": [codes["Cheese pretzel"]]}, "count": 1}, {"on": {"products": drinks}, "count": 1}]
    return {
        "match-menu": ("Match menu: pretzel and a can", {"kind": "mix_and_match", "parts": parts, "price_minor": 690})
    }
