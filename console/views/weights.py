"""The learned weights of a store: what to look at, one product's picture, and what people know better."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from console.access import StaffRequest, staff_page
from console.presenting.weights import HEIGHT, WIDTH, distribution, history, shares
from console.selectors.false_alarms import false_alarms
from console.shell import shell
from inventory.access import Action
from inventory.errors import NotFound
from inventory.models import Product, Store
from inventory.selectors.access import require
from inventory.selectors.products import product_names, product_of
from inventory.selectors.weights import weight_history, weight_modes, weight_rows
from inventory.services.weights import weight_forget, weight_set

PER_PAGE = 50
WORST = 10


class PriorForm(forms.Form):
    """What people know of a product's weight."""

    mean_g = forms.FloatField(min_value=1, max_value=100_000, label="Weight of one piece with its packaging (g)")
    sd_g = forms.FloatField(min_value=0.1, max_value=10_000, label="How sure: plus or minus (g)")


@require_GET
@staff_page
def weights(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The list, what needs a look first, and the products that cause most false alarms."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    now = timezone.now()
    text = request.GET.get("q", "")[:80]
    alarms = false_alarms(store, now)
    names = product_names(retailer_id=store.retailer_id, codes=alarms)
    worst = [(names.get(code, code), code, count) for code, count in alarms.most_common(WORST)]
    pages = Paginator(weight_rows(store.pk, now, text=text, false_alarms=alarms), PER_PAGE)
    page = {"rows": pages.get_page(request.GET.get("page")), "text": text, "worst": worst}
    return render(request, "console/weights.html", shell(request, store, "weights") | page)


@require_GET
@staff_page
def weight(request: StaffRequest, store_id: int, product_id: int) -> HttpResponseBase:
    """One product: how its weight is spread, how it moved, and what may be done about it."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    return _page(request, store, product_of(retailer_id=store.retailer_id, product_id=product_id))


@require_POST
@staff_page
def change(request: StaffRequest, store_id: int, product_id: int, what: str) -> HttpResponseBase:
    """Sets the prior, or forgets what was learned."""
    store = require(request.user, Action.MANAGE_CATALOGUE, store_id)
    product = product_of(retailer_id=store.retailer_id, product_id=product_id)
    now = timezone.now()
    if what == "forget":
        weight_forget(store_id=store.pk, product_id=product.pk, actor=request.user, now=now)
        messages.success(request, f"What was learned about {product.name} is forgotten.")
    elif what == "set":
        form = PriorForm(request.POST)
        if not form.is_valid():
            return _page(request, store, product, form, status=422)
        weight_set(store_id=store.pk, product_id=product.pk, actor=request.user, now=now, **form.cleaned_data)
        messages.success(request, f"{product.name} is taken to weigh {form.cleaned_data['mean_g']:g} g from now on.")
    else:
        raise NotFound("There is no such page.")
    return redirect(reverse("console:weight", args=[store.pk, product.pk]))


def _page(
    request: StaffRequest, store: Store, product: Product, form: PriorForm | None = None, status: int = 200
) -> HttpResponseBase:
    row, modes = weight_modes(store.pk, product.pk)
    days = weight_history(store.pk, product.pk)
    found = next((one for one in weight_rows(store.pk, timezone.now()) if one.product_id == product.pk), None)
    guess = {"mean_g": product.gross_weight_g, "sd_g": 5} if row is None else {
        "mean_g": round(row.mean_g, 1), "sd_g": round(row.sd_g, 1)
    }  # fmt: skip
    page = {
        "product": product, "learned": row, "alerts": found.alerts if found else (), "modes": shares(modes),
        "spread": distribution(modes, product.gross_weight_g), "moved": history(days), "days": days[::-1][:30],
        "form": form or PriorForm(initial=guess), "box": f"0 0 {WIDTH} {HEIGHT}", "height": HEIGHT,
    }  # fmt: skip
    return render(request, "console/weight.html", shell(request, store, "weights") | page, status=status)
