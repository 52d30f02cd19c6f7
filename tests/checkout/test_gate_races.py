"""One pass at two gates in the same moment, and two shoppers' taps on one line: once, with real threads and rows."""

import threading
from typing import Any

import pytest

from carts.models import Device, DeviceKind
from carts.services.enrolment import device_enrol, enrolment_code_create
from checkout.errors import PassUsed
from checkout.models import Dispute, ExitPass, FeedEntry, GateOpening, SigningKey
from checkout.services.disputes import dispute_open
from checkout.services.order_feed import feed_extend
from checkout.services.passes import gate_open, gate_sync, pass_read, pass_token
from checkout.services.signing import key_active
from inventory.models import AuditEntry
from tests.checkout.receipts import receipt_for
from tests.checkout.test_races import together
from tests.checkout.world import NOW, Shop, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_shop()


def gates_of(shop: Shop) -> list[Device]:
    device_enrol(code=enrolment_code_create(store_id=shop.store.pk, kind=DeviceKind.GATE, now=NOW), now=NOW)
    return list(Device.objects.filter(kind="gate").select_related("store"))


def test_two_gates_with_one_pass_open_exactly_once(shop: Shop) -> None:
    gates = gates_of(shop)
    for _ in range(4):
        exit_pass = receipt_for(shop).checkout.exit_pass
        token = pass_token(exit_pass)

        def show(gate: Device, token: str = token) -> str:
            gate_open(token=token, store_id=shop.store.pk, gate=gate, now=NOW)
            return "open"

        answers = together(*(lambda gate=gate: show(gate) for gate in gates))

        assert sorted(isinstance(answer, PassUsed) for answer in answers) == [False, True]
        assert GateOpening.objects.filter(exit_pass=exit_pass).count() == 1


def test_control_a_gate_that_looks_first_and_writes_afterwards_opens_twice(shop: Shop) -> None:
    """What the conditional UPDATE is for: the same race, decided by reading."""
    exit_pass = receipt_for(shop).checkout.exit_pass
    token, both_have_looked = pass_token(exit_pass), threading.Barrier(2)

    def show() -> str:
        row = ExitPass.objects.get(id=pass_read(token)[0])
        both_have_looked.wait(30)
        if row.used_at is not None:
            raise PassUsed
        ExitPass.objects.filter(id=row.id).update(used_at=NOW)
        return "open"

    assert together(show, show) == ["open", "open"]


def test_two_cut_off_gates_that_tell_at_once_find_each_other(shop: Shop) -> None:
    gates = gates_of(shop)
    token = pass_token(receipt_for(shop).checkout.exit_pass)

    def tell(gate: Device) -> Any:
        return gate_sync(gate=gate, opened=[(token, NOW)], now=NOW)["results"]

    answers = together(*(lambda gate=gate: tell(gate) for gate in gates))

    assert sorted(map(str, answers)) == ["['taken']", "['twice']"]
    assert AuditEntry.objects.filter(action="pass.opened_twice").count() == 1


def test_taps_on_one_line_at_once_are_one_dispute(shop: Shop) -> None:
    shop.store.policy = {**shop.store.policy, "disputes": {"days": 9999}}
    shop.store.save()
    receipt = receipt_for(shop)

    found = together(*[lambda: dispute_open(receipt=receipt, line=1, now=NOW).id] * 3)

    assert len(set(found)) == 1
    assert Dispute.objects.count() == 1


def test_readers_of_the_feed_at_once_give_every_position_once(shop: Shop) -> None:
    for _ in range(3):
        receipt_for(shop)

    counts = together(*[lambda: feed_extend(retailer_id=shop.store.retailer_id)] * 3)

    assert sum(counts) == 3
    assert list(FeedEntry.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]


def test_two_first_settlements_at_once_make_one_key(shop: Shop) -> None:
    from checkout.models import KeyPurpose

    retailer = shop.store.retailer_id

    keys = together(*[lambda: key_active(retailer_id=retailer, purpose=KeyPurpose.RECEIPT, now=NOW).kid] * 3)

    assert len(set(keys)) == 1
    assert SigningKey.objects.filter(purpose="receipt").count() == 1
