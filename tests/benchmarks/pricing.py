"""How long pricing takes: `python -m tests.benchmarks.pricing`. Prints the median and 95th percentile of each case."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from inventory.pricing import (
    AmountOff,
    BasketThreshold,
    CheapestFree,
    FixedPrice,
    Item,
    MixAndMatch,
    NForM,
    NForPrice,
    Part,
    Percent,
    Promotion,
    Promotions,
    SecondUnit,
    Target,
    Terms,
    currency,
    price,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
EUR = currency("EUR")
BASKETS = 40
ROUNDS = 25


def item(rng: random.Random, line: int, products: int) -> Item:
    """A line of a shop with `products` products in 60 categories, 12 departments and 150 brands."""
    number = rng.randrange(products)
    weighed = number % 8 == 0
    return Item(
        line=line,
        product=f"{number:014d}",
        quantity=1 if weighed else rng.choice([1, 1, 1, 1, 2, 2, 3, 4, 6]),
        weight_g=rng.randrange(80, 2500) if weighed else None,
        unit_price_minor=rng.randrange(49, 1999),
        tax_rate_bp=(700, 1900)[number % 3 == 0],
        deposit_minor=25 if number % 10 == 1 else 0,
        groups=(f"category-{number % 60}", f"department-{number % 12}", f"brand-{number % 150}"),
    )


def offer(rng: random.Random, number: int, products: int, wide: bool) -> Promotion:
    """One of 200 live promotions: mostly on some products of a category, `wide`: on whole categories and brands."""
    category = rng.randrange(60)
    some = frozenset(f"{rng.randrange(products // 60) * 60 + category:014d}" for _ in range(8))
    on = Target(products=some)
    if wide:
        on = Target(groups=frozenset({rng.choice([f"category-{category}", f"brand-{rng.randrange(150)}"])}))
    name = f"offer-{number:03d}"
    makers: Sequence[Callable[[], Promotion]] = (
        lambda: Percent(id=name, name=name, on=on, percent_bp=rng.choice([1000, 2000, 2500])),
        lambda: FixedPrice(id=name, name=name, on=on, price_minor=rng.randrange(49, 999)),
        lambda: AmountOff(id=name, name=name, on=on, amount_minor=50),
        lambda: NForM(id=name, name=name, on=on, take=3, pay=2),
        lambda: NForPrice(id=name, name=name, on=on, take=2, price_minor=rng.randrange(300, 900)),
        lambda: SecondUnit(id=name, name=name, on=on, percent_bp=5000),
        lambda: CheapestFree(id=name, name=name, on=on, buy=2),
        lambda: MixAndMatch(
            id=name,
            name=name,
            parts=(Part(on=on), Part(on=Target(groups=frozenset({f"brand-{rng.randrange(150)}"})))),
            percent_bp=1500,
        ),
    )
    return makers[number % len(makers)]()


def offers(wide: bool, products: int = 3000, count: int = 196) -> Promotions:
    """200 promotions, four of them on the basket or by coupon."""
    rng = random.Random(5)
    goods = [offer(rng, number, products, wide) for number in range(count)]
    everything = Target(everything=True)
    basket: list[Promotion] = [
        BasketThreshold(id="t1", name="5 off 50", minimum_minor=5000, amount_minor=500),
        BasketThreshold(id="t2", name="12 off 100", minimum_minor=10000, amount_minor=1200),
        Percent(
            id="c1", name="Ten off", on=everything, percent_bp=1000, coupon="TEN", coupon_uses=None, group="coupons"
        ),
        Percent(id="c2", name="Half", on=everything, percent_bp=5000, coupon="HALF", group="coupons"),
    ]
    return Promotions(goods + basket)


def measure(name: str, lines: int, promotions: Promotions, coupons: tuple[str, ...] = (), live: bool = False) -> None:
    """Prices `BASKETS` baskets `ROUNDS` times each; the time of a basket is its best CPU time.

    `live`: the basket without its last line was priced before, as in a cart; otherwise no basket was.
    """
    terms = Terms(currency=EUR, now=NOW, promotions=promotions, coupons=coupons)
    times, exact, served = [], 0, 0
    for seed in range(BASKETS):
        rng = random.Random(seed)
        items = [item(rng, line + 1, 3000) for line in range(lines)]
        best = float("inf")
        for _ in range(ROUNDS):
            promotions.memo.clear()
            if live:
                price(items[:-1], terms)
            start = time.thread_time()
            priced = price(items, terms)
            best = min(best, time.thread_time() - start)
        times.append(best * 1e6)
        exact += priced.exact
        served += sum(bool(line.savings) for line in priced.lines)
    cuts = statistics.quantiles(times, n=20)
    print(
        f"{name:58s} median {statistics.median(times):7.0f} us  p95 {cuts[-1]:7.0f} us  max {max(times):7.0f} us  "
        f"lines with savings {served / BASKETS:5.1f}  proven best {exact}/{BASKETS}"
    )


def main() -> None:
    """All cases."""
    print(f"{BASKETS} baskets a case, best CPU time of {ROUNDS} runs each")
    measure("30 lines, no promotions", 30, Promotions())
    narrow, wide = offers(wide=False), offers(wide=True)
    elsewhere = Promotions([offer(random.Random(1), n, 600000, False) for n in range(200)])
    measure("30 lines, 200 promotions, none of them matching", 30, elsewhere)
    measure("100 lines, 200 promotions on products", 100, narrow)
    measure("the same, one line more than a moment ago", 100, narrow, live=True)
    measure("100 lines, 200 promotions on categories and brands", 100, wide)
    measure("the same, one line more than a moment ago", 100, wide, live=True)
    measure("100 lines, 200 on categories, 10 % coupon on everything", 100, wide, ("TEN",))
    measure("the same, one line more than a moment ago", 100, wide, ("TEN",), live=True)
    measure("100 lines, 200 on categories, coupon on one piece", 100, wide, ("HALF",))


if __name__ == "__main__":
    main()
