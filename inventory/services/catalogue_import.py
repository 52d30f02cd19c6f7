"""Imports of catalogue files: checked (a dry run) or applied, all or nothing."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from inventory.errors import DomainError, NotFound
from inventory.imports import Table, guess_mapping, parse_rows, read_table
from inventory.models import Barcode, CatalogueImport, Category, ImportState, Price, Product, Retailer, Store
from inventory.privacy.classes import UPLOAD
from inventory.services.audit import Note, audit_record_all
from inventory.services.catalogue_plan import WRITTEN, Change, Plan, plan_import
from inventory.services.import_progress import Say, Step, silent
from inventory.services.versions import catalogue_touch

SHOWN_PROBLEMS: Final = 200
SHOWN_SAMPLES: Final = 50
BATCH: Final = 1000
PENDING: Final = (ImportState.WAITING, ImportState.RUNNING)
KEPT_FOR: Final = UPLOAD.period
T = TypeVar("T")


class ImportDone(DomainError):
    code = "import_done"
    status = 409
    detail = "This file was applied before, or is no longer kept: send it again."


def catalogue_import(
    *,
    store_id: int,
    data: bytes,
    filename: str,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
    actor: User | None = None,
    dry_run: bool = False,
    skip_problems: bool = False,
    keep_file: bool = False,
    say: Say = silent,
) -> CatalogueImport:
    """Applies a file of products, with prices for one store, and returns the record of it, whose `state` tells:

    `applied`; `refused` (there are problems, and nothing was written); or, for a `dry_run`, `checked`. With
    `skip_problems`, rows with problems are left out, told in the record, and the others are applied. Without a
    `mapping`, the retailer's last one for such a header counts, or a guess. `keep_file` lets `catalogue_apply` take up
    a dry run. Raises ImportUnreadable for a file that makes no sense as a whole, NotFound for no such store.
    """
    record = import_record(store_id=store_id, data=data, filename=filename, actor=actor, skip_problems=skip_problems)
    record.dry_run = dry_run
    import_into(record, data=data, mapping=mapping, now=now, say=say)
    if keep_file and record.state != ImportState.APPLIED:
        files_sweep(now=now)
        record.file.save(f"{record.sha256[:32]}.bin", ContentFile(data))
    return record


def import_record(
    *, store_id: int, data: bytes, filename: str, actor: User | None, skip_problems: bool
) -> CatalogueImport:
    """A record of a file that nothing has come of yet; it is not saved."""
    return CatalogueImport(
        store_id=store_id, filename=filename[-200:], sha256=hashlib.sha256(data).hexdigest(), actor=actor,
        skip_problems=skip_problems,
    )  # fmt: skip


def import_into(
    record: CatalogueImport, *, data: bytes, mapping: Mapping[str, str] | None, now: datetime, say: Say
) -> None:
    """Does what `catalogue_import` says, by and into a record, which is saved with what came of it."""
    say(Step("reading"))
    table = read_table(data)
    store = Store.objects.select_related("retailer").filter(id=record.store_id).first()
    if store is None:
        raise NotFound("There is no such store.")
    record.store, record.checked_at, record.state = store, now, ImportState.REFUSED
    record.header, record.rows = list(table.header), len(table.rows)
    record.mapping = dict(mapping or remembered_mapping(retailer_id=store.retailer_id, header=table.header))
    with transaction.atomic():
        # Imports of one retailer wait for each other: each must see what the one before it wrote.
        Retailer.objects.select_for_update(no_key=True).get(id=store.retailer_id)
        plan = _planned(record, table, now, say)
        if not record.problem_count or (record.skip_problems and record.problem_count < record.rows):
            record.state = ImportState.CHECKED
        if record.state == ImportState.CHECKED and not record.dry_run:
            _apply(store, plan, record, now, say)
        record.save()


def catalogue_import_again(
    *,
    import_id: int,
    now: datetime,
    dry_run: bool,
    mapping: Mapping[str, str] | None = None,
    skip_problems: bool | None = None,
    actor: User | None = None,
    say: Say = silent,
) -> CatalogueImport:
    """Checks a kept file anew, or applies it, in place of its record; raises ImportDone when it is no longer kept.

    What changed in the catalogue in between counts. Of two people who do this at once, one gets ImportDone.
    """
    record = CatalogueImport.objects.filter(id=import_id).exclude(file="").exclude(state__in=PENDING).first()
    if record is None:
        raise ImportDone
    name = record.file.name
    try:
        with record.file.open("rb") as file:
            data = file.read()
    except OSError as error:
        raise ImportDone from error
    with transaction.atomic():
        if CatalogueImport.objects.filter(id=import_id, file=name).update(file="") != 1:
            raise ImportDone
        done = catalogue_import(
            store_id=record.store_id, data=data, filename=record.filename, actor=actor, now=now, dry_run=dry_run,
            mapping=record.mapping if mapping is None else mapping, keep_file=True,
            skip_problems=record.skip_problems if skip_problems is None else skip_problems, say=say,
        )  # fmt: skip
        CatalogueImport.objects.filter(id=import_id).delete()
    transaction.on_commit(lambda: record.file.storage.delete(name))
    return done


def remembered_mapping(*, retailer_id: int, header: Sequence[str]) -> dict[str, str]:
    """The mapping that this retailer last used for a file with the same columns, or a guess."""
    good = [ImportState.CHECKED, ImportState.APPLIED]
    rows = CatalogueImport.objects.filter(store__retailer_id=retailer_id, state__in=good)
    for known, mapping in rows.order_by("-id").values_list("header", "mapping")[:50]:
        if list(known) == list(header):
            return dict(mapping)
    return guess_mapping(header)


def files_sweep(*, now: datetime) -> int:
    """Deletes the files of dry runs that nobody took up, and says how many."""
    old = CatalogueImport.objects.filter(checked_at__lt=now - KEPT_FOR).exclude(file="")
    for record in old:
        record.file.delete(save=True)
    return len(old)


def _planned(record: CatalogueImport, table: Table, now: datetime, say: Say) -> Plan:
    say(Step("checking", 0, len(table.rows)))
    entries, problems = parse_rows(
        table, record.mapping, record.store.currency_exponent,
        tell=lambda done: say(Step("checking", done, len(table.rows))),
    )  # fmt: skip
    plan = plan_import(record.store, entries, by_code=bool(record.mapping.get("code")), now=now)
    problems = sorted([*problems, *plan.problems], key=lambda problem: problem.line)
    record.created, record.changed, record.unchanged = plan.created, plan.changed, plan.unchanged
    record.prices, record.problem_count = len(plan.prices), len(problems)
    record.problems = msgspec.to_builtins(problems[:SHOWN_PROBLEMS])
    record.samples = [_sample(change) for change in plan.changes if not change.fresh][:SHOWN_SAMPLES]
    return plan


def _apply(store: Store, plan: Plan, record: CatalogueImport, now: datetime, say: Say) -> None:
    say(Step("writing", 0, len(plan.changes)))
    Category.objects.bulk_create(plan.categories)
    written = 0
    for chunk in _chunks([change.product for change in plan.changes if change.fresh], BATCH):
        Product.objects.bulk_create(chunk)
        written += len(chunk)
        say(Step("writing", written, len(plan.changes)))
    for chunk in _chunks([change.product for change in plan.changes if not change.fresh], BATCH):
        Product.objects.bulk_create(
            chunk, update_conflicts=True, unique_fields=["id"],
            update_fields=[name.removesuffix("_id") for name in WRITTEN] + ["search_text", "updated_at"],
        )  # fmt: skip
        written += len(chunk)
        say(Step("writing", written, len(plan.changes)))
    codes = {(product.pk, key): Barcode(
        retailer_id=store.retailer_id, product=product, key=key, pack_quantity=pieces
    ) for product, key, pieces in plan.keys}  # fmt: skip
    Barcode.objects.bulk_create(
        codes.values(), batch_size=BATCH, update_conflicts=True, unique_fields=["product", "key"],
        update_fields=["pack_quantity"],
    )  # fmt: skip
    _prices(store, plan, record, now)
    catalogue_touch(retailer_id=store.retailer_id)
    record.state, record.applied_at = ImportState.APPLIED, now
    notes = [Note("catalogue.import", f"store:{store.pk}", _summary(record))]
    notes += [
        Note("product.change", f"product:{change.product.pk}", {"import": record.filename, "fields": change.differs})
        for change in plan.changes
        if not change.fresh
    ]
    audit_record_all(notes=notes, actor=record.actor, store=store, now=now)


def _prices(store: Store, plan: Plan, record: CatalogueImport, now: datetime) -> None:
    ended = [product.pk for product, _, before in plan.prices if before is not None]
    for chunk in _chunks(ended, BATCH // 2):
        older = Price.objects.filter(store=store, product_id__in=chunk, valid_from__lt=now)
        older.filter(Q(valid_until=None) | Q(valid_until__gt=now)).update(valid_until=now)
    told = {"set_by": record.actor, "source": record.filename[-120:]}
    rows = [Price(store=store, product=p, amount_minor=minor, valid_from=now, **told) for p, minor, _ in plan.prices]
    # Two imports of one moment are one price: the later file counts.
    Price.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["store", "product", "valid_from"],
        update_fields=["amount_minor", "valid_until", "set_by", "source"],
    )  # fmt: skip


def _sample(change: Change) -> dict[str, Any]:
    return {
        "line": change.entry.line,
        "code": change.product.code,
        "name": change.product.name,
        "fields": change.differs,
    }


def _summary(record: CatalogueImport) -> dict[str, Any]:
    names = ("filename", "sha256", "rows", "created", "changed", "unchanged", "prices", "problem_count")
    return {name: getattr(record, name) for name in names}


def _chunks(items: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
