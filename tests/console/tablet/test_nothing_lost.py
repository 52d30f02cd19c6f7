"""Reloads, cuts, lost acks and closes: what the shopper did reaches the server once, in order, whatever happens."""

import pytest
from playwright.sync_api import expect

from tests.console.tablet.tablet_page import OAT, SPAGHETTI, Tablet, wait_for

pytestmark = pytest.mark.browser


def codes(tablet: Tablet) -> list[str]:
    return [event["data"]["code"] for event in tablet.server.store.journal if event["kind"] == "scan"]


def test_what_is_scanned_without_a_network_is_sent_once_it_is_back(shopping: Tablet) -> None:
    shopping.cut()
    shopping.wedge(OAT)
    shopping.wedge(SPAGHETTI)
    expect(shopping.page.locator(".line.pending")).to_have_count(2)
    expect(shopping.page.locator(".link")).to_contain_text("2 to send")

    shopping.mend()
    shopping.settled()

    assert codes(shopping) == [OAT, SPAGHETTI]
    assert [event["seq"] for event in shopping.server.store.journal] == [1, 2, 3]
    expect(shopping.line(SPAGHETTI)).to_be_visible()
    assert shopping.server.store.conflicts == []


def test_a_reload_without_a_network_loses_nothing(shopping: Tablet) -> None:
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()
    shopping.settled()
    shopping.cut()
    shopping.wedge(SPAGHETTI)
    expect(shopping.page.locator(".line.pending")).to_have_count(1)

    shopping.page.reload()
    expect(shopping.page.locator(".line.pending")).to_have_count(1)
    expect(shopping.line(OAT)).to_be_visible()
    shopping.mend()
    shopping.settled()

    assert codes(shopping) == [OAT, SPAGHETTI]


def test_an_event_whose_ack_was_lost_is_sent_again_as_it_was(shopping: Tablet) -> None:
    store = shopping.server.store
    shopping.server.mute = True
    shopping.wedge(OAT)
    wait_for(lambda: len(shopping.stored()) == 1)
    before = shopping.stored()

    shopping.page.reload()
    shopping.connected()
    assert shopping.stored() == before, "the same seq, time and content"
    shopping.server.mute = False
    shopping.page.reload()
    shopping.settled()

    assert store.journal[-1] == before[0]
    assert shopping.stored() == []


def test_an_event_is_on_disk_before_it_is_on_the_wire(shopping: Tablet) -> None:
    shopping.page.evaluate(
        """async () => {
            const db = await import("/static/console/tablet/core/db.js");
            const send = WebSocket.prototype.send;
            window.proofs = [];
            WebSocket.prototype.send = function (text) {
                const frame = JSON.parse(text);
                const onDisk = () => db.transact(["events"], "readonly", ({events}) => db.done(events.get(frame.seq)));
                if (frame.type === "event") window.proofs.push(onDisk().then(found => found?.kind));
                return send.call(this, text);
            };
        }"""
    )

    shopping.server.mute = True
    shopping.wedge(OAT)
    wait_for(lambda: shopping.page.evaluate("window.proofs.length") == 1)

    assert shopping.page.evaluate("Promise.all(window.proofs)") == ["scan"]


def test_hello_says_what_is_held_and_what_was_seen(shopping: Tablet) -> None:
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()
    shopping.settled()
    shopping.server.mute = True
    shopping.wedge(SPAGHETTI)
    wait_for(lambda: len(shopping.stored()) == 1)

    shopping.page.reload()
    shopping.connected()

    hello = shopping.server.hellos[-1]
    assert (hello["first"], hello["last"]) == (3, 3)
    assert hello["seen"] == shopping.server.store.revision
    assert hello["scale"] == {"division_g": 1, "capacity_g": 40_000, "rate_hz": 10}
    assert hello["stream"] == shopping.server.hellos[0]["stream"]


def test_events_that_the_disk_lost_are_skipped_aloud(shopping: Tablet) -> None:
    shopping.cut()
    shopping.wedge(OAT)
    shopping.wedge(SPAGHETTI)
    wait_for(lambda: len(shopping.stored()) == 2)
    shopping.page.evaluate(
        """async () => {
            const db = await import("/static/console/tablet/core/db.js");
            await db.transact(["events"], "readwrite", ({events}) => { events.delete(2); });
        }"""
    )

    shopping.page.reload()
    shopping.mend()
    shopping.settled()

    assert shopping.server.store.skipped == [(2, 2, "storage")]
    assert codes(shopping) == [SPAGHETTI]


