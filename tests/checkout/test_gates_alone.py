"""Gates that are cut off from the server: what they open alone, and how the server learns of it."""

from datetime import timedelta

import pytest

from carts.client.gate import Opening
from carts.client.passes import pass_parse
from checkout.errors import PassUnknown
from checkout.models import ExitPass, GateOpening, KeyPurpose
from checkout.services.passes import ALONE, VALID, gate_open, gate_sync, pass_read, pass_token
from checkout.services.signing import key_revoke, key_rotate
from inventory.models import AuditEntry
from tests.checkout.gates import Gates, done, refusal
from tests.checkout.receipts import receipt_for
from tests.checkout.world import NOW, Shop


def test_cut_off_a_gate_opens_once_on_the_signature_and_the_server_learns_of_it(gates: Gates, token: str) -> None:
    front = gates.add("front")
    done(front.sync())
    gates.lines["front"].cut = "before"

    assert done(front.show(token)) == Opening(pass_parse(token).trip, offline=True)
    front = gates.restart("front")
    assert refusal(front.show(token)) == "pass_used"
    assert ExitPass.objects.get().used_at is None
    gates.lines["front"].cut = ""
    assert done(front.sync()) == 1
    assert done(front.sync()) == 0

    opening = GateOpening.objects.get()
    assert opening.offline
    assert ExitPass.objects.get().used_at is not None
    assert refusal(gates.add("back").show(token)) == "pass_used"


def test_what_another_gate_opened_is_known_to_a_gate_that_is_cut_off_after_a_sync(gates: Gates, token: str) -> None:
    front, back = gates.add("front"), gates.add("back")
    done(front.show(token))
    done(back.sync())
    gates.lines["back"].cut = "before"

    assert refusal(back.show(token)) == "pass_used"


def test_two_gates_that_are_both_cut_off_each_open_once_and_the_server_records_it(gates: Gates, token: str) -> None:
    """What can't be prevented is found: the honest limit of a gate without a server."""
    front, back = gates.add("front"), gates.add("back")
    for name, keeper in (("front", front), ("back", back)):
        done(keeper.sync())
        gates.lines[name].cut = "before"

    assert done(front.show(token)).offline
    assert done(back.show(token)).offline
    for name, keeper in (("front", front), ("back", back)):
        gates.lines[name].cut = ""
        done(keeper.sync())

    assert GateOpening.objects.count() == 2
    assert AuditEntry.objects.filter(action="pass.opened_twice").count() == 1


def test_an_answer_lost_after_the_effect_counts_as_one_opening(gates: Gates, token: str) -> None:
    front = gates.add("front")
    done(front.sync())
    gates.lines["front"].cut = "after"

    assert done(front.show(token)).offline
    gates.lines["front"].cut = ""
    done(front.sync())

    assert GateOpening.objects.count() == 1
    assert not AuditEntry.objects.filter(action="pass.opened_twice").exists()


def test_an_opening_told_again_and_again_counts_once(gates: Gates, token: str) -> None:
    gates.add("front")
    gate, told = gates.lines["front"].gate, [(token, NOW), ("P1.AAAA", NOW)]

    results = [gate_sync(gate=gate, opened=told, now=NOW)["results"] for _ in range(3)]

    assert results == [["taken", "unknown"]] * 3
    assert GateOpening.objects.count() == 1


def test_cut_off_too_long_or_never_connected_a_gate_stays_shut(gates: Gates, token: str) -> None:
    front, fresh = gates.add("front"), gates.add("fresh")
    done(front.sync())
    gates.lines["front"].cut = gates.lines["fresh"].cut = "before"

    assert refusal(fresh.show(token)) == "gate_offline_too_long"
    gates.clock.now += ALONE.total_seconds() + 1
    assert refusal(front.show(token)) == "gate_offline_too_long"
    gates.clock.now = NOW.timestamp() - 1
    assert refusal(front.show(token)) == "gate_offline_too_long"


def test_cut_off_a_gate_takes_no_expired_pass_and_none_of_another_store(gates: Gates, token: str, shop: Shop) -> None:
    front = gates.add("front")
    done(front.sync())
    gates.lines["front"].cut = "before"
    gates.clock.now += VALID.total_seconds()
    assert refusal(front.show(token)) == "pass_expired"

    from tests.inventory.world import make_store

    sister = make_store(shop.store.retailer.name, code="sister")
    foreign = ExitPass.objects.select_related("checkout").get()
    foreign.checkout.store_id = sister.pk
    foreign.checkout.store = sister
    gates.clock.now = NOW.timestamp()
    assert refusal(front.show(pass_token(foreign))) == "pass_unknown"


def test_after_a_rotation_passes_of_both_keys_open_and_a_revoked_ones_do_not(gates: Gates, shop: Shop) -> None:
    old = pass_token(receipt_for(shop).checkout.exit_pass)
    key_rotate(retailer_id=shop.store.retailer_id, purpose=KeyPurpose.PASS, now=NOW)
    new = pass_token(receipt_for(shop).checkout.exit_pass)
    front = gates.add("front")
    done(front.sync())
    gates.lines["front"].cut = "before"
    assert done(front.show(old)).offline
    assert done(front.show(new)).offline

    third = pass_token(receipt_for(shop).checkout.exit_pass)
    key_revoke(kid=pass_parse(third).kid, now=NOW)
    gates.lines["front"].cut = ""
    done(front.sync())
    gates.lines["front"].cut = "before"

    assert refusal(front.show(third)) == "pass_unknown"
    with pytest.raises(PassUnknown):
        pass_read(third)


def test_an_expired_list_entry_goes_and_a_live_one_is_sent(gates: Gates, token: str) -> None:
    gates.add("front")
    gate = gates.lines["front"].gate
    gate_open(token=token, store_id=gate.store_id, gate=gate, now=NOW)

    assert len(gate_sync(gate=gate, opened=(), now=NOW)["spent"]) == 1
    assert gate_sync(gate=gate, opened=(), now=NOW + VALID + timedelta(seconds=1))["spent"] == []
