"""One's own account, below /console/account/."""

from django.urls import path

from console.views import account

app_name = "account"
urlpatterns = [
    path("", account.account, name="account"),
    path("code/", account.code, name="code"),
    path("two-factor/", account.enrol, name="enrol"),
    path("two-factor/remove/", account.remove, name="remove"),
    path("sign-out-elsewhere/", account.end, name="end"),
]
