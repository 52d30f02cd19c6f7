"""Catalogues that are fetched: by SFTP and HTTP from real servers, from nowhere inside the house, once at a time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from inventory.fetching import FetchFailed, Place, fetch, place_check
from inventory.models import CatalogueFeed, FeedState, Price, Product, Store
from inventory.sealing import seal
from inventory.services.catalogue_feeds import PURPOSE, feed_run, feeds_due
from inventory.tasks import fetch_feed, fetch_feeds
from tests.inventory.servers import PASSWORD, USER, Sftp, Web, sftp_server, web_server
from tests.inventory.world import NOW, make_store

FILE = b"code,gtin,name,price\nP1,4006381333931,Milk 1 l,1.49\nP2,4000417025005,Rye bread,2.99\n"
DELTA = b"code,price\nP1,1.29\n"
HOUR = timedelta(hours=1)


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[Sftp]:
    (tmp_path / "goods.csv").write_bytes(FILE)
    with sftp_server(tmp_path) as server:
        yield server


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server(FILE) as server:
        yield server


@pytest.fixture
def near(settings: Any) -> None:
    settings.FEEDS_PRIVATE_ADDRESSES = True


def _feed(store: Store, url: str, **fields: Any) -> CatalogueFeed:
    return CatalogueFeed.objects.create(store=store, name="Goods", url=url, **fields)


def _run(feed: CatalogueFeed, after: timedelta = timedelta()) -> str:
    state = feed_run(feed_id=feed.pk, now=NOW + after)
    feed.refresh_from_db()
    return state


def _code(place: Place, **options: Any) -> str:
    with pytest.raises(FetchFailed) as refusal:
        fetch(place, **options)
    return refusal.value.code


@pytest.mark.django_db
@pytest.mark.usefixtures("near")
class TestFeeds:
    def test_a_file_from_an_sftp_server_is_imported(self, sftp: Sftp) -> None:
        feed = _feed(
            make_store(), sftp.url(), username=USER, sealed_password=seal(PASSWORD, PURPOSE), host_key=sftp.fingerprint
        )

        assert _run(feed) == FeedState.APPLIED
        assert {p.code: p.name for p in Product.objects.all()} == {"P1": "Milk 1 l", "P2": "Rye bread"}
        assert feed.last_import is not None
        assert PASSWORD.encode() not in bytes(feed.sealed_password)

    def test_a_delta_changes_what_it_names_and_leaves_the_rest(self, web: Web) -> None:
        feed = _feed(make_store(), web.url)
        _run(feed)
        web.data, web.etag = DELTA, '"2"'

        assert _run(feed, HOUR) == FeedState.APPLIED
        prices = Price.objects.filter(valid_until=None).values_list("product__code", "amount_minor")
        assert dict(prices) == {"P1": 129, "P2": 299}

    def test_a_file_that_has_not_changed_is_not_read_again(self, web: Web) -> None:
        feed = _feed(make_store(), web.url)
        states = [_run(feed), _run(feed, HOUR)]
        web.etag = '"the server has started again"'
        states.append(_run(feed, 2 * HOUR))

        assert states == [FeedState.APPLIED, FeedState.SAME, FeedState.SAME]
        assert web.asked[1]["if-none-match"] == '"1"'

    def test_it_is_due_after_its_minutes_and_later_and_later_while_it_fails(self, web: Web) -> None:
        feed = _feed(make_store(), web.url, every_minutes=60)
        assert feeds_due(now=NOW) == [feed.pk]
        _run(feed)
        assert feeds_due(now=NOW + HOUR - timedelta(seconds=1)) == []
        web.redirect = "http://127.0.0.1/"
        waits = []
        for _ in range(3):
            at = feed.next_at or NOW
            assert feed_run(feed_id=feed.pk, now=at) == FeedState.FAILED
            feed.refresh_from_db()
            waits.append((feed.next_at or at) - at)

        assert waits == [2 * HOUR, 4 * HOUR, 8 * HOUR]
        assert feed.detail.startswith("wrong_answer")

    def test_one_worker_fetches_and_a_dead_ones_lease_ends(self, web: Web) -> None:
        feed = _feed(make_store(), web.url, lease_until=NOW + timedelta(minutes=10))

        assert _run(feed) == ""
        assert feeds_due(now=NOW) == []
        assert _run(feed, HOUR) == FeedState.APPLIED

    def test_a_file_with_problems_changes_nothing_and_says_so(self, web: Web) -> None:
        web.data = FILE + b"P3,4006381333932,Wrong digit,1.00\n"
        feed = _feed(make_store(), web.url)

        assert _run(feed) == FeedState.REFUSED
        assert "1 rows" in feed.detail
        assert not Product.objects.exists()

    def test_the_schedule_finds_what_is_due(self, web: Web, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        feed = _feed(make_store(), web.url)
        monkeypatch.setattr(fetch_feed, "delay", fetch_feed)

        fetch_feeds()

        feed.refresh_from_db()
        assert feed.state == FeedState.APPLIED

    def test_a_feed_from_inside_the_house_is_refused_where_that_is_not_allowed(self, web: Web, settings: Any) -> None:
        settings.FEEDS_PRIVATE_ADDRESSES = False
        feed = _feed(make_store(), web.url)

        assert _run(feed) == FeedState.FAILED
        assert feed.detail.startswith("address_refused")
        assert web.asked == []


class TestBounds:
    def test_another_servers_key_gets_no_password(self, sftp: Sftp) -> None:
        place = Place(sftp.url(), USER, PASSWORD, "SHA256:" + "A" * 43)

        assert _code(place, private=True) == "host_key"

    def test_a_wrong_password_and_a_missing_file_are_said(self, sftp: Sftp) -> None:
        assert _code(Place(sftp.url(), USER, "wrong", sftp.fingerprint), private=True) == "not_let_in"
        missing = Place(sftp.url("/none.csv"), USER, PASSWORD, sftp.fingerprint)
        assert _code(missing, private=True) == "not_found"

    def test_a_file_longer_than_agreed_is_not_taken(self, sftp: Sftp, web: Web) -> None:
        place = Place(sftp.url(), USER, PASSWORD, sftp.fingerprint)

        assert _code(place, private=True, most_bytes=20) == "too_large"
        assert _code(Place(web.url), private=True, most_bytes=20) == "too_large"

    def test_a_redirect_is_not_followed(self, web: Web) -> None:
        web.redirect = web.url

        assert _code(Place(web.url), private=True) == "wrong_answer"
        assert len(web.asked) == 1

    @pytest.mark.parametrize(
        "url",
        ["http://example.com/a", "ftp://example.com/a", "file:///etc/passwd", "https:///a", "https://u:p@h/a", "x"],
    )
    def test_what_is_no_address_of_a_file_is_refused(self, url: str) -> None:
        with pytest.raises(FetchFailed):
            place_check(url)

    def test_sftp_without_a_fingerprint_is_refused(self) -> None:
        with pytest.raises(FetchFailed, match="fingerprint"):
            place_check("sftp://example.com/a.csv")
