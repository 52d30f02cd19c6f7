"""Who sees a page: one decorator turns "not signed in", "not allowed" and "absent" into answers for people and htmx."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from inventory.access import Action
from inventory.errors import DomainError, NotFound
from inventory.selectors.access import stores_for

if TYPE_CHECKING:
    from inventory.models import Store

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request whose user is signed in."""

    user: User
    htmx: Any


class Can:
    """What this person may do in this store, for templates: `can.review`. Each answer is asked for once."""

    def __init__(self, user: User, store: Store) -> None:
        self._user, self._store = user, store
        self._known: dict[str, bool] = {}

    def __getitem__(self, name: str) -> bool:
        if name not in self._known:
            allowed = stores_for(self._user, Action(name)).filter(pk=self._store.pk).exists()
            self._known[name] = allowed
        return self._known[name]


def in_store(user: User, store: Store) -> dict[str, Any]:
    """The context of everything that shows a store; from here on this request tells times by the store's clock."""
    timezone.activate(ZoneInfo(store.timezone))
    return {"store": store, "can": Can(user, store)}


def staff_page(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Asks for a login first, keeps the page out of caches, and shows domain errors as pages or as a message."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _ask_for_login(request)
        try:
            response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        except DomainError as error:
            response = refusal(request, error)
        finally:
            timezone.deactivate()
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return wrapped  # type: ignore[return-value]


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The error as a page; for htmx as a sentence (the page shows it where it shows all problems)."""
    if request.headers.get("HX-Request"):
        return HttpResponse(error.detail, status=error.status, content_type="text/plain; charset=utf-8")
    page = {"title": "Not here" if isinstance(error, NotFound) else "Not now", "error": error}
    return render(request, "console/error.html", page, status=error.status)


def _ask_for_login(request: HttpRequest) -> HttpResponseBase:
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    # A fragment can't be a login page: htmx moves the whole page there, and comes back to where it was.
    origin = f"{request.scheme}://{request.get_host()}"
    back = request.headers.get("HX-Current-URL", "").removeprefix(origin)
    target = f"{reverse('console:login')}?{urlencode({'next': back or '/console/'})}"
    return HttpResponse(status=401, headers={"HX-Redirect": target})
