"""Giving money back: the store's refunds, one sale with its lines, and the second person's word."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checkout.selectors.refunds import refunds_of, sale_for, sale_named
from checkout.services.idempotency import fingerprint, key_checked, run_once
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_decide, refund_request
from console.access import StaffRequest, staff_page
from console.shell import shell
from inventory.access import Action
from inventory.errors import DomainError
from inventory.selectors.access import require

REASONS = (
    ("returned", "Brought back"),
    ("damaged", "Damaged or spoiled"),
    ("wrong_price", "Wrong price"),
    ("not_taken", "Not in the shopping"),
    ("other", "Something else (write a note)"),
)
TONES = {"done": "good", "pending": "", "waiting": "warn", "failed": "bad", "refused": ""}


class RefundInvalid(DomainError):
    code = "refund_invalid"
    status = 422
    detail = "Choose what goes back, and why."


@require_GET
@staff_page
def refunds(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """What waits for a second person, what was given back, and the way to a sale by its receipt's number."""
    store = require(request.user, Action.REFUND, store_id)
    number = request.GET.get("receipt", "").strip()
    found = sale_named(store.pk, number) if number else None
    if found is not None:
        return redirect("console:sale", found)
    waiting, others = refunds_of(request.user, store_id)
    page = {"waiting": waiting, "refunds": others, "number": number, "tones": TONES}
    return render(request, "console/refunds.html", shell(request, store, "refunds") | page)


@require_GET
@staff_page
def sale(request: StaffRequest, checkout_id: uuid.UUID) -> HttpResponseBase:
    """One sale: its lines, what is left of them, and what may go back."""
    found = sale_for(request.user, checkout_id)
    page = {"sale": found, "reasons": REASONS, "key": uuid.uuid4().hex, "tones": TONES}
    return render(request, "console/sale.html", shell(request, found.checkout.store, "refunds") | page)


@require_POST
@staff_page
def refund(request: StaffRequest, checkout_id: uuid.UUID) -> HttpResponseBase:
    """Gives back what the form says; sent twice, it is one refund."""
    found = sale_for(request.user, checkout_id)
    form = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    key = key_checked(form.get("key"))
    reason, note = form.get("reason", ""), form.get("note", "").strip()[:300]
    if reason not in dict(REASONS) or (reason == "other" and not note):
        raise RefundInvalid("Choose a reason; for something else, write a note.")
    lines = None if form.get("all") else _lines(form, [line.line for line, _ in found.lines])

    def call() -> tuple[int, bytes]:
        made = refund_request(
            checkout_id=checkout_id, lines=lines, reason=reason, note=note, staff=request.user,
            key=f"staff:{request.user.pk}:{key}", now=timezone.now(),
        )  # fmt: skip
        return 303, str(refund_advance(refund_id=made.id, now=timezone.now()).state).encode()

    print_ = fingerprint("POST", request.path, json.dumps(form, sort_keys=True).encode())
    (_, state), _ = run_once(
        principal=f"staff:{request.user.pk}", key=key, store_id=found.checkout.store_id, print_=print_,
        now=timezone.now(), call=call,
    )  # fmt: skip
    words = {"waiting": "It waits for a second person.", "done": "The money is on its way back."}
    messages.info(request, words.get(state.decode(), "The refund is under way."), extra_tags="good")
    return redirect("console:sale", checkout_id)


@require_POST
@staff_page
def decide(request: StaffRequest, refund_id: uuid.UUID) -> HttpResponseBase:
    """The second person agrees or refuses."""
    agree = request.POST.get("agree") == "yes"
    made = refund_decide(refund_id=refund_id, staff=request.user, agree=agree, now=timezone.now())
    if agree:
        refund_advance(refund_id=made.id, now=timezone.now())
    words = "You agreed: the money is on its way back." if agree else "You refused: nothing is given back."
    messages.info(request, words, extra_tags="good" if agree else "warn")
    return redirect("console:refunds", made.store_id)


def _lines(form: dict[str, str], numbers: list[int]) -> dict[int, int]:
    asked = {number: form.get(f"pieces_{number}", "").strip() for number in numbers}
    if any(text and (not text.isdecimal() or int(text) > 9999) for text in asked.values()):
        raise RefundInvalid("Pieces are whole numbers.")
    chosen = {number: int(text) for number, text in asked.items() if text and int(text)}
    if not chosen:
        raise RefundInvalid("Choose at least one piece of one line.")
    return chosen
