"""One's own sign-in: the second factor, and where one is signed in."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console import lockout
from console.access import StaffRequest, staff_page
from console.models import StaffSession
from console.second_factor import begin
from console.services import factors
from console.services.sessions import sessions_end
from inventory.services.audit import audit_record

WRONG = "This code does not fit. Take the one the app shows now; each counts once."
BLOCKED = f"Too many wrong codes. Wait {lockout.WINDOW_S // 60} minutes."


@require_GET
@staff_page
def account(request: StaffRequest) -> HttpResponseBase:
    """Whether a second factor is on, and the browsers in which one is signed in."""
    return _account(request)


@require_http_methods(["GET", "POST"])
@staff_page
def code(request: StaffRequest) -> HttpResponseBase:
    """Asks for the app's code after the password."""
    onward = _onward(request)
    if not factors.has_factor(request.user):
        return redirect("account:account")
    problem = _checked(request) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        _given(request)
        return redirect(onward)
    page = {"problem": problem, "next": onward}
    return render(request, "console/code.html", page, status=429 if problem == BLOCKED else 200)


@require_http_methods(["GET", "POST"])
@staff_page
def enrol(request: StaffRequest) -> HttpResponseBase:
    """Shows the secret to an authenticator app; a right code puts it in force and shows the recovery codes, once."""
    if factors.has_factor(request.user):
        return redirect("account:account")
    problem = ""
    if request.method == "POST":
        codes = factors.factor_enrol(user=request.user, code=request.POST.get("code", ""), now=timezone.now())
        if codes:
            _given(request)
            sessions_end(user=request.user, keep=request.session.session_key, now=timezone.now())
            return render(request, "console/recovery.html", {"codes": codes, "next": _onward(request)})
        problem = WRONG
    factor = factors.factor_begin(user=request.user)
    picture = segno.make(factors.address_of(factor), error="m").svg_data_uri(scale=5, border=2, light="white")
    page: dict[str, object] = {
        "picture": picture,
        "secret": factors.secret_of(factor),
        "problem": problem,
        "next": _onward(request),
    }
    page |= {"must": factors.must_have_factor(request.user)}
    return render(request, "console/enrol.html", page)


@require_POST
@staff_page
def remove(request: StaffRequest) -> HttpResponseBase:
    """Ends the second factor, for who can still give a code of it."""
    problem = _checked(request)
    if problem:
        return _account(request, problem, status=429 if problem == BLOCKED else 422)
    factors.factor_remove(user=request.user, now=timezone.now())
    begin(request, request.user)
    messages.info(request, "Two-factor sign-in is off.", extra_tags="good")
    return redirect("account:account")


@require_POST
@staff_page
def end(request: StaffRequest) -> HttpResponseBase:
    """Signs out one other browser, or all others."""
    only = request.POST.get("session", "")
    count = sessions_end(
        user=request.user, keep=request.session.session_key, only=int(only) if only.isdecimal() else None,
        now=timezone.now(),
    )  # fmt: skip
    words = "Signed out there." if count == 1 else f"Signed out in {count} other browsers."
    messages.info(request, words if count else "You were signed in nowhere else.", extra_tags="good")
    return redirect("account:account")


def _account(request: StaffRequest, problem: str = "", status: int = 200) -> HttpResponseBase:
    page = {
        "sessions": StaffSession.objects.filter(user=request.user, session__expire_date__gt=timezone.now()),
        "own": request.session.session_key,
        "factor": factors.has_factor(request.user),
        "must": factors.must_have_factor(request.user),
        "problem": problem,
    }
    return render(request, "console/account.html", page, status=status)


def _checked(request: StaffRequest) -> str:
    """Nothing if the code is right, else what to say. The try is counted before the code is looked at."""
    name, now = f"second factor {request.user.pk}", timezone.now()
    if not lockout.attempt(name=name, address=request.META.get("REMOTE_ADDR", "")):
        subject = f"user:{request.user.username}"
        audit_record(action="second_factor.blocked", subject=subject, actor=request.user, now=now)
        return BLOCKED
    if not factors.factor_check(user=request.user, code=request.POST.get("code", ""), now=now):
        return WRONG
    lockout.forgive(name=name)
    return ""


def _given(request: StaffRequest) -> None:
    # What the session may do changes: so does its key, lest somebody planted the old one.
    request.session.cycle_key()
    begin(request, request.user, "given")


def _onward(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return "/console/"
