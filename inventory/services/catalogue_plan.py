"""What an import would change: its entries held against the retailer's catalogue and the store's prices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from inventory.imports import Entry, Problem
from inventory.models import Barcode, Category, Price, Product, Store
from inventory.text import search_text

WRITTEN = ("name", "brand", "category_id", "sold_by", "net_weight_g", "net_volume_ml", "gross_weight_g", "packaging",
           "tax_rate_bp", "deposit_minor", "age_limit")  # fmt: skip


class Change(NamedTuple):
    """A product to be written, with what differs: field to [before, after]. `fresh` if it is not there yet."""

    entry: Entry
    product: Product
    fresh: bool
    differs: dict[str, list[Any]]


class Plan(NamedTuple):
    """All that would happen. `categories` are new ones; problems forbid all of it."""

    changes: list[Change]
    unchanged: int
    categories: list[Category]
    keys: list[tuple[Product, str, int]]
    prices: list[tuple[Product, int, int | None]]
    problems: list[Problem]

    @property
    def created(self) -> int:
        return sum(change.fresh for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.created


class _Known(NamedTuple):
    by_code: dict[str, Product]
    by_key: dict[str, list[Product]]
    keys: dict[tuple[int, str], int]
    categories: dict[str, Category]
    prices: dict[int, int]


def plan_import(store: Store, entries: Sequence[Entry], by_code: bool, now: datetime) -> Plan:
    """Compares; reads the database in four queries and writes nothing.

    `by_code`: the file has article numbers. Otherwise goods are known by their codes, and one that several products
    share is a problem.
    """
    known = _known(store, now)
    names = sorted({entry.category for entry in entries if entry.category} - set(known.categories))
    new_categories = {name: Category(retailer_id=store.retailer_id, name=name) for name in names}
    plan = Plan([], 0, list(new_categories.values()), [], [], [])
    categories = known.categories | new_categories
    unchanged = 0
    for entry in entries:
        told = len(plan.problems)
        product = known.by_code.get(entry.code) if by_code else _by_keys(entry, known, plan.problems)
        if len(plan.problems) > told:
            continue
        fresh = product is None
        if fresh and not entry.fields.get("name"):
            plan.problems.append(Problem(entry.line, "name", "", "missing_name", "New goods need a name."))
            continue
        product = product or Product(retailer_id=store.retailer_id, code=entry.code)
        differs = _apply(product, entry, categories.get(entry.category)) | _packs(product, entry, known, plan)
        if fresh or differs:
            plan.changes.append(Change(entry, product, fresh, differs))
        else:
            unchanged += 1
        new = (key for key in entry.keys if key not in entry.packs and (fresh or (product.pk, key) not in known.keys))
        plan.keys.extend((product, key, 1) for key in new)
        if entry.price_minor is not None:
            before = None if fresh else known.prices.get(product.pk)
            if before != entry.price_minor:
                plan.prices.append((product, entry.price_minor, before))
    return plan._replace(unchanged=unchanged)


def _known(store: Store, now: datetime) -> _Known:
    products = {p.pk: p for p in Product.objects.filter(retailer_id=store.retailer_id).select_related("category")}
    by_key: dict[str, list[Product]] = {}
    keys: dict[tuple[int, str], int] = {}
    codes = Barcode.objects.filter(retailer_id=store.retailer_id).values_list("product_id", "key", "pack_quantity")
    for product_id, key, pieces in codes:
        keys[product_id, key] = pieces
        by_key.setdefault(key, []).append(products[product_id])
    valid = Price.objects.filter(store=store, valid_from__lte=now).filter(Q(valid_until=None) | Q(valid_until__gt=now))
    return _Known(
        by_code={product.code: product for product in products.values()},
        by_key=by_key,
        keys=keys,
        categories={c.name: c for c in Category.objects.filter(retailer_id=store.retailer_id)},
        prices=dict(valid.order_by("valid_from").values_list("product_id", "amount_minor")),
    )


def _by_keys(entry: Entry, known: _Known, problems: list[Problem]) -> Product | None:
    found = {product.pk: product for key in entry.keys for product in known.by_key.get(key, ())}
    if len(found) > 1:
        names = ", ".join(sorted(product.code for product in found.values()))
        reason = f"Several products have this code ({names}): add a column with article numbers."
        problems.append(Problem(entry.line, "gtin", entry.code, "ambiguous_code", reason))
    return next(iter(found.values())) if len(found) == 1 else known.by_code.get(entry.code)


def _packs(product: Product, entry: Entry, known: _Known, plan: Plan) -> dict[str, list[Any]]:
    """Adds to the plan the codes of packs that are new, or hold another number of pieces than was known."""
    before = {key: known.keys.get((product.pk, key)) if product.pk else None for key in entry.packs}
    different = {key: pieces for key, pieces in entry.packs.items() if before[key] != pieces}
    plan.keys.extend((product, key, pieces) for key, pieces in different.items())
    return {"packs": [{key: before[key] for key in different}, different]} if different else {}


def _apply(product: Product, entry: Entry, category: Category | None) -> dict[str, list[Any]]:
    differs: dict[str, list[Any]] = {}
    for name, value in entry.fields.items():
        before = getattr(product, name)
        if before != value:
            differs[name] = [before, value]
            setattr(product, name, value)
    if category is not None:
        before = product.category.name if product.category is not None else ""
        if before != category.name:
            differs["category"] = [before, category.name]
            product.category = category
    if differs:
        product.search_text = search_text(product.name, product.brand)
    return differs
