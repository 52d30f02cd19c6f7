"""Which stores a person may act in."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from inventory.access import Action, roles_with
from inventory.errors import NotFound
from inventory.models import Membership, Retailer, Role, Store
from inventory.tenant_guard import OnPurpose

ALL_TENANTS = "operators and superusers run all tenants"


def stores_for(user: User | AnonymousUser, action: Action) -> QuerySet[Store]:
    """The active stores where this person may do this; none for who is not signed in or no longer active.

    A superuser may act everywhere.
    """
    stores = Store.objects.filter(active=True, retailer__active=True).select_related("retailer")
    if not user.is_authenticated or not user.is_active:
        return stores.none()
    if everywhere(user, action):
        return stores.filter(OnPurpose(ALL_TENANTS))
    mine = Membership.objects.filter(user=user, role__in=roles_with(action))
    whole = mine.filter(store=None).values("retailer_id")
    single = mine.filter(store__isnull=False).values("store_id")
    return stores.filter(Q(retailer_id__in=whole) | Q(id__in=single))


NO_STORE = "There is no such store, or your role does not reach it."


def require(user: User | AnonymousUser, action: Action, store_id: int, *, told: str = NO_STORE) -> Store:
    """The store, if this person may do this there; raises NotFound when absent, foreign or not allowed alike.

    `told` are the words of the refusal. Who asks for a row by its own id passes those that an absent row gets: other
    words would tell that the row exists.
    """
    store = stores_for(user, action).filter(id=store_id).first()
    if store is None:
        raise NotFound(told)
    return store


def everywhere(user: User | AnonymousUser, action: Action) -> bool:
    """Whether this person may do this for every tenant: a superuser, or an operator whose role has it."""
    if not user.is_authenticated or not user.is_active:
        return False
    operator = Role.OPERATOR in roles_with(action)
    return user.is_superuser or (operator and Membership.objects.filter(user=user, role=Role.OPERATOR).exists())


def may_anywhere(user: User | AnonymousUser, action: Action) -> bool:
    """Whether there is any store where this person may do this."""
    return stores_for(user, action).exists()


def retailers_for(user: User | AnonymousUser, action: Action) -> QuerySet[Retailer]:
    """The active retailers of all whose stores this person may do this: through a role without a store, or over all."""
    retailers = Retailer.objects.filter(active=True)
    if not user.is_authenticated or not user.is_active:
        return retailers.none()
    if everywhere(user, action):
        return retailers.filter(OnPurpose(ALL_TENANTS))
    mine = Membership.objects.filter(user=user, role__in=roles_with(action))
    return retailers.filter(id__in=mine.filter(store=None).values("retailer_id"))
