"""What all live trips of a store share in this process: catalogue, book of weights, policy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from django.utils import timezone

from carts.reconciliation import Policy, ProductFacts, WeightBook
from carts.selectors.policies import policy_of
from carts.services.policies import policy_in_force
from inventory.selectors.articles import Article, StoreCatalogue
from inventory.selectors.catalogue import store_catalogue
from inventory.selectors.weights import Learned, learned_since

OVERLAP = timedelta(minutes=1)  # a belief may be committed so much later than the time that it bears


@dataclass(slots=True)
class StoreContext:
    """Replaced whole when catalogue or policy change; the book lives on. `learned_at` is its newest belief's time."""

    store_id: int
    catalogue: StoreCatalogue
    book: WeightBook
    policy: Policy
    version_id: int | None = None
    learned_at: datetime | None = None

    def local(self, now: datetime) -> datetime:
        """The moment in the store's time zone."""
        return now.astimezone(ZoneInfo(self.catalogue.timezone))


def load_context(store_id: int) -> StoreContext:
    """Read a store's catalogue, policy and learned weights from the database."""
    catalogue = store_catalogue(store_id)
    book = WeightBook(facts_of(article) for article in catalogue.articles())
    version = policy_in_force(store_id=store_id, now=timezone.now())
    context = StoreContext(store_id, catalogue, book, policy_of(version), version.pk)
    take_learned(context, learned_since(store_id, None))
    return context


def refresh(context: StoreContext) -> StoreContext:
    """The context with the store's present catalogue and policy: the same object if neither has changed."""
    catalogue = store_catalogue(context.store_id)
    version = policy_in_force(store_id=context.store_id, now=timezone.now())
    if catalogue is context.catalogue and version.pk == context.version_id:
        return context
    if catalogue is not context.catalogue:
        for article in catalogue.articles():
            context.book.add(facts_of(article))
    return StoreContext(context.store_id, catalogue, context.book, policy_of(version), version.pk, context.learned_at)


def newly_learned(context: StoreContext) -> list[Learned]:
    """Beliefs that trips of any server have taught since the book last took some in."""
    return learned_since(context.store_id, context.learned_at - OVERLAP if context.learned_at else None)


def take_learned(context: StoreContext, news: Iterable[Learned]) -> None:
    """Let the book believe what is stored. Called where the engines run: a book is not for two threads."""
    for product_id, belief, updated_at in news:
        article = context.catalogue.article(product_id)
        if article is not None:
            context.book.load(article.code, msgspec.msgpack.encode(belief))
        if context.learned_at is None or updated_at > context.learned_at:
            context.learned_at = updated_at


def facts_of(article: Article) -> ProductFacts:
    """What the catalogue says of a product's weight, for the engine; its key is the article number."""
    return ProductFacts(
        key=article.code,
        name=article.name,
        category=article.packaging or article.category,
        sold_by="kg" if article.sold_by == "kg" else "each",
        net_g=article.net_g,
        gross_g=article.gross_g,
        price_minor=article.unit_price_minor,
    )
