"""The admin of carts, their credentials, trips and journal."""

from carts.admin import devices, fleet, journal, policies, trips

__all__ = ["devices", "fleet", "journal", "policies", "trips"]
