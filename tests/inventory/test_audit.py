import threading

import pytest
from django.db import connection, transaction

from inventory import triggers
from inventory.models import AuditChain, AuditEntry
from inventory.services.audit import audit_record, audit_verify
from tests.inventory.world import NOW, make_person, make_store


@pytest.mark.django_db
def test_each_tenant_has_a_chain_of_its_own() -> None:
    market, foreign = make_store(), make_store("Vale Foods")

    audit_record(action="price_set", subject="product:1", store=market, now=NOW)
    audit_record(action="price_set", subject="product:2", store=foreign, now=NOW)
    second = audit_record(action="price_set", subject="product:3", store=market, now=NOW)

    assert second.position == 2
    assert audit_verify(retailer_id=market.retailer_id) == (2, None, "")
    assert audit_verify(retailer_id=foreign.retailer_id) == (1, None, "")


@pytest.mark.django_db
def test_the_chain_holds_over_values_that_a_database_may_write_otherwise() -> None:
    market = make_store()
    detail = {"f": 1e16, "g": 0.1, "ž": [1.0, None, True], "nested": {"b": 1, "a": 2}}

    audit_record(action="test", subject="x", actor=make_person("ben"), store=market, detail=detail, now=NOW)

    assert audit_verify(retailer_id=market.retailer_id).broken_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["change", "remove", "cut", "empty"])
def test_a_changed_a_removed_and_a_cut_off_entry_are_found(damage: str) -> None:
    triggers.remove()
    market = make_store()
    for number in range(4):
        audit_record(action="price_set", subject=f"product:{number}", store=market, now=NOW)
    entries = AuditEntry.objects.filter(retailer=market.retailer).order_by("position")

    if damage == "change":
        entries.filter(position=3).update(detail={"amount_minor": 1})
    else:
        entries.filter(**{"remove": {"position": 2}, "cut": {"position": 4}, "empty": {}}[damage]).delete()

    broken = {"change": 3, "remove": 2, "cut": 4, "empty": 1}[damage]
    assert audit_verify(retailer_id=market.retailer_id).broken_at == broken


@pytest.mark.django_db
def test_an_entry_leaves_with_the_transaction_that_wrote_it() -> None:
    market = make_store()

    with transaction.atomic():
        audit_record(action="price_set", subject="product:1", store=market, now=NOW)
        transaction.set_rollback(True)

    assert not AuditEntry.objects.exists()
    assert audit_verify(retailer_id=market.retailer_id) == (0, None, "")


@pytest.mark.django_db(transaction=True)
def test_entries_written_at_once_form_one_unbroken_chain() -> None:
    market = make_store()
    start = threading.Barrier(4)
    faults: list[Exception] = []

    def write() -> None:
        try:
            start.wait()
            for _ in range(5):
                audit_record(action="price_set", subject="product:1", store=market, now=NOW)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not faults
    assert audit_verify(retailer_id=market.retailer_id) == (20, None, "")
    assert AuditChain.objects.get().position == 20
