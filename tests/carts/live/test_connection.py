"""Opening, resuming, superseding and refusing: the contract's rules of a connection."""

import asyncio
import uuid
from typing import Any

import pytest

from carts.live import opening, rows
from carts.live.hub import Hub
from carts.models import Cart, JournalEntry, Trip
from carts.services.enrolment import devices_revoke, ticket_create
from inventory.models import AuditEntry
from tests.carts.live.cast import BREAD, MILK, make_shop, on_the_loop, open_tablet
from tests.inventory.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_wrong_token_is_closed_with_4401() -> None:
    make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, "nonsense")
        await ana.hello()

        assert ana.closed == [4401]
        assert ana.of("error")[0]["code"] == "credential_invalid"

    on_the_loop(story)


def test_a_ticket_opens_the_stream_once(settings: Any) -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        from django.utils import timezone

        ticket = await asyncio.to_thread(ticket_create, device=shop.device, now=timezone.now())
        first, second = open_tablet(hub, ""), open_tablet(hub, "")
        welcome = await first.hello(ticket=ticket)
        await second.hello(ticket=ticket)

        assert welcome is not None
        assert second.closed == [4401]

    on_the_loop(story)


def test_after_a_break_the_cart_goes_on_where_the_journal_ends() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        await ana.event("scan", code=MILK, source="scanner")
        await ana.connection.leave()
        back = open_tablet(hub, shop.token, stream=ana.stream)
        welcome = await back.hello(first=2, last=2, seen=1)
        again = await back.event("scan", seq=2, code=MILK, source="scanner", wait=False)

        assert again == {}
        assert welcome is not None
        assert (welcome["acked"], welcome["mode"], welcome["revision"]) == (2, "delta", 1)
        assert welcome["trip"]["state"] == "shopping"

    on_the_loop(story)
    assert JournalEntry.objects.filter(origin="cart").count() == 2


@pytest.mark.parametrize("same_server", [True, False])
def test_an_event_sent_again_after_a_break_has_its_first_outcome(same_server: bool) -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        first = await ana.event("scan", code=MILK, source="scanner")
        at = ana.at
        await ana.connection.leave()
        elsewhere = hub if same_server else Hub()
        back = open_tablet(elsewhere, shop.token, stream=ana.stream)
        await back.hello()
        back.at = at - 400
        again = await back.event("scan", seq=2, code=MILK, source="scanner")
        basket = await back.event("scan", seq=3, code=BREAD, source="scanner")

        assert again == first
        assert basket["outcome"] == "added"
        assert [line["quantity"] for line in back.basket["lines"]] == [1, 1]
        await back.connection.leave()
        elsewhere.stop()

    on_the_loop(story)
    assert Trip.objects.get().items == 2


def test_the_same_seq_with_other_content_quarantines_the_cart() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        await ana.event("scan", seq=1, code=MILK, source="scanner")
        back = open_tablet(hub, shop.token, stream=ana.stream)
        await back.hello()

        assert ana.closed == [4422]
        assert ana.of("error")[-1]["code"] == "conflict"
        assert back.closed == [4422]

    on_the_loop(story)
    assert Cart.objects.get().quarantined_at is not None
    assert AuditEntry.objects.filter(action="cart.quarantined").count() == 1


def test_the_newest_connection_wins_and_the_older_is_closed_with_4409() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        old = open_tablet(hub, shop.token)
        await old.hello()
        await old.event("start")
        new = open_tablet(hub, shop.token, stream=old.stream)
        welcome = await new.hello()
        await old.until(lambda: bool(old.closed))
        await old.event("scan", code=MILK, source="scanner", wait=False)
        added = await new.event("scan", seq=2, code=BREAD, source="scanner")

        assert old.closed == [4409]
        assert welcome is not None
        assert welcome["epoch"] == 2
        assert added["outcome"] == "added"

    on_the_loop(story)
    assert [e.data.get("code") for e in JournalEntry.objects.filter(kind="scan")] == [BREAD]


