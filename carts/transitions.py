"""Every transition of a trip, in one table.

    shopping -> sealed -> (in_review ->) cleared -> paying -> paid
                  '-> shopping again (reopen)

A step that is not here changes nothing. A declined payment leads from `paying` back to `cleared`.
"""

from carts.models import TripState

TRANSITIONS: dict[TripState, frozenset[TripState]] = {
    TripState.SHOPPING: frozenset({TripState.SEALED, TripState.CANCELLED}),
    TripState.SEALED: frozenset({TripState.SHOPPING, TripState.IN_REVIEW, TripState.CLEARED, TripState.CANCELLED}),
    TripState.IN_REVIEW: frozenset({TripState.SHOPPING, TripState.CLEARED, TripState.CANCELLED}),
    TripState.CLEARED: frozenset({TripState.SHOPPING, TripState.IN_REVIEW, TripState.PAYING, TripState.CANCELLED}),
    TripState.PAYING: frozenset({TripState.CLEARED, TripState.PAID}),
    TripState.PAID: frozenset(),
    TripState.CANCELLED: frozenset(),
}


def sources(to: TripState) -> list[str]:
    """The states from which a trip may come to `to`."""
    return [str(state) for state, targets in TRANSITIONS.items() if to in targets]
