"""What the stream tells of itself to Prometheus, per process. Times are seconds, sizes are counts.

Everything is counted by batches, never by frames: a frame costs tens of microseconds, and a counter one of them.
"""

from prometheus_client import Counter, Gauge, Histogram

CONNECTIONS = Gauge("smartcart_connections", "Carts and phones that are connected to this process.")
ROWS = Counter(
    "smartcart_journal_rows_total", "Events and decisions that are on disk; an event is acknowledged when it is."
)
GROUP = Histogram(
    "smartcart_journal_group_size",
    "Writes that one transaction of the journal held.",
    buckets=(1, 2, 4, 8, 16, 64, 512),
)
COMMIT = Histogram(
    "smartcart_journal_commit_seconds",
    "How long a group took from the thread to the disk; an acknowledgement waits for at most two.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5),
)
NOT_COMMITTED = Counter(
    "smartcart_journal_failed_writes_total", "Writes that could not be committed: none was acknowledged."
)
NUDGES_LOST = Counter("smartcart_nudges_lost_total", "Nudges that the channel layer did not take; the poll finds them.")
