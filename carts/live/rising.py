"""More lies in a sealed cart than was sealed: written down off the loop, and then the connection looks again."""

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.utils import timezone

from carts.live import reads
from carts.live.shopping import Shopping
from carts.reconciliation import Risen
from carts.services.sealed import trip_rose

if TYPE_CHECKING:
    from carts.live.connection import CartConnection

logger = logging.getLogger(__name__)


async def rose(connection: "CartConnection", shopping: Shopping, risen: Risen) -> None:
    """The trip goes on by what the database has of it; what could not be written is watched for again."""
    trip = shopping.trip
    if trip is None or connection.closing:
        return
    now = timezone.now()
    try:
        await reads.run(trip_rose, trip_id=trip.id, grams=risen.grams, sd_g=risen.sd_g, at_ms=risen.at, now=now)
    except DatabaseError:
        logger.warning("what rose in trip %s is not written down", trip.id, exc_info=True)
        trip.seal_watch = None
    connection.look()
