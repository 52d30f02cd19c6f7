"""Nobody changes the audit log unseen: the database refuses, the chain breaks, and heads kept elsewhere tell."""

import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import F

from inventory import triggers
from inventory.models import AuditChain, AuditEntry, Store
from inventory.services.audit import START, audit_record, audit_verify, entry_digest
from inventory.services.audit_heads import head_line, head_read, heads_export, heads_verify
from tests.inventory.world import NOW, make_person, make_store

ENTRIES = 12
MUTATIONS = 1000


def written(count: int = ENTRIES) -> Store:
    """A store whose chain has so many entries."""
    store, ben = make_store(), make_person("ben")
    for number in range(count):
        detail = {"amount_minor": number, "why": "x" * number}
        audit_record(action="price_set", subject=f"product:{number}", actor=ben, store=store, detail=detail, now=NOW)
    return store


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_an_entry(act: str) -> None:
    written(2)
    triggers.install()
    entries = AuditEntry.objects.filter(position=1)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entries.update(subject="another") if act == "update" else entries.delete()

    triggers.remove()
    assert (entries.update(subject="another") if act == "update" else entries.delete()[0]) == 1, "the control"


def edited(chosen: random.Random) -> None:
    field, value = chosen.choice(
        [("subject", "other"), ("action", "other"), ("actor_name", "cal"), ("actor", None), ("detail", {"a": 1}),
         ("at", NOW.replace(year=2020)), ("digest", "f" * 64), ("previous", "f" * 64), ("store", None)]
    )  # fmt: skip
    AuditEntry.objects.filter(position=chosen.randint(1, ENTRIES)).update(**{field: value})


def deleted(chosen: random.Random) -> None:
    AuditEntry.objects.filter(position__in=chosen.sample(range(1, ENTRIES + 1), chosen.randint(1, 4))).delete()


def reordered(chosen: random.Random) -> None:
    one, other = sorted(chosen.sample(range(1, ENTRIES + 1), 2))
    AuditEntry.objects.filter(position=one).update(position=1000)
    AuditEntry.objects.filter(position=other).update(position=one)
    AuditEntry.objects.filter(position=1000).update(position=other)


def truncated(chosen: random.Random) -> None:
    AuditEntry.objects.filter(position__gt=chosen.randint(0, ENTRIES - 1)).delete()


def inserted(chosen: random.Random) -> None:
    """A forged entry in the middle, its own digest in order, the rest moved up."""
    place = chosen.randint(1, ENTRIES)
    AuditEntry.objects.filter(position__gte=place).update(position=F("position") + 1000)
    before = AuditEntry.objects.filter(position=place - 1).first()
    forged = AuditEntry.objects.get(position=place + 1000)
    forged.pk, forged.position, forged.subject = None, place, "forged"
    forged.previous = before.digest if before else START
    forged.digest = entry_digest(forged)
    forged.save(force_insert=True)
    AuditEntry.objects.filter(position__gt=1000).update(position=F("position") - 999)


@pytest.mark.django_db
def test_every_edit_deletion_reorder_truncation_and_insertion_is_found() -> None:
    triggers.remove()
    store, chosen = written(), random.Random(7)
    acts: list[Callable[[random.Random], None]] = [edited, deleted, reordered, truncated, inserted]
    missed = []
    for number in range(MUTATIONS):
        act = acts[number % len(acts)]
        with transaction.atomic():
            act(chosen)
            if audit_verify(retailer_id=store.retailer_id).broken_at is None:
                missed.append((number, act.__name__))
            transaction.set_rollback(True)

    assert missed == []
    assert audit_verify(retailer_id=store.retailer_id) == (ENTRIES, None, "")


def rewrite(store: Store, upto: int) -> None:
    """What the database's owner can do: a whole new chain, every digest in order, and its end moved along."""
    triggers.remove()
    entries = AuditEntry.objects.filter(retailer=store.retailer)
    entries.filter(position__gt=upto).delete()
    entries.filter(position=2).update(subject="another")
    previous = START
    for entry in entries.order_by("position"):
        entry.previous = previous
        previous = entry.digest = entry_digest(entry)
        entry.save()
    AuditChain.objects.filter(retailer=store.retailer).update(position=upto, digest=previous)


@pytest.mark.django_db
@pytest.mark.parametrize(("upto", "told"), [(ENTRIES, "another"), (ENTRIES - 3, "gone")])
def test_a_chain_computed_anew_is_found_by_a_head_kept_elsewhere(upto: int, told: str) -> None:
    store = written()
    heads = heads_export(now=NOW)

    rewrite(store, upto)

    assert audit_verify(retailer_id=store.retailer_id).broken_at is None, "the chain alone can't tell"
    assert [told in report.fault for report in heads_verify(heads)] == [True]


@pytest.mark.django_db
def test_a_head_holds_while_the_chain_grows_and_not_under_another_hand() -> None:
    store = written()
    [head] = heads_export(now=NOW)
    audit_record(action="later", subject="x", store=store, now=NOW)
    forged = head_read(head_line(head).replace(f'"position":{ENTRIES}', f'"position":{ENTRIES - 1}'))

    assert [report.fault for report in heads_verify([head, forged])] == ["", "the signature does not hold"]


@pytest.mark.django_db
def test_the_command_tells_what_is_broken_and_fails(tmp_path: Path) -> None:
    store, heads, out = written(), tmp_path / "heads.jsonl", StringIO()
    call_command("audit", "heads", append=heads)
    call_command("audit", "verify", heads=heads, stdout=out)
    assert out.getvalue().count("unbroken") == 1
    assert "holds" in out.getvalue()

    rewrite(store, ENTRIES - 1)

    with pytest.raises(CommandError, match="1 faults"):
        call_command("audit", "verify", heads=heads, stdout=out)


@pytest.mark.django_db
def test_a_file_that_holds_no_heads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("not json\n")

    with pytest.raises(CommandError, match="no head"):
        call_command("audit", "verify", heads=tmp_path / "x")
