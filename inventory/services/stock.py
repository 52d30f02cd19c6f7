"""Stock: movements, and the levels that only movements change."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from inventory.barcodes import catalogue_key
from inventory.errors import DomainError, NotFound
from inventory.models import MovementKind, Product, StockLevel, StockMovement, Store
from inventory.services.audit import audit_record

LOSING = frozenset({MovementKind.WASTE, MovementKind.SHRINK})


class StockReferenceReused(DomainError):
    code = "stock_reference_reused"
    status = 409
    detail = "This reference already stands for another movement: give each movement its own."


class StockMovementWrong(DomainError):
    code = "stock_movement_wrong"
    status = 400
    detail = "Write how many: a whole number of 1 or more (0 or more for a count)."


class Movement(NamedTuple):
    """A signed change: pieces, or grams of what is sold by weight. `reference` makes it happen once."""

    product_id: int
    kind: MovementKind
    quantity: int
    reference: str


def stock_move(
    *, store_id: int, product_id: int, kind: MovementKind, quantity: int, reference: str, at: datetime
) -> bool:
    """One movement; False if it had happened before. Raises StockReferenceReused if that was another one."""
    return stock_move_all(store_id=store_id, movements=[Movement(product_id, kind, quantity, reference)], at=at) == 1


@transaction.atomic
def stock_move_all(*, store_id: int, movements: Sequence[Movement], at: datetime) -> int:
    """Movements together, in the caller's transaction if there is one; says how many were new.

    Levels are locked in the order of products, whatever the order given, so that two settlements never deadlock.
    """
    new = 0
    for movement in sorted(movements):
        row, created = StockMovement.objects.get_or_create(
            reference=movement.reference,
            defaults={
                "store_id": store_id, "product_id": movement.product_id, "kind": movement.kind,
                "quantity": movement.quantity, "at": at,
            },
        )  # fmt: skip
        if created:
            _level_change(store_id, movement.product_id, movement.quantity, at)
            new += 1
        elif (row.store_id, row.product_id, row.kind, row.quantity) != (store_id, *movement[:3]):
            raise StockReferenceReused
    return new


@transaction.atomic
def stock_count(*, store_id: int, product_id: int, counted: int, reference: str, at: datetime) -> int:
    """What was counted on the shelf: moves the level there, and returns the difference (negative: missing)."""
    before = StockMovement.objects.filter(reference=reference).first()
    if before is not None:
        return int(before.quantity)
    StockLevel.objects.get_or_create(store_id=store_id, product_id=product_id, defaults={"updated_at": at})
    level = StockLevel.objects.select_for_update().get(store_id=store_id, product_id=product_id)
    difference: int = counted - level.quantity
    stock_move(
        store_id=store_id, product_id=product_id, kind=MovementKind.COUNT, quantity=difference,
        reference=reference, at=at,
    )  # fmt: skip
    return difference


@transaction.atomic
def stock_transfer(
    *, store_id: int, to_store_id: int, product_id: int, quantity: int, reference: str, at: datetime
) -> bool:
    """Goods go from one store of a retailer to another: two movements, together or not at all.

    False if that had happened before. Raises NotFound for a store of somebody else, StockMovementWrong for a quantity
    below 1.
    """
    stores = dict(Store.objects.filter(id__in=[store_id, to_store_id]).values_list("id", "retailer_id"))
    if len(stores) != 2 or len(set(stores.values())) != 1:
        raise NotFound("There is no such store.")
    if quantity < 1:
        raise StockMovementWrong
    # In the order of stores: two transfers the other way round never wait for each other.
    sides = sorted([(store_id, -quantity, f"{reference}:out"), (to_store_id, quantity, f"{reference}:in")])
    moved = [
        stock_move(
            store_id=place, product_id=product_id, kind=MovementKind.TRANSFER, quantity=signed, reference=name, at=at
        )
        for place, signed, name in sides
    ]
    return all(moved)


@transaction.atomic
def stock_book(
    *, store: Store, code: str, kind: MovementKind, quantity: int, reference: str, actor: User, at: datetime,
    to_store_id: int | None = None,
) -> Product:  # fmt: skip
    """What people book by hand: a delivery, a return, waste, shrink, a transfer, or a count of what is there.

    `quantity` is 0 or more, in pieces or grams; its sign follows from the kind. Audited. Raises NotFound for goods the
    retailer doesn't have, StockMovementWrong, StockReferenceReused.
    """
    product = product_named(store.retailer_id, code)
    if quantity < (0 if kind == MovementKind.COUNT else 1) or kind == MovementKind.SALE:
        raise StockMovementWrong
    if kind == MovementKind.COUNT:
        stock_count(store_id=store.pk, product_id=product.pk, counted=quantity, reference=reference, at=at)
    elif kind == MovementKind.TRANSFER:
        stock_transfer(
            store_id=store.pk, to_store_id=to_store_id or 0, product_id=product.pk, quantity=quantity,
            reference=reference, at=at,
        )  # fmt: skip
    else:
        signed = -quantity if kind in LOSING else quantity
        stock_move(store_id=store.pk, product_id=product.pk, kind=kind, quantity=signed, reference=reference, at=at)
    detail = {"kind": str(kind), "quantity": quantity, "to_store": to_store_id, "reference": reference}
    audit_record(action="stock.book", subject=f"product:{product.pk}", actor=actor, store=store, detail=detail, now=at)
    return product


def product_named(retailer_id: int, code: str) -> Product:
    """The one product under an article number or a code as printed; raises NotFound for none or several."""
    goods = Product.objects.filter(retailer_id=retailer_id)
    found: list[Product] = list(goods.filter(code=code.strip()))
    found = found or list(goods.filter(barcodes__key=catalogue_key(code)).distinct()[:2])
    if len(found) != 1:
        raise NotFound(f"There is no one product under {code.strip()[:40]}: write its article number.")
    return found[0]


def _level_change(store_id: int, product_id: int, quantity: int, at: datetime) -> None:
    level, _ = StockLevel.objects.get_or_create(store_id=store_id, product_id=product_id, defaults={"updated_at": at})
    StockLevel.objects.filter(pk=level.pk).update(quantity=F("quantity") + quantity, updated_at=at)
