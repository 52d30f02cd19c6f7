"""Messages that could not be delivered, and sending them again; lines that wait for a word of the staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checkout.selectors.refunds import dead_letters, problems_of
from checkout.services.outbox import outbox_replay
from checkout.services.problems import problem_resolve
from console.access import StaffRequest, in_store, staff_page
from console.shell import shell
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require
from inventory.services.audit import audit_record


@require_GET
@staff_page
def letters(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """What was given up after a day of tries, and why."""
    store = require(request.user, Action.SEE_AUDIT, store_id)
    page = {"letters": dead_letters(request.user, store_id)}
    return render(request, "console/deadletters.html", shell(request, store, "deadletters") | page)


@require_POST
@staff_page
def replay(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """Puts one message, or all of them, back into the queue."""
    store = require(request.user, Action.MANAGE_POLICY, store_id)
    known = {str(letter.pk): letter.pk for letter in dead_letters(request.user, store_id)}
    wanted = list(known.values()) if request.POST.get("all") else [known.get(request.POST.get("message", ""))]
    if not wanted or None in wanted:
        raise NotFound("There is no such message any more.")
    now = timezone.now()
    count = sum(outbox_replay(message_id=pk, now=now) for pk in wanted if pk is not None)
    audit_record(
        action="outbox.replay", subject=f"store:{store.pk}", actor=request.user, store=store,
        detail={"messages": wanted}, now=now,
    )  # fmt: skip
    messages.info(request, f"{count} in the queue again.", extra_tags="good")
    return redirect("console:deadletters", store_id)


@require_GET
@staff_page
def problems(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The lines that wait: a fragment for the board, nothing where nobody waits."""
    store = require(request.user, Action.REVIEW, store_id)
    page = in_store(request.user, store) | {"problems": problems_of(request.user, store_id)}
    return render(request, "console/_problems.html", page)


@require_POST
@staff_page
def resolve(request: StaffRequest, problem_id: int) -> HttpResponseBase:
    """A person's word on one line."""
    row = problem_resolve(
        problem_id=problem_id, staff=request.user, resolution=request.POST.get("resolution", ""), now=timezone.now()
    )
    if request.htmx:
        page = in_store(request.user, row.store) | {"problems": problems_of(request.user, row.store_id)}
        return render(request, "console/_problems.html", page)
    return redirect("console:board", row.store_id)
