"""The documentation page of the roles, made from their table."""

from inventory.access import ROLES, WORDS, Action

PATH = "docs/access.md"


INTRODUCTION = """# Who may do what

This page is made from the table in `inventory/access.py`; a test holds it to the code.
The console, the admin, the import call of the API and the console's socket all ask that table.

A person has roles by memberships: for one store, or for all stores of a retailer. An operator's membership names no
retailer and reaches every tenant. A superuser may do everything everywhere.

"""
REST = """
What a person may not reach answers exactly like what does not exist: the same status and the same words.
`tests/tenancy/matrix` asks every address, the admin, both sockets and the pictures as everybody, from inside, from the
store beside, from another tenant, revoked and anonymous; an address that its table does not know fails the build.

A query on tenants' data that names no tenant raises in tests and with `DEBUG` (`inventory/tenant_guard.py`). What goes
across tenants on purpose, the sweeps first, stands with its reason in `inventory/across.py`.

## Those that are not people

| Who | Says who it is by | Reaches |
| --- | --- | --- |
| Cart | `Authorization: Device …`, or a ticket of 30 s | its trips, checkouts and payments; its store's catalogue |
| Gate | `Authorization: Device …` | exit passes of its store |
| Till | `Authorization: Device …` | baskets handed to tills of its store |
| A retailer's system | `Authorization: Bearer smartcart_…` | orders and business days of its retailer |
| Shopper | an address with a secret (receipt, exit pass) | that receipt or pass |

Enrolling a cart anew, rolling a token or revoking one ends the credential before at once.
"""


def page() -> str:
    """`docs/access.md`, to the letter."""
    roles = list(ROLES)
    head = ["What", *(role.label for role in roles)]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " :---: |" * len(roles)]
    for action in Action:
        marks = ["yes" if action in ROLES[role] else "" for role in roles]
        lines.append("| " + " | ".join([f"{WORDS[action]} (`{action}`)", *marks]) + " |")
    return INTRODUCTION + "\n".join(lines) + "\n" + REST
