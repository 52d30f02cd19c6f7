"""Recorded trips run again through the engine of the live stream; touches no database."""

from .catalogue import read_catalogue
from .plot import plot_trip
from .run import Event, Frame, Recorded, Weight, recorded, replay_files, replay_trip, resolver
from .thinned import thickened
from .whatif import Comparison, End, Finding, Tally, add, blank, changed_policy, compare, judged

__all__ = [
    "Comparison",
    "End",
    "Event",
    "Finding",
    "Frame",
    "Recorded",
    "Tally",
    "Weight",
    "add",
    "blank",
    "changed_policy",
    "compare",
    "judged",
    "plot_trip",
    "read_catalogue",
    "recorded",
    "replay_files",
    "replay_trip",
    "resolver",
    "thickened",
]
