"""What a session may reach: whoever has a second factor reaches with the password only the page that asks for it.

A session's state is "free" (the password is enough), "code" (a code is asked for), "enrol" (a factor must be set up
first) or "given". Only "free" and "given" open pages and sockets; a session without a state gets one at its next
request.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import user_logged_in
from django.contrib.auth.models import User
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware
from django.utils.http import urlencode

from console.services.factors import has_factor, must_have_factor
from console.services.sessions import session_note, session_seen

KEY = "second_factor"
OPEN = frozenset({"free", "given"})
GUARDED = ("/console/", "/admin/")


@receiver(user_logged_in)
def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    begin(request, user)


def begin(request: HttpRequest, user: User, state: str | None = None) -> str:
    """Gives the session its state, and notes it in the person's list."""
    if state is None:
        state = "code" if has_factor(user) else "enrol" if must_have_factor(user) else "free"
    request.session[KEY] = state
    request.session.save()
    session_note(
        key=request.session.session_key or "", user=user, address=request.META.get("REMOTE_ADDR", ""),
        agent=request.META.get("HTTP_USER_AGENT", ""), now=timezone.now(),
    )  # fmt: skip
    return state


def is_open(session: Any) -> bool:
    """Whether the session has given all that was asked of its person."""
    return session.get(KEY) in OPEN


@sync_and_async_middleware
def second_factor_gate(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware: sends a half signed-in session from the pages of staff to the page that asks for the rest."""
    if iscoroutinefunction(get_response):

        async def gate_async(request: HttpRequest) -> HttpResponseBase:
            refused = await sync_to_async(_refusal)(request) if _guarded(request) else None
            return refused if refused is not None else await get_response(request)

        return gate_async

    def gate(request: HttpRequest) -> HttpResponseBase:
        refused = _refusal(request) if _guarded(request) else None
        return refused if refused is not None else get_response(request)

    return gate


def _guarded(request: HttpRequest) -> bool:
    return request.path_info.startswith(GUARDED)


def _refusal(request: HttpRequest) -> HttpResponseBase | None:
    user = request.user
    if not isinstance(user, User) or request.path_info in (reverse("console:logout"), reverse("admin:logout")):
        return None
    state = request.session.get(KEY) or begin(request, user)
    if state == "free" and must_have_factor(user):
        state = begin(request, user, "enrol")
    if state in OPEN:
        session_seen(key=request.session.session_key or "", now=timezone.now())
        return None
    page = reverse("account:code" if state == "code" else "account:enrol")
    if request.path_info == page:
        return None
    target = page if request.method != "GET" else f"{page}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": page})
    return redirect(target)
