"""Forms of the console."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """User name and password; the errors say what to do and not which of the two was wrong."""

    error_messages = {
        "invalid_login": "User name and password don't belong together. Check both; capital letters count.",
        "inactive": "This account is closed. Ask your manager to open it again.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["username"].label = "User name"
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password"}


class MessageForm(forms.Form):
    """A short text for the shopper's tablet."""

    text = forms.CharField(max_length=140, strip=True)
