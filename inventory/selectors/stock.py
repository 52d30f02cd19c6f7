"""What a store has, how fast it goes, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from inventory.models import Barcode, MovementKind, StockLevel, StockMovement
from inventory.text import fold

SPAN_DAYS: Final = 28
COVER_DAYS: Final = 7
SHRINK_DAYS: Final = 90
MISSED: Final = (MovementKind.COUNT, MovementKind.SHRINK)
VIEWS: Final = ("soon", "out", "negative", "all")


@dataclass(frozen=True)
class Outlook:
    """One product: pieces, or grams of what is sold by weight (`by_weight`).

    `a_day` is what was sold less what came back, over the days that there is anything to count by (28 at most).
    `order` covers a week beyond the delivery's, in whole packs of `pack`; None where nothing sells.
    """

    product_id: int
    code: str
    name: str
    by_weight: bool
    level: int
    a_day: float
    days_left: float | None
    pack: int
    order: int | None

    @property
    def state(self) -> str:
        """`negative`, `out`, `soon` (within a week) or `fine`."""
        if self.level <= 0:
            return "negative" if self.level < 0 else "out"
        return "soon" if self.days_left is not None and self.days_left < COVER_DAYS else "fine"


@dataclass(frozen=True)
class Shrink:
    """What counts found missing of one product; `expected` is what the ledger had said, `counted` what was there."""

    product_id: int
    code: str
    name: str
    by_weight: bool
    missing: int
    counts: int
    sold: int

    @property
    def share(self) -> float | None:
        """Missing to sold."""
        return self.missing / self.sold if self.sold else None


def stock_outlook(store_id: int, now: datetime, *, view: str = "soon", text: str = "") -> list[Outlook]:
    """What runs out first, first. `view` is one of `VIEWS`, `text` is looked for in name, brand and article number."""
    levels = StockLevel.objects.filter(store_id=store_id, product__active=True).select_related("product")
    if text:
        words = fold(text).split()
        for word in words:
            levels = levels.filter(Q(product__search_text__contains=word) | Q(product__code__icontains=word))
    rates = _rates(store_id, now)
    packs = _packs(levels)
    found = [_outlook(level, rates.get(level.product_id, 0.0), packs.get(level.product_id, 1)) for level in levels]
    if view != "all":
        wanted = {"soon": {"soon", "out", "negative"}}.get(view, {view})
        found = [one for one in found if one.state in wanted]
    return sorted(found, key=lambda one: (one.days_left is None, one.days_left or 0.0, one.level, one.name))


def stock_shrink(store_id: int, now: datetime, *, most: int = 20) -> list[Shrink]:
    """The products of which counts found most missing in 90 days, by share of what was sold."""
    since = now - timedelta(days=SHRINK_DAYS)
    rows = StockMovement.objects.filter(store_id=store_id, at__gte=since, at__lte=now)
    fields = ("product_id", "product__code", "product__name", "product__sold_by")
    sums = rows.values(*fields).annotate(
        missing=Sum("quantity", filter=Q(kind__in=MISSED)), counts=Count("id", filter=Q(kind=MovementKind.COUNT)),
        sold=Sum("quantity", filter=Q(kind=MovementKind.SALE)),
    )  # fmt: skip
    found = [
        Shrink(
            row["product_id"], row["product__code"], row["product__name"], row["product__sold_by"] == "kg",
            -row["missing"], row["counts"], -(row["sold"] or 0),
        )
        for row in sums.filter(missing__lt=0).order_by("missing")[:200]
    ]  # fmt: skip
    return sorted(found, key=lambda one: -(one.share if one.share is not None else one.missing))[:most]


def stock_movements(store_id: int, *, most: int = 30) -> Sequence[StockMovement]:
    """The newest movements, newest first, without the sales."""
    rows = StockMovement.objects.filter(store_id=store_id).exclude(kind=MovementKind.SALE)
    return list(rows.select_related("product")[:most])


def _rates(store_id: int, now: datetime) -> dict[int, float]:
    """What goes a day, by product: over four weeks, or since the first movement if that is later."""
    since = now - timedelta(days=SPAN_DAYS)
    rows = StockMovement.objects.filter(store_id=store_id, at__gte=since, at__lte=now)
    first = StockMovement.objects.filter(store_id=store_id).order_by("at").values_list("at", flat=True).first()
    days = SPAN_DAYS if first is None else min(SPAN_DAYS, max(1.0, (now - first) / timedelta(days=1)))
    sold = (
        rows.filter(kind__in=[MovementKind.SALE, MovementKind.RETURN]).values("product_id").annotate(n=-Sum("quantity"))
    )
    return {row["product_id"]: max(0.0, row["n"] / days) for row in sold}


def _packs(levels: QuerySet[Any]) -> dict[int, int]:
    codes = Barcode.objects.filter(product_id__in=levels.values("product_id"), pack_quantity__gt=1)
    return dict(codes.values_list("product_id").annotate(n=Max(F("pack_quantity"))).order_by())


def _outlook(level: StockLevel, a_day: float, pack: int) -> Outlook:
    product = level.product
    by_weight = product.sold_by == "kg"
    order = None
    if a_day > 0:
        wanted = max(0.0, a_day * 2 * COVER_DAYS - level.quantity)
        unit = 1000 if by_weight else pack
        order = -int(-wanted // unit) * unit
    days_left = max(0, level.quantity) / a_day if a_day > 0 else None
    return Outlook(product.pk, product.code, product.name, by_weight, level.quantity, a_day, days_left, pack, order)
