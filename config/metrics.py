"""`/metrics` for Prometheus: this process's counters, and what waits in the database, the same from every process.

Off until METRICS_TOKEN is set; then asked with `Authorization: Bearer TOKEN`. Nothing in it names a tenant, a cart, a
shopper or a product.
"""

import hmac
from collections.abc import Iterator
from dataclasses import fields

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

import carts.metrics  # noqa: F401  its counters join the registry when it is loaded
from checkout.selectors.figures import figures

MEANINGS = {
    "reviews_open": "Checkouts that wait for staff or are with them.",
    "review_oldest_s": "Age of the oldest open escalation, seconds.",
    "looks_waiting": "Escalations that wait for a camera's look.",
    "outbox_pending": "Messages that have not left yet.",
    "outbox_oldest_s": "Age of the oldest of them, seconds.",
    "outbox_dead": "Messages that were given up; the dead-letter page replays them.",
    "frames_overdue": "Pictures past their date that are still there: must be 0.",
    "trips_live": "Trips under way.",
    "trips_paid_day": "Trips paid within 24 hours.",
    "trips_with_alarm_day": "Of these, trips with any discrepancy shown.",
    "alarms_judged_day": "Discrepancies of these trips that a look has judged.",
    "alarms_false_day": "Of these, the false ones.",
}


class Waiting(Collector):
    """The figures of the database, read when they are asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = figures(timezone.now())
        for field in fields(found):
            name = "smartcart_" + (
                field.name.removesuffix("_s") + "_seconds" if field.name.endswith("_s") else field.name
            )
            yield GaugeMetricFamily(name, MEANINGS[field.name], value=getattr(found, field.name))


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The text format of Prometheus; 404 without a token set, 401 for another token."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("metrics are off: set METRICS_TOKEN\n", status=404, content_type="text/plain")
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(told.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    waiting = CollectorRegistry()
    waiting.register(Waiting())
    return HttpResponse(generate_latest(REGISTRY) + generate_latest(waiting), content_type=CONTENT_TYPE_LATEST)