def test_a_seal_made_without_a_network_waits_and_then_goes_on_to_payment(shopping: Tablet) -> None:
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()
    shopping.settled()
    shopping.cut()
    shopping.pay()
    expect(shopping.page.locator(".checkout")).to_contain_text("Your basket is safe")

    shopping.mend()

    expect(shopping.page.locator(".pay-card").first).to_be_visible()


def test_a_superseded_window_does_not_reconnect_until_it_is_asked_to(shopping: Tablet) -> None:
    shopping.server.close(4409)
    expect(shopping.page.get_by_role("alert")).to_contain_text("Only one window")
    hellos = len(shopping.server.hellos)
    shopping.page.evaluate("dispatchEvent(new Event('online'))")

    shopping.page.get_by_role("button", name="Use this window").click()
    shopping.connected()

    assert len(shopping.server.hellos) == hellos + 1


def test_a_revoked_credential_leads_to_pairing_and_keeps_what_is_held(shopping: Tablet) -> None:
    shopping.server.mute = True
    shopping.wedge(OAT)
    wait_for(lambda: len(shopping.stored()) == 1)
    shopping.server.mute = False
    shopping.server.store.token = "another-token"
    shopping.server.close(4401)
    expect(shopping.page.locator(".pairing form")).to_be_visible()

    shopping.wedge(shopping.server.store.code)
    shopping.settled()

    assert codes(shopping) == [OAT]


@pytest.mark.parametrize("code", [4400, 4403, 4406, 4422])
def test_a_close_that_says_stop_stops(shopping: Tablet, code: int) -> None:
    hellos = len(shopping.server.hellos)

    shopping.server.close(code)

    expect(shopping.page.get_by_role("alert")).to_be_visible()
    shopping.page.evaluate("dispatchEvent(new Event('online'))")
    assert len(shopping.server.hellos) == hellos


def test_a_restart_of_the_server_is_followed_by_a_reconnect(shopping: Tablet) -> None:
    hellos = len(shopping.server.hellos)

    shopping.server.close(1012)

    wait_for(lambda: len(shopping.server.hellos) == hellos + 1)
    shopping.connected()


def test_an_event_that_the_server_cannot_read_does_not_block_those_behind_it(shopping: Tablet) -> None:
    shopping.server.mute = True
    shopping.wedge(OAT)
    wait_for(lambda: len(shopping.stored()) == 1)

    shopping.server.push({"type": "error", "code": "malformed", "detail": "scan: bad code", "seq": 2, "retry": False})
    wait_for(lambda: shopping.server.store.skipped)
    shopping.server.mute = False  # not before: it would take what is still on its way
    shopping.wedge(SPAGHETTI)
    expect(shopping.line(SPAGHETTI)).to_be_visible()
    shopping.settled()

    assert shopping.server.store.skipped == [(2, 2, "malformed")]
    assert codes(shopping) == [SPAGHETTI]


def test_what_the_disk_refuses_is_not_sent_and_the_shopper_is_told(shopping: Tablet) -> None:
    shopping.page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )

    shopping.wedge(OAT)

    expect(shopping.page.locator(".toast")).to_contain_text("cannot store")
    assert [event["kind"] for event in shopping.server.store.journal] == ["start"]


def test_the_page_opens_without_a_server(shopping: Tablet) -> None:
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()
    shopping.settled()
    shopping.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    shopping.page.reload()
    shopping.connected()

    shopping.page.context.set_offline(True)
    shopping.page.reload()

    expect(shopping.line(OAT)).to_be_visible()
    kept = shopping.page.evaluate(
        "caches.keys().then(ns => Promise.all(ns.map(n => caches.open(n).then(c => c.keys()))))"
        ".then(all => all.flat().map(r => new URL(r.url).pathname))"
    )
    assert kept
    assert not [path for path in kept if path.startswith("/api/") or path.startswith("/tablet/demo")]
