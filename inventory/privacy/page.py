"""The documentation page of the register, made from it."""

from datetime import timedelta

from inventory.privacy.classes import CLASSES, DataClass, Erasure
from inventory.privacy.register import register

PATH = "docs/privacy.md"
INTRODUCTION = """# What data is kept, why, and how long

This page is made from the register in code (`inventory/privacy/classes.py` and each app's `privacy.py`) by
`python manage.py privacy_page --write`; a test holds it to the code, and another fails for a model field that is in
no class. The periods below are the ones that the deleting jobs run with. The legal grounds are a proposal: the
retailer is the controller and decides.

Shoppers have no account here. A trip knows at most a pseudonym: what a shopper paired with, and a member card's
number, are kept as HMAC-SHA-256 under a key of the retailer's own (derived from `SECRET_KEY`), so two retailers can't
put theirs together, and the journal keeps neither. A card is checked and counts for the trip; which card it was is
not kept. No biometrics: no faces, voices or gaits are looked for, stored or learned. Pictures are of goods; all but
what was recognised as goods is made unrecognisable before storing.

## Classes

"""
SUBJECT = """
## A shopper asks

```
python manage.py shopper_export --retailer SLUG --shopper TOKEN --out FILE
python manage.py shopper_erase --retailer SLUG --shopper TOKEN --yes
```

`--shopper` finds the trips of a paired shopper, `--receipt` the one trip of a receipt (a guest is known by nothing
else), `--card` the member card; each may be repeated. Without `--yes` the second says what it is about and changes
nothing. The export is one JSON file by table. Erasure does to each class what its last column says, in one
transaction, and notes itself, without the shopper, in the audit log. The books stay, with nothing in them that leads
to a person: `tests/privacy/test_subject.py` holds that receipts and the audit chain are still true. A trip under way is
not erased: the command says so and changes nothing. A picture under legal hold stays until the hold ends. A restored
backup knows nothing of later erasures: keep the requests, and repeat those made since.

What can't be helped: a code that is no known card when it is scanned is kept in the journal as it was read, and the
journal's fingerprint of an event is a plain SHA-256 over the event as it came.

## Fields

"""


def page() -> str:
    """`docs/privacy.md`, to the letter."""
    lines = ["| class | what | why | how long | where | basis | erasure of a shopper |", "|" + " --- |" * 7]
    lines += [
        f"| {kind.name} | {kind.what} | {kind.why} | {_long(kind)} | {_where(kind)} | {kind.basis} | {_erased(kind)} |"
        for kind in CLASSES
    ]
    fields = ["| table | class | fields |", "|" + " --- |" * 3]
    for label, entry in sorted(register().items()):
        fields += [f"| {label} | {kind.name} | {names.replace(' ', ', ')} |" for kind, names in entry.classes.items()]
    return INTRODUCTION + "\n".join(lines) + "\n" + SUBJECT + "\n".join(fields) + "\n"


def _long(kind: DataClass) -> str:
    return kind.until if kind.kept is None else f"{_period(kind.kept)} {kind.until}"


def _period(kept: timedelta) -> str:
    return f"{kept.days} days" if kept > timedelta(days=3) else f"{int(kept.total_seconds() // 3600)} hours"


def _where(kind: DataClass) -> str:
    apps = {label.partition(".")[0] for label, entry in register().items() if kind in entry.classes}
    return ", ".join(sorted(apps))


def _erased(kind: DataClass) -> str:
    return "" if kind.erasure is Erasure.NOT_ABOUT else kind.erasure.value
