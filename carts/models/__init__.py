"""Carts, their credentials, and the trips that they make."""

from carts.models.devices import Cart, Device, DeviceKind, EnrolmentCode, Ticket
from carts.models.journal import JournalEntry, Origin, Snapshot, TraceBlock
from carts.models.policies import PolicyCause, PolicyPreview, PolicyVersion, PreviewState
from carts.models.trips import LIVE_STATES, Checked, Discrepancy, DiscrepancyState, Trip, TripLine, TripMode, TripState

__all__ = [
    "LIVE_STATES",
    "Cart",
    "Checked",
    "Device",
    "DeviceKind",
    "Discrepancy",
    "DiscrepancyState",
    "EnrolmentCode",
    "JournalEntry",
    "Origin",
    "PolicyCause",
    "PolicyPreview",
    "PolicyVersion",
    "PreviewState",
    "Snapshot",
    "Ticket",
    "TraceBlock",
    "Trip",
    "TripLine",
    "TripMode",
    "TripState",
]
