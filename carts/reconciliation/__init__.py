"""Scan against weight: one engine per trip holds what shoppers scan against what the cart weighs.

`Engine` takes readings and declarations and answers with outputs; `WeightBook` knows what products weigh and learns.
Pure: no clock, no I/O, no randomness. Read `signal`, `state`, `hypotheses`, `declared`, `weights`, `judgement`,
`judge` in order.
"""

from .account import Account, Story, account, stories, told
from .advice import advice
from .budget import Judged, Reckoning, Seen, within_budget
from .engine import Engine
from .outputs import Changed, Cleared, Discrepancy, Kind, Level, LineState, Opened, Output, Verdict, Weighed
from .sealed import Risen, SealWatch
from .types import Candidate, Policy, ProductFacts, Rates, Scale
from .weights import Belief, Lesson, WeightBook

__all__ = [
    "Account",
    "Belief",
    "Candidate",
    "Changed",
    "Cleared",
    "Discrepancy",
    "Engine",
    "Judged",
    "Kind",
    "Lesson",
    "Level",
    "LineState",
    "Opened",
    "Output",
    "Policy",
    "ProductFacts",
    "Rates",
    "Reckoning",
    "Risen",
    "Scale",
    "SealWatch",
    "Seen",
    "Story",
    "Verdict",
    "Weighed",
    "WeightBook",
    "account",
    "advice",
    "stories",
    "told",
    "within_budget",
]
