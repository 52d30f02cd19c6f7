"""Python's collector of cyclic garbage, told how seldom to look through everything.

A look through everything stops the server for as long as its carts' memory takes to walk: half a second and more with
two thousand carts. A cart's memory has no cycles, and a connection's are cut when it ends, so that little waits for it.
"""

import gc

YOUNG = 2_000  # new objects between looks at the youngest
MIDDLE = 10  # of those between looks at the middle ones, some 5 ms each
OLD = 500  # of those between looks at everything: about an hour with two thousand carts that shop


def collect_seldom() -> None:
    """Called once, when everything is imported: what is here stays, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
