"""A stored trip drawn: judged again by the policy that judged it, with what its store knows of weights today."""

from carts.live.context import load_context
from carts.models import Trip
from carts.replay import Weight, plot_trip
from carts.selectors.policies import policy_of
from carts.selectors.stored import recorded_trip


def trip_drawing(trip: Trip) -> str | None:
    """An SVG document; None where the trip's weight is no longer kept."""
    found = recorded_trip(trip.id)
    if not any(isinstance(frame, Weight) for frame in found.frames):
        return None
    context = load_context(trip.store_id)
    policy = policy_of(trip.policy_version) if trip.policy_version is not None else context.policy
    return plot_trip(found, context.book, policy, lambda code: code or None)
