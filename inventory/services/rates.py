"""So many calls a minute for each tenant, counted so that no two at once can both be the last.

The minute of a tenant begins with its first call and ends 60 s later: what was refused may come again then. With Redis
the count is one script, which Redis runs whole; without, it is one conditional UPDATE of the tenant's row.
"""

from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from inventory.errors import DomainError
from inventory.models import RateWindow

WINDOW = timedelta(seconds=60)
_SCRIPT = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if used <= tonumber(ARGV[1]) then return 0 end
return math.max(1, redis.call('PTTL', KEYS[1]))
"""


class TooMany(DomainError):
    code = "rate_limited"
    status = 429
    detail = "Too many calls in this minute. Come back when Retry-After says so."


def rate_take(*, retailer_id: int, kind: str, limit: int, now: datetime) -> None:
    """Counts a call of this kind; raises TooMany, with Retry-After in seconds, for more than `limit` in a minute."""
    if settings.REDIS_URL:
        wait_ms = _taken_in_redis(retailer_id, kind, limit)
    else:
        wait_ms = _taken_in_database(retailer_id, kind, limit, now)
    if wait_ms:
        raise TooMany(headers={"Retry-After": str(ceil(wait_ms / 1000))})


def _taken_in_database(retailer_id: int, kind: str, limit: int, now: datetime) -> int:
    """0 if the call is within the limit, else the milliseconds until the minute ends."""
    rows = RateWindow.objects.filter(retailer_id=retailer_id, kind=kind)
    for _ in range(3):
        if rows.filter(ends_at__gt=now, used__lt=limit).update(used=F("used") + 1):
            return 0
        # Of those who find the minute over, one begins the next.
        if rows.filter(ends_at__lte=now).update(used=1, ends_at=now + WINDOW):
            return 0
        ends = rows.values_list("ends_at", flat=True).first()
        if ends is not None and not rows.filter(used__lt=limit).exists():
            return max(1, int((ends - now).total_seconds() * 1000))
        if ends is None:
            try:
                with transaction.atomic():
                    RateWindow.objects.create(retailer_id=retailer_id, kind=kind, used=1, ends_at=now + WINDOW)
                return 0
            except IntegrityError:
                continue  # another was first: its row counts this call
    return 1000


def _taken_in_redis(retailer_id: int, kind: str, limit: int) -> int:
    window_ms = int(WINDOW.total_seconds() * 1000)
    return int(cast(Any, _script())(keys=[f"rate:{kind}:{retailer_id}"], args=[limit, window_ms]))


@cache
def _script() -> Any:
    import redis

    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).register_script(_SCRIPT)
