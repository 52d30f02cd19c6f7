"""Where the retailer's systems are told of events: a store's webhook endpoints, for its managers."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checkout.selectors.endpoints import endpoints_of, may_reach_all
from checkout.services.endpoints import endpoint_add, endpoint_rotate, endpoint_switch, endpoint_test
from checkout.webhooks import secret_text
from console.access import StaffRequest, staff_page
from console.shell import shell
from inventory.access import Action
from inventory.errors import DomainError
from inventory.selectors.access import require

# Beginnings of the events' names, as an endpoint keeps them.
TOPICS = {
    "checkout.": "Paid orders",
    "refund.": "Refunds",
    "dispute.": "Disputes",
    "till.": "Baskets at tills",
    "staff.": "Calls for staff",
    "day.": "Closed days",
}


class EndpointInvalid(DomainError):
    code = "webhook_endpoint_invalid"
    status = 422
    detail = "Write the endpoint's https address, and choose at least one kind of event."


@require_GET
@staff_page
def endpoints(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The endpoints that this person may change, with the last answers of each."""
    return _page(request, store_id)


@require_POST
@staff_page
def add(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """A new endpoint; its secret is on the page that answers, and nowhere afterwards."""
    store = require(request.user, Action.MANAGE_POLICY, store_id)
    url, topics = request.POST.get("url", "").strip(), request.POST.getlist("topics")
    if not url or not topics or not set(topics) <= set(TOPICS):
        raise EndpointInvalid
    everywhere = request.POST.get("all_stores") == "yes" and may_reach_all(request.user, store)
    wanted = () if set(topics) == set(TOPICS) else tuple(topics)
    row, secret = endpoint_add(
        staff=request.user, store=store, url=url, topics=wanted, all_stores=everywhere, now=timezone.now()
    )
    return _page(request, store_id, secret=secret_text(secret), about=row.url)


@require_POST
@staff_page
def rotate(request: StaffRequest, store_id: int, endpoint_id: uuid.UUID) -> HttpResponseBase:
    """A new secret; it is on the page that answers, and nowhere afterwards."""
    store = require(request.user, Action.MANAGE_POLICY, store_id)
    row, secret = endpoint_rotate(endpoint_id=endpoint_id, staff=request.user, store=store, now=timezone.now())
    return _page(request, store_id, secret=secret_text(secret), about=row.url, rotated=True)


@require_POST
@staff_page
def test(request: StaffRequest, store_id: int, endpoint_id: uuid.UUID) -> HttpResponseBase:
    """Sends a test message."""
    store = require(request.user, Action.MANAGE_POLICY, store_id)
    row = endpoint_test(endpoint_id=endpoint_id, staff=request.user, store=store, now=timezone.now())
    messages.info(request, f"A test is on its way to {row.url}. Load this page again to see the answer.")
    return redirect("console:endpoints", store_id)


@require_POST
@staff_page
def switch(request: StaffRequest, store_id: int, endpoint_id: uuid.UUID) -> HttpResponseBase:
    """Ends an endpoint, or lets it hear again."""
    store = require(request.user, Action.MANAGE_POLICY, store_id)
    on = request.POST.get("on") == "yes"
    endpoint_switch(endpoint_id=endpoint_id, staff=request.user, store=store, on=on, now=timezone.now())
    return redirect("console:endpoints", store_id)


def _page(request: StaffRequest, store_id: int, **told: Any) -> HttpResponseBase:
    store = require(request.user, Action.MANAGE_POLICY, store_id)
    page = {
        "endpoints": endpoints_of(request.user, store),
        "topics": TOPICS,
        "may_reach_all": may_reach_all(request.user, store),
    }
    return render(request, "console/endpoints.html", shell(request, store, "endpoints") | page | told)
