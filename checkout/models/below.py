"""What this app speaks of and does not own: only models may import other apps' models, so services take them here."""

from carts.models import Cart, Device, Discrepancy, DiscrepancyState, Trip, TripLine, TripMode, TripState
from inventory.models import Lane, MovementKind, ProductPicture, Retailer, Store

__all__ = [
    "Cart",
    "Device",
    "Discrepancy",
    "DiscrepancyState",
    "Lane",
    "MovementKind",
    "ProductPicture",
    "Retailer",
    "Store",
    "Trip",
    "TripLine",
    "TripMode",
    "TripState",
]
