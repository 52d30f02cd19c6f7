"""Products of a retailer: made, changed, named by codes. Every change raises the stores' versions and is audited."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction

from inventory.barcodes import catalogue_key
from inventory.errors import DomainError
from inventory.models import Barcode, Product
from inventory.services.audit import audit_record
from inventory.services.versions import catalogue_touch
from inventory.text import search_text

CHANGEABLE = frozenset(
    field.name
    for field in Product._meta.concrete_fields
    if field.name not in {"id", "retailer", "search_text", "updated_at"}
)


class InvalidProduct(DomainError):
    code = "invalid_product"
    status = 400
    detail = "A product has a name and an article number, and weights in whole grams."


@transaction.atomic
def product_create(
    *,
    retailer_id: int,
    code: str,
    name: str,
    now: datetime,
    keys: Iterable[str] = (),
    actor: User | None = None,
    **fields: Any,
) -> Product:
    """A product with its codes, as printed or in the catalogue's form; raises InvalidProduct for unknown fields."""
    _check(fields)
    if not code or not name:
        raise InvalidProduct
    product = Product(retailer_id=retailer_id, code=code, name=name, **fields)
    product.search_text = search_text(product.name, product.brand)
    product.save(force_insert=True)
    Barcode.objects.bulk_create(
        Barcode(retailer_id=retailer_id, product=product, key=key)
        for key in dict.fromkeys(catalogue_key(text) for text in keys)
    )
    _written(product, "product.create", {"code": code, "name": name}, actor, now)
    return product


@transaction.atomic
def product_change(*, product_id: int, changes: Mapping[str, Any], now: datetime, actor: User | None = None) -> Product:
    """Changes fields; says in the audit log what each was and is. Nothing is written where nothing differs."""
    _check(changes)
    product: Product = Product.objects.select_for_update().get(id=product_id)
    before = {name: getattr(product, name) for name in changes}
    different = {name: value for name, value in changes.items() if before[name] != value}
    if not different:
        return product
    for name, value in different.items():
        setattr(product, name, value)
    product_saved(
        product=product,
        changes={name: [before[name], value] for name, value in different.items()},
        actor=actor,
        now=now,
    )
    return product


@transaction.atomic
def product_saved(*, product: Product, changes: Mapping[str, Any], now: datetime, actor: User | None = None) -> None:
    """Saves a product whose fields a form has already set; `changes` is field to [before, after]."""
    product.search_text = search_text(product.name, product.brand)
    product.save()
    _written(product, "product.change", {name: [_text(v) for v in pair] for name, pair in changes.items()}, actor, now)


@transaction.atomic
def barcode_add(
    *, product_id: int, code: str, now: datetime, pack_quantity: int = 1, actor: User | None = None
) -> Barcode:
    """Files the product under a code, as printed; a pack (case, multipack) says how many pieces it holds."""
    product = Product.objects.get(id=product_id)
    barcode, _ = Barcode.objects.update_or_create(
        product=product,
        key=catalogue_key(code),
        defaults={"retailer_id": product.retailer_id, "pack_quantity": pack_quantity},
    )
    _written(product, "barcode.add", {"key": barcode.key, "pack_quantity": pack_quantity}, actor, now)
    return barcode


def _written(product: Product, action: str, detail: dict[str, Any], actor: User | None, now: datetime) -> None:
    catalogue_touch(retailer_id=product.retailer_id)
    audit_record(
        action=action, subject=f"product:{product.pk}", actor=actor, retailer=product.retailer, detail=detail, now=now
    )


def _check(fields: Mapping[str, Any]) -> None:
    unknown = sorted(set(fields) - CHANGEABLE)
    if unknown:
        raise InvalidProduct(f"A product has no field {unknown[0]}.")


def _text(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value)
    return value if isinstance(value, int | float | list | None) else str(value)
