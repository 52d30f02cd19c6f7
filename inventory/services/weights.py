"""Learned weights as trips leave them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from inventory.errors import DomainError, NotFound
from inventory.models import LearnedWeight, Product, SoldBy, Store, WeightDay
from inventory.services.audit import audit_record


class InvalidWeight(DomainError):
    code = "invalid_weight"
    status = 400
    detail = "A weight is 1 g to 100 kg, and its doubt 0.1 g up to the weight itself."


class LearnedBelief(NamedTuple):
    """A product's belief after a trip: the engine's own state as JSON, and what people read of it, in grams."""

    product_id: int
    belief: Mapping[str, Any]
    mean_g: float
    sd_g: float
    observations: int


@transaction.atomic
def weights_learn(*, store_id: int, beliefs: Iterable[LearnedBelief], now: datetime) -> int:
    """Stores these beliefs of one store over the older ones, and says how many. What builds on the older ones comes
    through `weights_change`, else two trips that teach at once would lose one's lesson."""
    rows = [
        LearnedWeight(
            store_id=store_id, product_id=item.product_id, belief=dict(item.belief), mean_g=item.mean_g,
            sd_g=item.sd_g, observations=item.observations, updated_at=now,
        )
        for item in sorted(beliefs, key=lambda belief: belief.product_id)
    ]  # fmt: skip
    LearnedWeight.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["store", "product"],
        update_fields=["belief", "mean_g", "sd_g", "observations", "updated_at"],
    )
    _keep_day(store_id, rows, now)
    return len(rows)


@transaction.atomic
def weights_change(
    *,
    store_id: int,
    product_ids: Collection[int],
    change: Callable[[Mapping[int, Any]], Iterable[LearnedBelief]],
    now: datetime,
) -> int:
    """Stores what `change` makes of the beliefs that are stored of these products; says how many.

    Whoever else learns in this store waits until the caller's transaction has ended.
    """
    Store.objects.select_for_update(no_key=True).get(id=store_id)
    rows = LearnedWeight.objects.filter(store_id=store_id, product_id__in=product_ids)
    stored = dict(rows.values_list("product_id", "belief"))
    return weights_learn(store_id=store_id, beliefs=change(stored), now=now)


@transaction.atomic
def weight_forget(*, store_id: int, product_id: int, actor: User | None = None, now: datetime) -> bool:
    """Forgets what was learned of a product, so that its listed weight counts again; False if there was nothing."""
    row = LearnedWeight.objects.filter(store_id=store_id, product_id=product_id).first()
    if row is None:
        return False
    row.delete()
    _keep_day(store_id, [row], now, note="forgotten")
    _audit("weight.forget", store_id, product_id, actor, {"mean_g": round(row.mean_g, 1)}, now)
    return True


@transaction.atomic
def weight_set(
    *, store_id: int, product_id: int, mean_g: float, sd_g: float, actor: User | None = None, now: datetime
) -> LearnedWeight:
    """What people know of a product's weight takes the place of what was learned; trips go on teaching from there.

    `sd_g` says how sure they are of the mean. Raises InvalidWeight, NotFound.
    """
    if not (1 <= mean_g <= 100_000 and 0.1 <= sd_g <= mean_g):
        raise InvalidWeight
    store = Store.objects.select_for_update(no_key=True).get(id=store_id)
    if not Product.objects.filter(id=product_id, retailer_id=store.retailer_id, sold_by=SoldBy.EACH).exists():
        raise NotFound("There are no such goods, or they are sold by weight.")
    belief = {
        "modes": [{"weight": 1.0, "mean": mean_g, "variance": sd_g**2}],
        "squares": 0.0,
        "degrees": 0.0,
        "seen": 0,
    }
    weights_learn(store_id=store_id, beliefs=[LearnedBelief(product_id, belief, mean_g, sd_g, 0)], now=now)
    WeightDay.objects.filter(store_id=store_id, product_id=product_id, day=now.date()).update(note="set")
    _audit("weight.set", store_id, product_id, actor, {"mean_g": mean_g, "sd_g": sd_g}, now)
    return LearnedWeight.objects.get(store_id=store_id, product_id=product_id)


def _keep_day(store_id: int, rows: Iterable[LearnedWeight], now: datetime, note: str = "") -> None:
    days = [
        WeightDay(
            store_id=store_id, product_id=row.product_id, day=now.date(), mean_g=row.mean_g, sd_g=row.sd_g,
            observations=row.observations, note=note,
        )
        for row in rows
    ]  # fmt: skip
    fields = ["mean_g", "sd_g", "observations"] + (["note"] if note else [])
    WeightDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["store", "product", "day"], update_fields=fields
    )


def _audit(
    action: str, store_id: int, product_id: int, actor: User | None, detail: dict[str, Any], now: datetime
) -> None:
    store = Store.objects.select_related("retailer").get(id=store_id)
    audit_record(action=action, subject=f"product:{product_id}", actor=actor, store=store, detail=detail, now=now)