def test_what_a_superseded_connection_writes_takes_no_effect() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        old = open_tablet(hub, shop.token)
        await old.hello()
        await old.event("start")
        elsewhere = Hub()
        new = open_tablet(elsewhere, shop.token, stream=old.stream)
        await new.hello()
        await old.event("scan", code=MILK, source="scanner")
        await old.until(lambda: bool(old.closed))

        assert old.closed == [4409]
        await new.connection.leave()
        elsewhere.stop()

    on_the_loop(story)
    assert not JournalEntry.objects.filter(kind="scan").exists()


def test_without_the_fence_a_superseded_connection_would_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "fenced", lambda writes: (list(writes), []))

    with pytest.raises(AssertionError):
        test_what_a_superseded_connection_writes_takes_no_effect()


def test_what_the_older_connection_wrote_at_the_last_moment_is_in_the_welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, stream = make_shop(), uuid.uuid4()

    def write_meanwhile(clock: str, now: Any) -> float:
        JournalEntry.objects.create(
            cart=shop.cart, stream=stream, seq=1, epoch=0, kind="assist", at_ms=0, arrived_at=NOW, outcome="not_on_trip"
        )
        return 0.0

    monkeypatch.setattr(opening, "clock_skew", write_meanwhile)

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token, stream=str(stream))
        welcome = await ana.hello()

        assert welcome is not None
        assert welcome["acked"] == 1

    on_the_loop(story)


def test_another_carts_stream_is_refused_with_4403() -> None:
    shop = make_shop()
    other = make_shop("Lake Foods")

    async def story(hub: Hub) -> None:
        ana, cal = open_tablet(hub, shop.token), open_tablet(hub, other.token)
        await ana.hello()
        await ana.event("start")
        cal.stream = ana.stream
        await cal.hello()

        assert cal.closed == [4403]

    on_the_loop(story)


def test_a_revoked_credential_is_closed_with_4401() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await asyncio.to_thread(devices_revoke, cart_id=shop.cart.pk, now=NOW)
        await ana.until(lambda: bool(ana.closed))

        assert ana.closed == [4401]

    on_the_loop(story)


def test_a_commit_that_fails_acknowledges_nothing_and_leaves_no_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_shop()
    save = rows.save
    broken = {"now": False}

    def failing(writes: Any) -> None:
        if broken["now"]:
            broken["now"] = False
            raise OSError("disk full")
        save(writes)

    monkeypatch.setattr(rows, "save", failing)

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        broken["now"] = True
        lost = await ana.event("scan", code=MILK, source="scanner")
        await ana.event("scan", code=BREAD, source="scanner", wait=False)
        back = open_tablet(hub, shop.token, stream=ana.stream)
        welcome = await back.hello()
        kept = await back.event("scan", seq=2, code=MILK, source="scanner")

        assert lost == {}
        assert ana.of("error")[-1]["code"] == "storage_unavailable"
        assert ana.closed == [1012]
        assert welcome is not None
        assert welcome["acked"] == 1
        assert kept["outcome"] == "added"

    on_the_loop(story)
    assert [e.seq for e in JournalEntry.objects.filter(origin="cart").order_by("seq")] == [1, 2]


def test_a_skip_leaves_an_audited_hole_and_a_reason_for_review() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        await ana.say({"type": "skip", "from": 2, "to": 4, "why": "storage was damaged"})
        ana.seq = 4
        sealed = await ana.event("seal")

        assert sealed["detail"]["outcome"] == "review"

    on_the_loop(story)
    assert "events_lost" in Trip.objects.get().verdict["reasons"]
    assert JournalEntry.objects.get(kind="skip").data == {"to": 4, "why": "storage was damaged"}


def test_a_reader_that_stalls_is_closed_with_4408() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        never = asyncio.Event()

        async def stuck(text: str) -> None:
            await never.wait()

        ana.connection.outbox._send = stuck
        for _ in range(300):
            await ana.connection.frame('{"type":"health","battery":2,"charging":true}')
            ana.connection.session._faults = ()
        ana.connection.tick()
        await ana.until(lambda: bool(ana.closed))

        assert ana.closed == [4408]

    on_the_loop(story)
