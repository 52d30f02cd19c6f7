"""What the policy says to people. Pure."""

from collections.abc import Mapping

AWAY_TEXT: Mapping[str, str] = {
    "wait": "Nobody is on duty: it waits until someone is",
    "page": "Nobody is on duty: somebody is called",
    "till": "Nobody is on duty: the till takes over",
}

KIND_TEXT: Mapping[str, str] = {
    "unscanned": "Weight came with no scan to explain it",
    "mismatch": "The weight is not that of what was scanned",
    "not_placed": "Something was scanned, but its weight never came",
    "removed": "Weight left, and nothing was declared removed",
    "not_removed": "Something was declared removed, but its weight stayed",
    "basket": "The whole basket does not add up",
    "scale_fault": "The scale can't be trusted",
}
