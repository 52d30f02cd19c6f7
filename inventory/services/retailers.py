"""A retailer signs up: what must be there before a cart can be enrolled."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from inventory.errors import DomainError
from inventory.models import Lane, Membership, Retailer, Role, Store
from inventory.services.audit import audit_record


class SignUpRefused(DomainError):
    code = "sign_up_refused"
    status = 422


@dataclass(frozen=True, slots=True)
class SignedUp:
    """`password` is empty where the manager had an account already; it is told this once."""

    store: Store
    manager: User
    password: str


@transaction.atomic
def retailer_create(*, name: str, store: dict[str, Any], lanes: int, manager: str, by: str, now: datetime) -> SignedUp:
    """A retailer with its first store, lanes, and a manager of all its stores. Raises SignUpRefused with what is wrong.

    `store` are the store's own fields (`code`, `name`, `venue`, …); what is not named is as the model has it.
    """
    retailer = Retailer(name=name, slug=slugify(name))
    _checked(retailer)
    retailer.save()
    first = Store(retailer=retailer, **store)
    _checked(first)
    first.save()
    Lane.objects.bulk_create([Lane(store=first, name=f"Lane {number}") for number in range(1, lanes + 1)])
    user, password = _manager(manager)
    Membership.objects.create(user=user, retailer=retailer, role=Role.MANAGER)
    detail = {"name": name, "store": first.code, "venue": first.venue, "manager": user.pk}
    audit_record(
        action="retailer.create", subject=f"retailer:{retailer.pk}", actor_name=by, retailer=retailer, detail=detail,
        now=now,
    )  # fmt: skip
    return SignedUp(first, user, password)


def _checked(row: Retailer | Store) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        told = [f"{field}: {' '.join(words)}" for field, words in error.message_dict.items()]
        raise SignUpRefused("; ".join(told)) from error


def _manager(address: str) -> tuple[User, str]:
    try:
        validate_email(address)
    except ValidationError as error:
        raise SignUpRefused(f"{address} is no e-mail address.") from error
    known = User.objects.filter(username=address).first()
    if known is not None:
        return known, ""
    password = secrets.token_urlsafe(12)
    # The admin is for staff; what a manager sees there, the roles say.
    return User.objects.create_user(address, email=address, password=password, is_staff=True), password
