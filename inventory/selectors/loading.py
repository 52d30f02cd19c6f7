"""Reads a store's whole catalogue in five queries."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Min, Q

from inventory.barcodes import REGIONS, StoreRules
from inventory.errors import NotFound
from inventory.models import Barcode, Price, Product, ProductPicture, Promotion, Store
from inventory.pricing import PricingError, Promotions, StorePricing, pricing_from, promotion_from
from inventory.selectors.articles import Article, StoreCatalogue

logger = logging.getLogger(__name__)

STORE_FIELDS = ("id", "retailer_id", "catalogue_version", "currency", "currency_exponent", "country", "language",
                "timezone", "tax_inclusive", "label_templates", "policy")  # fmt: skip
PRODUCT_FIELDS = ("id", "code", "name", "brand", "category__name", "sold_by", "tax_rate_bp", "deposit_minor",
                  "net_weight_g", "gross_weight_g", "packaging", "age_limit", "sale_from", "sale_until",
                  "quantity_limit", "sale_stopped", "recalled", "recalled_batches", "search_text",
                  "net_volume_ml")  # fmt: skip


def load_catalogue(store_id: int, now: datetime) -> StoreCatalogue:
    """What the store sells at `now`: the active products that have a price there. Raises NotFound for no such store.

    The version is read before the content, so that content can only be newer than its version, and is then read again.
    """
    store = Store.objects.filter(id=store_id, active=True).values(*STORE_FIELDS).first()
    if store is None:
        raise NotFound("There is no such store.")
    prices = _prices(store_id, now)
    store["rules"] = store_rules(store)
    store["pricing"] = store_pricing(store)
    store["good_until"] = _next_change(store_id, now)
    return StoreCatalogue(store, _articles(store["retailer_id"], prices), _promotions(store_id))


def store_rules(store: dict[str, Any]) -> StoreRules:
    """How the store's labels are read. A template that is wrong leaves in-store labels unknown, never misread."""
    currency = store["currency"]
    region = store["country"].lower()
    try:
        return StoreRules(
            region=region if region in REGIONS else None,
            templates=tuple(store["label_templates"]),
            currency=currency,
            item_numbers=True,
        )
    except (TypeError, ValueError):
        logger.warning("Store %s: its label templates can't be read; in-store labels are unknown", store["id"])
        return StoreRules(item_numbers=True)


def store_pricing(store: dict[str, Any]) -> StorePricing:
    """How the store prices (`Store.policy["pricing"]`). The admin refuses what can't be read; were it there, the
    defaults count."""
    try:
        return pricing_from(store["policy"].get("pricing", {}))
    except PricingError:
        logger.warning("Store %s: its rules of pricing can't be read; the defaults count", store["id"])
        return StorePricing()


def _prices(store_id: int, now: datetime) -> dict[int, int]:
    valid = Price.objects.filter(store_id=store_id, valid_from__lte=now)
    valid = valid.filter(Q(valid_until=None) | Q(valid_until__gt=now))
    # The newest comes last and stays.
    return dict(valid.order_by("valid_from").values_list("product_id", "amount_minor"))


def _next_change(store_id: int, now: datetime) -> datetime | None:
    prices = Price.objects.filter(store_id=store_id)
    begins = prices.filter(valid_from__gt=now).aggregate(at=Min("valid_from"))["at"]
    ends = prices.filter(valid_until__gt=now).aggregate(at=Min("valid_until"))["at"]
    return min((moment for moment in (begins, ends) if moment is not None), default=None)


def _articles(retailer_id: int, prices: dict[int, int]) -> Iterator[Article]:
    keys: dict[int, list[tuple[str, int]]] = {}
    codes = Barcode.objects.filter(retailer_id=retailer_id).order_by("product_id", "pack_quantity", "id")
    for product_id, key, pack in codes.values_list("product_id", "key", "pack_quantity").iterator(5000):
        keys.setdefault(product_id, []).append((key, pack))
    pictures = _pictures(retailer_id)
    products = Product.objects.filter(retailer_id=retailer_id, active=True).order_by("name", "id")
    for row in products.values_list(*PRODUCT_FIELDS).iterator(5000):
        price = prices.get(row[0])
        if price is not None:
            yield from _of_product(row, keys.get(row[0], [("", 1)]), price, pictures.get(row[0]))


def _of_product(
    row: tuple[Any, ...], keys: Iterable[tuple[str, int]], price: int, picture: str | None
) -> Iterator[Article]:
    for key, pack in keys:
        yield Article(
            product_id=row[0], code=row[1], key=key, name=row[2], brand=row[3], category=row[4] or "", sold_by=row[5],
            unit_price_minor=price, tax_rate_bp=row[6], deposit_minor=row[7], net_g=row[8], gross_g=row[9],
            packaging=row[10], age_limit=row[11], sale_from=row[12], sale_until=row[13], quantity_limit=row[14],
            sale_stopped=row[15], recalled=row[16], recalled_batches=tuple(row[17]), pack_quantity=pack,
            picture=picture, search_text=row[18], net_ml=row[19],
        )  # fmt: skip


def _pictures(retailer_id: int) -> dict[int, str]:
    rows = ProductPicture.objects.filter(product__retailer_id=retailer_id, face="front").order_by("id")
    return {product: default_storage.url(name) for product, name in rows.values_list("product_id", "image")}


def _promotions(store_id: int) -> Promotions:
    rules = []
    for promotion in Promotion.objects.filter(store_id=store_id, active=True).order_by("code"):
        try:
            rules.append(promotion_from({**promotion.rule, "id": promotion.code, "name": promotion.name}))
        except PricingError:
            logger.warning("Promotion %s of store %s can't be read and gives nothing", promotion.code, store_id)
    return Promotions(rules)
