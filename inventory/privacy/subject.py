"""One shopper: what is kept of them, as data, and its erasure. Both follow the register; neither names a table."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Field, Model, Q

from inventory.errors import DomainError
from inventory.models import MemberCard, Retailer
from inventory.privacy.classes import CLASSES, PSEUDONYM, WORDS, DataClass, Erasure, Fields
from inventory.privacy.register import about_shoppers, class_of, parts
from inventory.services.audit import audit_record
from inventory.services.pseudonyms import pseudonyms

FORMAT = "smartcart.shopper/1"
BATCH = 5_000  # rows of a table that one run of `expired_forget` empties


class TripUnderWay(DomainError):
    code = "trip_under_way"
    status = 409
    detail = "A trip of this shopper is under way. Erase when it has ended."


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, by what leads to them: their trips at one retailer, and member cards."""

    retailer: Retailer
    trips: tuple[uuid.UUID, ...]
    cards: tuple[int, ...]


def subject_find(*, retailer: Retailer, handles: Mapping[str, Iterable[str]]) -> Subject:
    """By kind (`shopper`, `receipt`, `card`) what they are known by. What leads nowhere adds nothing."""
    trips: dict[uuid.UUID, None] = {}
    for kind, find in parts("FINDERS").items():
        for handle in handles.get(kind, ()):
            trips |= dict.fromkeys(find(retailer.pk, handle))
    numbers = [name for number in handles.get("card", ()) for name in pseudonyms(retailer.pk, number)]
    cards = MemberCard.objects.filter(retailer=retailer, code__in=numbers).values_list("pk", flat=True)
    return Subject(retailer, tuple(trips), tuple(cards))


def subject_export(subject: Subject, *, now: datetime) -> dict[str, Any]:
    """What is kept of them, by table, and what each class of it is for."""
    tables: dict[str, list[dict[str, Any]]] = {}
    used: set[DataClass] = set()
    shown = parts("EXPORTS")
    for model, fields in about_shoppers():
        classes = {name: kind for name, kind in class_of(fields).items() if kind.erasure is not Erasure.NOT_ABOUT}
        more = shown.get(model._meta.label, lambda row: {})
        rows = [_plain(row, classes) | more(row) for row in _rows(model, fields, subject.trips)]
        if rows:
            tables[model._meta.label] = rows
            used |= set(classes.values())
    cards = MemberCard.objects.filter(pk__in=subject.cards)
    tables |= {"inventory.MemberCard": list(cards.values("ending", "active", "added_at"))} if subject.cards else {}
    about = [{"name": k.name, "what": k.what, "why": k.why, "kept": _told(k), "basis": k.basis}
             for k in CLASSES if k in used]  # fmt: skip
    return {"format": FORMAT, "retailer": subject.retailer.slug, "made_at": now, "classes": about, "tables": tables}


@transaction.atomic
def subject_erase(subject: Subject, *, by: str, now: datetime) -> dict[str, int]:
    """Erases what the register lets go, and notes it; says how many rows of each table changed. Raises TripUnderWay.

    The books, the journal's order and the audit chain stay as they are.
    """
    _ended(subject)
    done: dict[str, int] = {}
    for erase in parts("ERASERS").values():
        erase(subject.trips, now)
    for model, fields in about_shoppers():
        kinds = class_of(fields)
        rows = model._default_manager.filter(pk__in=_keys(model, fields, subject.trips))
        if any(kind.erasure is Erasure.ROW for kind in kinds.values()):
            count = rows.delete()[0]
        else:
            count = _blank(model, rows, [name for name, kind in kinds.items() if kind.erasure is Erasure.BLANKED])
        done |= {model._meta.label: count} if count else {}
    cards = MemberCard.objects.filter(pk__in=subject.cards).delete()[0]
    done |= {"inventory.MemberCard": cards} if cards else {}
    audit_record(
        action="shopper.erase", subject=f"retailer:{subject.retailer.pk}", actor_name=by, retailer=subject.retailer,
        detail={"trips": len(subject.trips), "rows": done}, now=now,
    )  # fmt: skip
    return done


def expired_forget(*, now: datetime) -> int:
    """Empties pseudonyms and free text of trips that ended longer ago than the register keeps them; says how many
    rows, some at a time."""
    count = 0
    for model, fields in about_shoppers():
        prefix = "" if fields.trip == "id" else f"{fields.trip}__"
        for kind in (PSEUDONYM, WORDS):
            names = [name for name, of in class_of(fields).items() if of is kind]
            if names:
                old = model._default_manager.filter(**{f"{prefix}ended_at__lt": now - kind.period})
                keys = list(old.filter(_filled(model, names)).order_by().values_list("pk", flat=True)[:BATCH])
                count += _blank(model, model._default_manager.filter(pk__in=keys), names)
    return count


def _ended(subject: Subject) -> None:
    for model, fields in about_shoppers():
        if fields.trip == "id" and model._default_manager.filter(id__in=subject.trips, ended_at=None).exists():
            raise TripUnderWay


def _rows(model: type[Model], fields: Fields, trips: Iterable[uuid.UUID]) -> Iterator[Model]:
    return model._default_manager.filter(pk__in=_keys(model, fields, trips)).order_by("pk").iterator()


def _keys(model: type[Model], fields: Fields, trips: Iterable[uuid.UUID]) -> list[Any]:
    rows = model._default_manager.filter(**{f"{fields.trip}__in": list(trips)})
    return list(rows.order_by().values_list("pk", flat=True))


def _blank(model: type[Model], rows: Any, names: list[str]) -> int:
    if not names:
        return 0
    return int(rows.filter(_filled(model, names)).update(**{name: _empty(model, name) for name in names}))


def _filled(model: type[Model], names: list[str]) -> Q:
    filled = Q()
    for name in names:
        filled |= ~Q(**{name: _empty(model, name)})
    return filled


def _empty(model: type[Model], name: str) -> Any:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)  # noqa: S101  a register with no faults names real fields
    return None if field.null else field.get_default()


def _plain(row: Model, classes: Mapping[str, DataClass]) -> dict[str, Any]:
    """Fields as JSON can say them; what is bytes is said by the app's own EXPORTS."""
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = field.value_from_object(row)
        if field.name in classes and not isinstance(value, bytes | memoryview):
            values[field.name] = str(value) if hasattr(value, "storage") else value
    return values


def _told(kind: DataClass) -> str:
    return kind.until if kind.kept is None else f"{kind.kept.days} days {kind.until}"
