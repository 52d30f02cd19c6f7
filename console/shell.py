"""What every page of a store shows around its content: store switcher, tabs, the person's role here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse

from console.access import Can, StaffRequest, in_store
from console.services.duty import is_on_duty, memberships_here
from inventory.access import Action
from inventory.selectors.access import stores_for

if TYPE_CHECKING:
    from inventory.models import Store


class Tab(NamedTuple):
    name: str
    label: str
    url: str
    icon: str
    key: str


class Place(NamedTuple):
    """A page of the store: the view that shows it, and what one must be allowed to do to find it in the bar."""

    name: str
    label: str
    icon: str
    key: str
    needs: Action | None = None


# What everybody opens all day stands in the bar, and on a phone under the thumb; the rest one tap further.
FIRST = [
    Place("board", "Board", "board", "b"),
    Place("trips", "Trips", "cart", "t"),
    Place("fleet", "Fleet", "plug", "f"),
    Place("disputes", "Disputes", "message", "d"),
    Place("reports", "Reports", "chart", "r", Action.SEE_REPORTS),
]
MORE = [
    Place("refunds", "Refunds", "left", "m", Action.REFUND),
    Place("endofday", "End of day", "card", "e", Action.SEE_REPORTS),
    Place("stock", "Stock", "bag", "s", Action.SEE_REPORTS),
    Place("weights", "Weights", "scale", "w", Action.SEE_REPORTS),
    Place("policy", "Policy", "lock", "p", Action.SEE_REPORTS),
    Place("cameras", "Cameras", "camera", "c", Action.MANAGE_CARTS),
    Place("endpoints", "Webhooks", "plug", "h", Action.MANAGE_POLICY),
    Place("deadletters", "Undelivered messages", "warn", "u", Action.SEE_AUDIT),
]


def shell(request: StaffRequest, store: Store, here: str) -> dict[str, Any]:
    """The context that `console/base.html` needs; `here` is the name of the tab."""
    context = in_store(request.user, store)
    stores = stores_for(request.user, Action.SEE_BOARD).order_by("retailer__name", "name")
    more = _tabs(MORE, context["can"], store)
    frame = {
        "stores": stores[:60],
        "tabs": _tabs(FIRST, context["can"], store),
        "more": more,
        "more_label": next((tab.label for tab in more if tab.name == here), "More"),
        "more_here": any(tab.name == here for tab in more),
        "role": _role(request, store),
        "on_duty": is_on_duty(request.user, store),
    }
    request.session["console_store"] = store.pk
    return context | {"shell": frame, "here": here}


def _tabs(places: list[Place], can: Can, store: Store) -> list[Tab]:
    return [
        Tab(place.name, place.label, reverse(f"console:{place.name}", args=[store.pk]), place.icon, place.key)
        for place in places
        if place.needs is None or can[place.needs]
    ]


def _role(request: StaffRequest, store: Store) -> str:
    fitting = {str(membership.get_role_display()) for membership in memberships_here(request.user, store)}
    if fitting:
        return ", ".join(sorted(fitting))
    return "Superuser" if request.user.is_superuser else "Operator"
