"""What a store has, what runs out when, what is missing; and booking what no trip tells of."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from console.access import StaffRequest, staff_page
from console.shell import shell
from inventory.access import Action
from inventory.models import MovementKind, Store
from inventory.selectors.access import require
from inventory.selectors.stock import VIEWS, stock_movements, stock_outlook, stock_shrink
from inventory.selectors.stores import no_stores, sister_stores
from inventory.services.stock import stock_book

WORDS = {"soon": "Runs out", "out": "Sold out", "negative": "Below zero", "all": "All"}
PER_PAGE = 50
KINDS = [
    (MovementKind.DELIVERY, "Delivery: came in"), (MovementKind.COUNT, "Count: this is there"),
    (MovementKind.WASTE, "Waste: thrown away"), (MovementKind.TRANSFER, "Transfer: to another store"),
    (MovementKind.RETURN, "Return: brought back"), (MovementKind.SHRINK, "Shrink: gone, nobody knows how"),
]  # fmt: skip


class BookForm(forms.Form):
    """One movement by hand; `reference` makes a form that is sent twice count once."""

    kind = forms.ChoiceField(choices=KINDS)
    code = forms.CharField(max_length=64, label="Article number or code")
    quantity = forms.IntegerField(min_value=0, max_value=1_000_000, label="Pieces, or grams of what is sold by weight")
    to_store = forms.ModelChoiceField(no_stores(), required=False, label="To store", empty_label="–")
    reference = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_store"].queryset = sister_stores(store)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == MovementKind.TRANSFER and not cleaned.get("to_store"):
            self.add_error("to_store", "Choose the store that gets the goods.")
        if cleaned.get("kind") != MovementKind.COUNT and cleaned.get("quantity") == 0:
            self.add_error("quantity", "Write 1 or more.")
        return cleaned


@require_GET
@staff_page
def stock(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The outlook, the shrink and the newest movements."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    return _page(request, store, BookForm(store=store, initial={"reference": uuid.uuid4()}))


@require_POST
@staff_page
def book(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """Books a movement, or shows the form again with what is wrong."""
    store = require(request.user, Action.MANAGE_CATALOGUE, store_id)
    form = BookForm(request.POST, store=store)
    if not form.is_valid():
        return _page(request, store, form, status=422)
    done = form.cleaned_data
    to_store = done["to_store"]
    product = stock_book(
        store=store, code=done["code"], kind=MovementKind(done["kind"]), quantity=done["quantity"],
        reference=f"hand:{done['reference']}", actor=request.user, at=timezone.now(),
        to_store_id=to_store.pk if to_store is not None else None,
    )  # fmt: skip
    messages.success(request, f"Booked for {product.name}.")
    return redirect(reverse("console:stock", args=[store.pk]))


def _page(request: StaffRequest, store: Store, form: BookForm, status: int = 200) -> HttpResponseBase:
    now = timezone.now()
    asked = request.GET.get("view", "soon")
    view = asked if asked in VIEWS else "soon"
    text = request.GET.get("q", "")[:80]
    pages = Paginator(stock_outlook(store.pk, now, view=view, text=text), PER_PAGE)
    page = {
        "rows": pages.get_page(request.GET.get("page")), "view": view, "views": WORDS, "text": text, "form": form,
        "shrink": stock_shrink(store.pk, now), "movements": stock_movements(store.pk),
    }  # fmt: skip
    return render(request, "console/stock.html", shell(request, store, "stock") | page, status=status)
