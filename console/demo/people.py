"""The demo's staff: one of each role, with one password that is printed and only exists in a demo."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from inventory.models import Membership, Retailer, Role, Store

PASSWORD = "hill-and-vale-demo"  # noqa: S105 - printed on purpose
DOMAIN = "hillandvale.example"


@dataclass(frozen=True)
class Login:
    """Who signs in, and what for."""

    email: str
    what: str


def people_seed(retailer: Retailer, market: Store, kiosk: Store) -> list[Login]:
    """Makes whoever is missing; a password that was changed since stays as it is."""
    hashed = make_password(PASSWORD)
    cast: list[tuple[str, str, Role | None, Store | None]] = [
        ("ada", "superuser: everything", None, None),
        ("olga", "operator: all tenants, no pictures", Role.OPERATOR, None),
        ("mia", "manager of all stores: catalogue, staff, policy", Role.MANAGER, None),
        ("sam", "supervisor at the market: refuses and refunds", Role.SUPERVISOR, market),
        ("ben", "associate at the market: board and reviews", Role.ASSOCIATE, market),
        ("cal", "associate at the arena kiosk", Role.ASSOCIATE, kiosk),
        ("audrey", "auditor: reads everything, changes nothing", Role.AUDITOR, None),
    ]
    for name, _, role, store in cast:
        _person(name, hashed, role, store, retailer)
    return [Login(f"{name}@{DOMAIN}", what) for name, what, _, _ in cast]


def _person(name: str, hashed: str, role: Role | None, store: Store | None, retailer: Retailer) -> None:
    user, _ = User.objects.get_or_create(
        username=f"{name}@{DOMAIN}",
        defaults={
            "email": f"{name}@{DOMAIN}", "first_name": name.capitalize(), "password": hashed,
            "is_staff": role in {None, Role.OPERATOR, Role.MANAGER, Role.AUDITOR}, "is_superuser": role is None,
        },
    )  # fmt: skip
    if role is not None:
        Membership.objects.get_or_create(
            user=user, retailer=None if role == Role.OPERATOR else retailer, store=store, defaults={"role": role}
        )
