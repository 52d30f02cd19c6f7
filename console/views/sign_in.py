"""Signing in and out."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from console import lockout
from console.forms import SignInForm
from inventory.services.audit import audit_record


class SignIn(LoginView):
    """Asks for name and password, and waits after too many wrong ones."""

    template_name = "console/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name, address = request.POST.get("username", ""), request.META.get("REMOTE_ADDR", "")
        if lockout.attempt(name=name, address=address):
            return super().post(request, *args, **kwargs)
        audit_record(action="sign_in_blocked", subject=f"user:{name[:80]}", actor_name="unknown", now=timezone.now())
        form = self.get_form_class()(request, initial={"username": name})
        page = self.get_context_data(form=form, locked_for=lockout.WINDOW_S // 60)
        return self.render_to_response(page, status=429, headers={"Retry-After": str(lockout.WINDOW_S)})

    def form_valid(self, form: BaseForm) -> HttpResponse:
        lockout.forgive(name=str(form.cleaned_data["username"]))
        return super().form_valid(form)  # type: ignore[arg-type]


def admin_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The admin's login is the console's, with its lockout; only who is signed in and not let in sees its own."""
    if request.user.is_authenticated and request.method == "GET":
        return admin.site.login(request)
    return redirect(f"{reverse('console:login')}?{urlencode({'next': request.GET.get('next', '/admin/')})}")


class SignOut(LogoutView):
    """Ends the session, then shows the login again."""
