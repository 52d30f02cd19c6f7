"""The catalogue as the live stream, the API and the console read it: from a snapshot of each store in this process."""

import threading
import time
from typing import NamedTuple

from django.utils import timezone

from inventory.barcodes import Unreadable, read
from inventory.errors import NotFound, UnknownCode
from inventory.models import Store
from inventory.selectors.articles import Article, StoreCatalogue
from inventory.selectors.loading import load_catalogue

CHECK_SECONDS = 1.0


class _Kept(NamedTuple):
    catalogue: StoreCatalogue
    checked: float


_kept: dict[int, _Kept] = {}
_locks: dict[int, threading.Lock] = {}
_guard = threading.Lock()


def store_catalogue(store_id: int) -> StoreCatalogue:
    """The store's snapshot, at most a second behind the database; raises NotFound for no such store.

    Services raise the store's version with every change, in any process. The check reads one number, at most once a
    second; between checks this costs a dictionary look-up. While one thread reads a new snapshot, the others go on
    with the old one.
    """
    kept = _kept.get(store_id)
    if kept is not None and time.monotonic() - kept.checked < CHECK_SECONDS:
        return kept.catalogue
    with _guard:
        lock = _locks.setdefault(store_id, threading.Lock())
    if not lock.acquire(blocking=kept is None) and kept is not None:
        return kept.catalogue
    try:
        return _refresh(store_id)
    finally:
        lock.release()


def catalogue_at_hand(store_id: int) -> StoreCatalogue | None:
    """The last snapshot without touching the database, None if there is none yet: for an event loop."""
    kept = _kept.get(store_id)
    return kept.catalogue if kept is not None else None


def forget_catalogues() -> None:
    """Drops every snapshot of this process (tests, and after a database was put back from a backup)."""
    _kept.clear()


def articles_for(catalogue: StoreCatalogue, code: str) -> tuple[Article, ...]:
    """What the store sells under a code as read: several if it is ambiguous, nothing for what can't be read."""
    found = read(code, catalogue.rules)
    return () if isinstance(found, Unreadable) else catalogue.find(found.keys)


def article_for(catalogue: StoreCatalogue, code: str) -> Article:
    """The one article for a code as read or keyed, or for an article number; raises UnknownCode for none or several."""
    articles = articles_for(catalogue, code)
    if len(articles) == 1:
        return articles[0]
    article = None if articles else catalogue.by_code(code)
    if article is None:
        raise UnknownCode
    return article


def search(store_id: int, text: str, limit: int = 20) -> list[Article]:
    """What the store sells under these words, best first; accents, case and small typing errors don't matter."""
    return store_catalogue(store_id).search(text, limit)


def produce_keys(store_id: int) -> list[Article]:
    """Loose goods under a PLU, by name: the keys that the tablet shows."""
    return [a for a in store_catalogue(store_id).articles() if len(a.key) in (4, 5) and a.key.isdigit()]


def _refresh(store_id: int) -> StoreCatalogue:
    now, checked = timezone.now(), time.monotonic()
    kept = _kept.get(store_id)
    if kept is not None and checked - kept.checked < CHECK_SECONDS:
        return kept.catalogue
    if kept is not None:
        version = Store.objects.filter(id=store_id, active=True).values_list("catalogue_version", flat=True).first()
        if version is None:
            _kept.pop(store_id, None)
            raise NotFound("There is no such store.")
        until = kept.catalogue.good_until
        if version == kept.catalogue.version and (until is None or now < until):
            _kept[store_id] = _Kept(kept.catalogue, checked)
            return kept.catalogue
    catalogue = load_catalogue(store_id, now)
    _kept[store_id] = _Kept(catalogue, checked)
    return catalogue
