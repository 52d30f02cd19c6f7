"""Exit passes: once at the gates of a store, for minutes."""

import base64
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from carts.client.passes import PassRefusedError, pass_parse, pass_verify
from checkout.errors import BasketUnknown, PassUnknown, PassUsed
from checkout.models import ExitPass, GateOpening, SigningKey
from checkout.providers.till import till_code
from checkout.services.passes import VALID, gate_open, pass_read, pass_token
from checkout.services.tills import till_basket
from tests.checkout.gates import Gates, done, refusal
from tests.checkout.receipts import receipt_for
from tests.checkout.world import NOW, Shop, make_shop


def test_a_pass_says_its_trip_store_and_expiry_and_no_more_than_that(shop: Shop, token: str) -> None:
    row = ExitPass.objects.get()
    said = pass_parse(token)

    assert (said.id, said.trip, said.store) == (row.id, row.checkout.trip_id, shop.store.pk)
    assert said.expires_at == int((NOW + VALID).timestamp())
    assert len(token) < 170


def test_any_changed_bit_makes_a_pass_unknown_with_and_without_the_server(token: str) -> None:
    keys = {key.kid: bytes(key.public) for key in SigningKey.objects.filter(purpose="pass")}
    data = base64.urlsafe_b64decode(token[3:] + "=" * (-len(token[3:]) % 4))
    assert pass_verify(token, keys).id == ExitPass.objects.get().id

    for place in range(len(data)):
        altered = bytearray(data)
        altered[place] ^= 1
        forged = "P1." + base64.urlsafe_b64encode(bytes(altered)).decode().rstrip("=")
        with pytest.raises(PassRefusedError):
            pass_verify(forged, keys)
        with pytest.raises(PassUnknown):
            pass_read(forged)


def test_the_key_for_receipts_signs_no_pass_and_another_retailers_opens_nothing_here(shop: Shop, token: str) -> None:
    other = make_shop("Dale Foods")
    receipt_for(other)
    SigningKey.objects.filter(purpose="receipt", retailer=shop.store.retailer).update(purpose="pass", state="retired")
    kids = {key.kid for key in SigningKey.objects.filter(purpose="pass", retailer=shop.store.retailer)}
    assert pass_parse(token).kid in kids
    SigningKey.objects.filter(kid=pass_parse(token).kid).update(retailer=other.store.retailer, state="retired")

    with pytest.raises(PassUnknown):
        pass_read(token)


def test_online_a_pass_opens_one_gate_once(gates: Gates, token: str) -> None:
    front, back = gates.add("front"), gates.add("back")

    assert done(front.show(token)).offline is False
    assert refusal(front.show(token)) == "pass_used"
    assert refusal(back.show(token)) == "pass_used"
    assert GateOpening.objects.count() == 1


def test_a_gate_that_lost_the_answer_asks_again_with_its_nonce_and_another_does_not_get_in(
    gates: Gates, token: str
) -> None:
    gates.add("front")
    gate = gates.lines["front"].gate
    gate_open(token=token, store_id=gate.store_id, gate=gate, nonce="n1", now=NOW)

    gate_open(token=token, store_id=gate.store_id, gate=gate, nonce="n1", now=NOW)
    with pytest.raises(PassUsed):
        gate_open(token=token, store_id=gate.store_id, gate=gate, nonce="n2", now=NOW)


def test_only_gates_sync_and_what_they_send_is_checked(shop: Shop, token: str) -> None:
    gate, cart = shop.api(shop.gate_token), shop.api()

    def sync(client: Any, body: dict[str, Any]) -> Any:
        return client.post("/api/v1/gate/sync", body, format="json")

    told = sync(gate, {"opened": [{"pass": token, "at": NOW.timestamp()}]})
    assert (told.status_code, told.json()["results"], told.json()["store"]) == (200, ["taken"], shop.store.pk)
    assert sync(cart, {}).status_code == 403
    assert sync(gate, {"opened": [{"pass": token, "at": -1}]}).status_code == 400
    assert sync(gate, {"opened": [{"pass": "x" * 400, "at": 1}]}).status_code == 400


def test_the_pass_and_the_tills_code_are_different_tokens(shop: Shop, token: str) -> None:
    code = till_code(uuid.uuid4())

    with pytest.raises(BasketUnknown):
        till_basket(token, shop.store.pk)
    with pytest.raises(PassUnknown):
        gate_open(token=code, store_id=shop.store.pk, now=NOW)


def test_a_gate_is_answered_in_few_questions_to_the_database(shop: Shop, token: str) -> None:
    """Somebody stands before it: the device, the key, and one transaction that marks the pass and notes the opening."""
    gate = shop.api(shop.gate_token)
    ExitPass.objects.update(expires_at=timezone.now() + VALID)
    token = pass_token(ExitPass.objects.get())

    with CaptureQueriesContext(connection) as asked:
        answer = gate.post("/api/v1/gate/open", {"pass": token, "nonce": "n"}, format="json")

    assert answer.status_code == 200
    kinds = [query["sql"].split()[0] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert kinds == ["SELECT", "SELECT", "UPDATE", "INSERT"]
