"""Learned weights of a store: as the engine reads them, and as people look at them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from inventory.models import LearnedWeight, Product, Store, WeightDay
from inventory.text import fold

WIDER: Final = 4.0  # how much less another store's belief is trusted: its variances times this
FEWER: Final = 0.25  # and how much of what it knows of the spread counts
DRIFT_DAYS: Final = 30
SECOND_SHARE: Final = 0.15  # a second mode with so much weight may be a redesigned pack
SIGMAS: Final = 4.0


class Learned(NamedTuple):
    """What is believed of a product's weight: the engine's own state, and when it was stored."""

    product_id: int
    belief: dict[str, Any]
    updated_at: datetime


class Alert(NamedTuple):
    """What a person should look at: `drift`, `redesign` or `listed`, and in words."""

    kind: str
    text: str


@dataclass(frozen=True)
class WeightRow:
    """One product's weight in a store; grams. `false_alarms` are those that its weight was part of."""

    product_id: int
    code: str
    name: str
    mean_g: float
    sd_g: float
    observations: int
    listed_g: int | None
    updated_at: datetime
    alerts: tuple[Alert, ...]
    false_alarms: int = 0


def learned_since(store_id: int, since: datetime | None) -> list[Learned]:
    """The store's beliefs that were stored at or after a moment; without one all of them, and the retailer's for the
    goods of which this store has learned nothing yet."""
    rows = LearnedWeight.objects.filter(store_id=store_id)
    if since is not None:
        rows = rows.filter(updated_at__gte=since)
    own = [Learned(*row) for row in rows.values_list("product_id", "belief", "updated_at")]
    return own if since is not None else own + retailer_priors(store_id, {row.product_id for row in own})


def retailer_priors(store_id: int, known: Iterable[int] = ()) -> list[Learned]:
    """What the retailer's other stores believe of goods that are not `known` here: of each the best observed belief,
    with more doubt, for packs may differ from place to place."""
    same = Store.objects.filter(id=store_id).values("retailer_id")
    rows = LearnedWeight.objects.filter(store__retailer_id__in=same, observations__gt=0).exclude(store_id=store_id)
    seen = set(known)
    best: dict[int, Learned] = {}
    for product_id, belief, at in rows.order_by("observations").values_list("product_id", "belief", "updated_at"):
        if product_id not in seen:
            best[product_id] = Learned(product_id, doubted(belief), at)
    return list(best.values())


def doubted(belief: Mapping[str, Any]) -> dict[str, Any]:
    """A belief as a prior for another store: the same means, wider, with less known of the spread and nothing seen."""
    modes = [{**mode, "variance": mode["variance"] * WIDER + 1.0} for mode in belief["modes"]]
    squares, degrees = belief.get("squares", 0.0) * FEWER, belief.get("degrees", 0.0) * FEWER
    return {"modes": modes, "squares": squares, "degrees": degrees, "seen": 0}


def weight_rows(
    store_id: int, now: datetime, *, text: str = "", false_alarms: Mapping[str, int] | None = None
) -> list[WeightRow]:
    """The learned weights, those with alerts and false alarms first. `false_alarms` by article number."""
    rows = LearnedWeight.objects.filter(store_id=store_id).select_related("product")
    for word in fold(text).split():
        rows = rows.filter(product__search_text__contains=word)
    before = _before(store_id, now)
    alarms = false_alarms or {}
    found = [_row(row, before.get(row.product_id), alarms.get(row.product.code, 0)) for row in rows]
    return sorted(found, key=lambda row: (-len(row.alerts), -row.false_alarms, row.name))


def weight_history(store_id: int, product_id: int) -> Sequence[WeightDay]:
    """The product's days, oldest first; the last 400."""
    return list(WeightDay.objects.filter(store_id=store_id, product_id=product_id)[:400])[::-1]


def weight_modes(store_id: int, product_id: int) -> tuple[LearnedWeight | None, list[dict[str, Any]]]:
    """What is stored here of a product, and the modes that count here: its own, or the retailer's."""
    row = LearnedWeight.objects.filter(store_id=store_id, product_id=product_id).select_related("product").first()
    if row is not None:
        return row, list(row.belief.get("modes", ()))
    prior = next((one for one in retailer_priors(store_id) if one.product_id == product_id), None)
    return None, list(prior.belief["modes"]) if prior is not None else []


def _before(store_id: int, now: datetime) -> dict[int, float]:
    """The mean of a month ago, by product: the first that is known of the last 30 days."""
    since: date = (now - timedelta(days=DRIFT_DAYS)).date()
    days = WeightDay.objects.filter(store_id=store_id, day__gte=since, note="").order_by("-day")
    return dict(days.values_list("product_id", "mean_g"))


def _row(row: LearnedWeight, before: float | None, false_alarms: int) -> WeightRow:
    product: Product = row.product
    return WeightRow(
        product.pk, product.code, product.name, row.mean_g, row.sd_g, row.observations, product.gross_weight_g,
        row.updated_at, tuple(_alerts(row, before)), false_alarms,
    )  # fmt: skip


def _alerts(row: LearnedWeight, before: float | None) -> Iterable[Alert]:
    modes = sorted(row.belief.get("modes", ()), key=lambda mode: -mode["weight"])
    doubt = max(3.0, 0.01 * row.mean_g)
    if len(modes) > 1 and modes[1]["weight"] >= SECOND_SHARE:
        apart = abs(modes[0]["mean"] - modes[1]["mean"])
        if apart > SIGMAS * math.sqrt(modes[0]["variance"] + modes[1]["variance"]) and apart > doubt:
            words = f"Comes at {modes[0]['mean']:.0f} g and at {modes[1]['mean']:.0f} g: a new pack?"
            yield Alert("redesign", words)
    if before is not None and abs(row.mean_g - before) > doubt:
        yield Alert("drift", f"{row.mean_g - before:+.0f} g within {DRIFT_DAYS} days.")
    listed = row.product.gross_weight_g
    if listed is not None and row.observations >= 3 and abs(row.mean_g - listed) > max(10.0, SIGMAS * row.sd_g):
        yield Alert("listed", f"Listed with {listed} g.")
