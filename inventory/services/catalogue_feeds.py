"""Feeds: catalogue files fetched on a schedule: claimed by a lease, fetched outside any transaction, imported."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Q

from inventory.errors import DomainError
from inventory.fetching import FetchFailed, Place, fetch
from inventory.models import CatalogueFeed, FeedState, ImportState
from inventory.sealing import SecretLost, unseal
from inventory.services.catalogue_import import catalogue_import

PURPOSE: Final = "inventory catalogue feed"
LEASE: Final = timedelta(minutes=15)
SLOWEST: Final = timedelta(days=1)


def feeds_due(*, now: datetime) -> list[int]:
    """The feeds whose time has come and that nobody is fetching."""
    rows = CatalogueFeed.objects.filter(active=True, store__active=True, store__retailer__active=True)
    due = rows.filter(Q(next_at=None) | Q(next_at__lte=now)).filter(Q(lease_until=None) | Q(lease_until__lt=now))
    return list(due.order_by("next_at", "id").values_list("id", flat=True))


def feed_run(*, feed_id: int, now: datetime, early: bool = False) -> str:
    """Fetches and imports a feed, and says what came of it: a `FeedState`, or "" if another worker has it.

    `early` is for people who will not wait. What fails is tried again, each time after twice as long, up to a day.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Q() if early else Q(next_at=None) | Q(next_at__lte=now)
    claimed = CatalogueFeed.objects.filter(free, due, id=feed_id, active=True)
    if claimed.update(lease_until=now + LEASE) != 1:
        return ""
    feed = CatalogueFeed.objects.select_related("store").get(id=feed_id)
    try:
        result = _fetched(feed, now)
    except SecretLost:
        result = {"state": FeedState.FAILED, "detail": "The server's secret has changed: enter the password again."}
    except FetchFailed as error:
        result = {"state": FeedState.FAILED, "detail": f"{error.code}: {error.detail}"}
    except DomainError as error:
        result = {"state": FeedState.REFUSED, "detail": f"{error.code}: {error.detail}"}
    good = result["state"] in (FeedState.APPLIED, FeedState.SAME)
    result["failures"] = 0 if good else feed.failures + 1
    wait = timedelta(minutes=feed.every_minutes) * 2 ** min(result["failures"], 10)
    result |= {"next_at": now + min(wait, SLOWEST), "lease_until": None, "fetched_at": now}
    result["detail"] = result["detail"][:300]
    CatalogueFeed.objects.filter(id=feed_id).update(**result)
    return str(result["state"])


def _fetched(feed: CatalogueFeed, now: datetime) -> dict[str, Any]:
    good = feed.state in (FeedState.APPLIED, FeedState.SAME)
    place = Place(
        feed.url, feed.username, unseal(bytes(feed.sealed_password), PURPOSE), feed.host_key, feed.etag if good else ""
    )
    found = fetch(place, private=settings.FEEDS_PRIVATE_ADDRESSES)
    if found.data is None or (good and found.sha256 == feed.sha256):
        return {"state": FeedState.SAME, "detail": ""}
    record = catalogue_import(
        store_id=feed.store_id, data=found.data, filename=feed.url.rpartition("/")[2] or feed.name, now=now,
        mapping=feed.mapping or None, skip_problems=feed.skip_problems,
    )  # fmt: skip
    result = {"last_import": record, "sha256": found.sha256, "etag": found.etag}
    if record.state != ImportState.APPLIED:
        return result | {"state": FeedState.REFUSED, "detail": f"{record.problem_count} rows have problems."}
    told = f"{record.created} new, {record.changed} changed, {record.prices} prices"
    return result | {"state": FeedState.APPLIED, "detail": told}
