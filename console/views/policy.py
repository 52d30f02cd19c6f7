"""A store's policy: its settings, what another setting would have changed, and the history of both."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carts.errors import PolicyInvalid
from carts.selectors.policies import versions
from carts.services.policies import policy_in_force, policy_set
from carts.services.previews import preview_ask, preview_stop
from checkout.policy import PolicyError, rules_for
from checkout.selectors.reviews import TenderingError, review_rules
from console import tasks
from console.access import StaffRequest, in_store, staff_page
from console.policy_form import PolicyForm
from console.presenting.policy import differences, figures
from console.selectors.policy import newest_preview, preview_of
from console.shell import shell
from inventory.access import Action
from inventory.selectors.access import require

if TYPE_CHECKING:
    from inventory.models import Store

LAST = (50, 200, 500)
LIVE = {"waiting", "running"}


@require_http_methods(["GET", "POST"])
@staff_page
def policy(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The page; posted, a new version of the policy."""
    action = Action.MANAGE_POLICY if request.method == "POST" else Action.SEE_REPORTS
    store = require(request.user, action, store_id)
    now = timezone.now()
    version = policy_in_force(store_id=store.pk, now=now)
    form = form_for(store, request.POST if request.method == "POST" else None)
    if request.method == "POST" and usable(form, store):
        base = request.POST.get("base", "")
        made = policy_set(
            store_id=store.pk, settings=form.settings(), base=int(base) if base.isdecimal() else 0, by=request.user,
            note=form.cleaned_data["note"], now=now,
        )  # fmt: skip
        messages.success(request, f"Policy {made.number} holds from each cart's next trip on.")
        return redirect("console:policy", store.pk)
    page = {
        "form": form,
        "groups": [(title, words, [(field, form.preset_of(field.name)) for field in fields])
                   for title, words, fields in form.groups()],
        "own": form.changed_from_preset(),
        "version": version,
        "history": versions(store.pk, most=12),
        "last": LAST,
        **preview_page(newest_preview(store), store),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "console/policy.html", shell(request, store, "policy") | page, status=status)


@require_POST
@staff_page
def preview(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """Asks for a what-if replay of what the form holds; the answer shows how far it is."""
    store = require(request.user, Action.MANAGE_POLICY, store_id)
    form = form_for(store, request.POST)
    if not usable(form, store):
        first = next(iter(form.errors.values()))
        raise PolicyInvalid(" ".join(str(error) for error in first))
    asked = request.POST.get("last", "")
    most = int(asked) if asked.isdecimal() and int(asked) in LAST else LAST[1]
    made = preview_ask(
        store_id=store.pk, settings=form.settings(), most=most, by_name=request.user.get_username(), now=timezone.now()
    )
    tasks.preview.delay(str(made.pk))
    return _fragment(request, store, made)


@require_GET
@staff_page
def progress(request: StaffRequest, store_id: int, preview_id: uuid.UUID) -> HttpResponseBase:
    """How far a replay is, and what it has found so far."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    return _fragment(request, store, preview_of(store, preview_id))


@require_POST
@staff_page
def stop(request: StaffRequest, store_id: int, preview_id: uuid.UUID) -> HttpResponseBase:
    """Ends a replay; what it has found so far stays."""
    store = require(request.user, Action.MANAGE_POLICY, store_id)
    preview_of(store, preview_id)
    preview_stop(preview_id=preview_id, store_id=store.pk, now=timezone.now())
    return _fragment(request, store, preview_of(store, preview_id))


def form_for(store: Store, data: Any) -> PolicyForm:
    """The form of a store's settings, over its venue's preset."""
    preset = rules_for(store.venue, {}, store.currency_exponent)
    return PolicyForm(data, preset=preset, exponent=store.currency_exponent, settings=store.policy)


def usable(form: PolicyForm, store: Store) -> bool:
    """Whether what the form holds is a policy; what it lacks stands at the form."""
    if not form.is_valid():
        return False
    try:
        rules_for(store.venue, form.settings().get("checkout", {}), store.currency_exponent)
        review_rules(form.settings())
    except (PolicyError, TenderingError) as error:
        form.add_error(None, str(error))
        return False
    return True


def preview_page(found: Any, store: Store) -> dict[str, Any]:
    """What the replay's panel shows."""
    page: dict[str, Any] = {"preview": found, "running": found is not None and found.state in LIVE}
    if found is not None and found.found:
        changes = found.found["counts"]["changes"]
        page |= {
            "figures": figures(found.found, store),
            "differences": differences(changes),
            "speaks_from": found.found["speaks_from"],
            "left_out": found.found["left_out"],
        }
    return page


def _fragment(request: StaffRequest, store: Store, found: Any) -> HttpResponseBase:
    return render(request, "console/_policy_preview.html", in_store(request.user, store) | preview_page(found, store))
