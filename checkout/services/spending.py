"""How much a person may give back in a store."""

from django.contrib.auth.models import User
from django.db.models import Q

from checkout.models.below import Store
from checkout.tendering import refund_rules
from inventory.access import Action, roles_with

WITHOUT_LIMIT = 2**62


def refund_limit(user: User, store: Store) -> int:
    """The highest limit, in minor units, of this person's roles here; 0 without one. A superuser has none."""
    if user.is_superuser:
        return WITHOUT_LIMIT
    roles = user.memberships.filter(Q(store=store) | Q(store=None, retailer_id=store.retailer_id))
    held = roles.filter(role__in=roles_with(Action.REFUND)).values_list("role", flat=True)
    limits = refund_rules(store.policy).limits
    return max((limits.get(str(role), 0) for role in held), default=0)
