"""A catalogue of 100,000 products: `python -m tests.benchmarks.catalogue`. Look-up of codes, and search, in CPU time.

Names are made of the words of `../shared/catalog/konzum.csv`, or of the file given, so that they are as alike as a
shop's are; without the file, of made-up syllables.
"""

import csv
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from inventory.barcodes import StoreRules, read  # noqa: E402
from inventory.barcodes._checks import check_digit  # noqa: E402
from inventory.pricing import Promotions, StorePricing  # noqa: E402
from inventory.selectors.articles import Article, StoreCatalogue  # noqa: E402
from inventory.selectors.catalogue import articles_for  # noqa: E402
from inventory.text import fold  # noqa: E402

DEFAULT = Path(__file__).resolve().parents[2].parent / "shared" / "catalog" / "konzum.csv"
PRODUCTS = 100_000
QUERIES = 300


def words(path: Path) -> list[list[str]]:
    """Names as lists of words."""
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        column = next((name for name in rows[0] if "name" in name.lower() or "naziv" in name.lower()), "")
        return [row[column].split() for row in rows if row[column]]
    rng = random.Random(7)
    syllables = ["ba", "čo", "ke", "li", "mü", "ra", "so", "ta", "vé", "zu"]
    return [["".join(rng.choices(syllables, k=3)) for _ in range(4)] for _ in range(12_000)]


def catalogue(names: list[list[str]]) -> StoreCatalogue:
    """`PRODUCTS` articles whose names mix the words of real ones."""
    rng = random.Random(1)
    articles = []
    for number in range(PRODUCTS):
        name = " ".join([*rng.choice(names)[:3], *rng.choice(names)[-2:]])[:160]
        digits = f"40{number:010d}"
        articles.append(
            Article(
                product_id=number, code=str(number), key=f"0{digits}{check_digit(digits)}", name=name, brand="",
                category="", sold_by="each", unit_price_minor=199, tax_rate_bp=0, deposit_minor=0, net_g=None,
                gross_g=None, packaging="", age_limit=None, sale_from=None, sale_until=None, quantity_limit=None,
                sale_stopped=False, recalled=False, recalled_batches=(), pack_quantity=1, picture=None,
                search_text=fold(name),
            )
        )  # fmt: skip
    store = {
        "id": 1, "retailer_id": 1, "catalogue_version": 1, "currency": "EUR", "currency_exponent": 2, "country": "HR",
        "language": "hr", "timezone": "Europe/Zagreb", "tax_inclusive": True, "good_until": None,
        "rules": StoreRules(currency="EUR", item_numbers=True), "pricing": StorePricing(),
    }  # fmt: skip
    return StoreCatalogue(store, articles, Promotions())


def mistyped(word: str, rng: random.Random) -> str:
    """A word with two letters swapped, one left out, or one doubled."""
    at = rng.randrange(1, max(2, len(word) - 1))
    return rng.choice(
        [word[:at] + word[at + 1 :], word[:at] + word[at : at + 2][::-1] + word[at + 2 :], word[:at] + word[at - 1 :]]
    )


def measure(name: str, calls: list[Callable[[], object]], unit: float, symbol: str) -> float:
    """Prints the median, the 95th percentile and the worst; each call's best CPU time of three. Gives the p95."""
    times = []
    for call in calls:
        best = float("inf")
        for _ in range(3):
            start = time.thread_time()
            call()
            best = min(best, time.thread_time() - start)
        times.append(best / unit)
    cuts = statistics.quantiles(times, n=20)
    print(f"{name:48s} median {statistics.median(times):7.2f}  p95 {cuts[-1]:7.2f}  worst {max(times):7.2f} {symbol}")
    return cuts[-1]


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 when a bar is missed."""
    names = words(Path(arguments[0]) if arguments else DEFAULT)
    store = catalogue(names)
    rng = random.Random(3)
    some = rng.sample(list(store.articles()), QUERIES)
    store.search("warm", 20)
    store.search("wram", 20)
    codes = [article.printed_code for article in some]
    keys = [read(code, store.rules).keys for code in codes]  # type: ignore[union-attr]
    print(f"{PRODUCTS:,} products, {QUERIES} queries each")
    found = measure("code as read to article", [lambda c=c: articles_for(store, c) for c in codes], 1e-6, "us")  # type: ignore[misc]
    measure("key to article", [lambda k=k: store.find(k) for k in keys], 1e-6, "us")  # type: ignore[misc]
    typed = [[word for word in article.name.split() if len(word) > 3] or article.name.split() for article in some]
    first = [" ".join(ws[:2]) for ws in typed]
    folded = [fold(text).title() for text in first]
    wrong = [" ".join([mistyped(ws[0], rng), *ws[1:2]]) for ws in typed]
    slowest = max(
        measure("search: two words", [lambda t=t: store.search(t, 20) for t in first], 1e-3, "ms"),  # type: ignore[misc]
        measure("search: without accents", [lambda t=t: store.search(t, 20) for t in folded], 1e-3, "ms"),  # type: ignore[misc]
        measure("search: a typing error", [lambda t=t: store.search(t, 20) for t in wrong], 1e-3, "ms"),  # type: ignore[misc]
        measure("search: three letters", [lambda t=t: store.search(t[:3], 20) for t in first], 1e-3, "ms"),  # type: ignore[misc]
    )
    hits = sum(article in store.search(text, 100) for article, text in zip(some, wrong, strict=True))
    print(f"the product is among the first 100 for {hits} of {QUERIES} mistyped names")
    met = found < 50 and slowest < 30
    print("bars: code under 50 us, search under 30 ms, both at p95: " + ("met" if met else "missed"))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
