"""What a scan comes to: an article to add, or a refusal with a word for the shopper. Nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from carts.basket import Basket
from inventory.barcodes import Read, Unreadable, read
from inventory.selectors.articles import Article

CHOICES = 8  # candidates shown for an ambiguous code


@dataclass(frozen=True, slots=True)
class Accepted:
    """Put so many pieces of this article in; grams and price of the label where it bears them."""

    article: Article
    quantity: int
    label_weight_g: float | None
    label_price_minor: int | None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """The outcome that the cart is told, and words with it."""

    outcome: str
    detail: dict[str, Any]


def judge_scan(basket: Basket, code: str, quantity: int, *, local_now: datetime) -> Accepted | Refused:
    """Hold a code as read against the store's catalogue and rules; `local_now` is in the store's time zone."""
    catalogue = basket.catalogue
    found = read(code, catalogue.rules)
    articles = () if isinstance(found, Unreadable) else catalogue.find(found.keys)
    if len(articles) > 1:
        return _ambiguous(articles)
    # The retailer's article number is what an ambiguous code's candidates are named by.
    article = articles[0] if articles else catalogue.by_code(code)
    if article is None:
        return Refused("unknown_code", {"text": "We don't know this code. Search by name, or ask for help."})
    label = found if isinstance(found, Read) else Read(symbology="", keys=())
    return _judge(basket, article, label, quantity, local_now)


def _judge(basket: Basket, article: Article, found: Read, quantity: int, local_now: datetime) -> Accepted | Refused:
    refusal = _refusal(article, found, local_now, basket.catalogue.pricing.best_before == "refuse")
    if refusal is not None:
        return Refused("sale_refused", {"text": refusal[1], "why": refusal[0], "name": article.name})
    pieces = 1 if article.sold_by == "kg" else quantity * article.pack_quantity * (found.count or 1)
    limit = article.quantity_limit
    if limit is not None and basket.quantity_of(article.product_id) + pieces > limit:
        text = f"At most {limit} of {article.name} for each shopper."
        return Refused("quantity_limit", {"text": text, "limit": limit, "name": article.name})
    detail: dict[str, Any] = {"age_check": article.age_limit} if article.age_limit else {}
    return Accepted(article, pieces, label_grams(article, found), found.price_minor, detail)


def label_grams(article: Article, found: Read) -> float | None:
    """Grams that the label states, or that its price implies at the price per kilogram."""
    if found.weight_g is not None:
        return float(found.weight_g)
    if article.sold_by == "kg" and found.price_minor is not None and article.unit_price_minor:
        return found.price_minor * 1000 / article.unit_price_minor
    return None


def _ambiguous(articles: Sequence[Article]) -> Refused:
    choices = [{"code": a.code, "name": a.name, "unit_price": a.unit_price_minor} for a in articles[:CHOICES]]
    text = "Several products have this code. Which one is it?"
    return Refused("ambiguous_code", {"text": text, "candidates": choices})


def _refusal(article: Article, found: Read, local_now: datetime, strict: bool) -> tuple[str, str] | None:
    """Why this piece may not be sold now, as (stable word, words for the shopper); None if it may.

    `strict`: a best-before date, which is no date of safety, counts like the others.
    """
    if article.recall_holds(found.batch):
        return "recalled", f"{article.name} was recalled. Please give it to our staff."
    if found.price is not None and found.price_minor is None:
        return (
            "label_currency",
            f"The price on this label is not in our currency. Please ask for help with {article.name}.",
        )
    if article.sale_stopped:
        return "sale_stopped", f"{article.name} can't be sold at the moment."
    dates = (found.expiry, found.sell_by, found.best_before if strict else None)
    if any(day is not None and day < local_now.date() for day in dates):
        return "expired", f"This {article.name} is past its date. Please take a fresh one."
    if not article.on_sale_at(local_now.time()):
        return "hours", f"{article.name} can't be sold at this hour."
    return None
