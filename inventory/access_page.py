"""The documentation page of the roles, made from their table."""

from inventory.access import ROLES, SCOPES, WORDS, Action

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
| A retailer's system | `Authorization: Bearer smartcart_…` | of its retailer what its token's scopes say |
| Shopper | an address with a secret (receipt, exit pass) | that receipt or pass |

Enrolling a cart anew, rolling a token or revoking one ends the credential before at once.

## Scopes of a retailer's systems

`manage.py export_token --retailer SLUG --name ERP --scope orders:read` makes a token with one; without
`--scope` it has all. A call that its token has no scope for is refused with 403 `scope_missing`, whether what it asks
for exists or not.

"""


def page() -> str:
    """`docs/access.md`, to the letter."""
    roles = list(ROLES)
    head = ["What", *(role.label for role in roles)]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " :---: |" * len(roles)]
    for action in Action:
        marks = ["yes" if action in ROLES[role] else "" for role in roles]
        lines.append("| " + " | ".join([f"{WORDS[action]} (`{action}`)", *marks]) + " |")
    scopes = ["| Scope | Allows |", "| --- | --- |", *(f"| `{scope}` | {words} |" for scope, words in SCOPES.items())]
    return INTRODUCTION + "\n".join(lines) + "\n" + REST + "\n".join(scopes) + "\n"
