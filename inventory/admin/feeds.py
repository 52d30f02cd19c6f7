"""Feeds: where a catalogue is fetched from, how often, and what came of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from inventory.access import Action
from inventory.admin.base import ScopedAdmin, ScopedFilter, TenantForm, action, display, person
from inventory.fetching import FetchFailed, place_check
from inventory.imports import FIELDS
from inventory.models import CatalogueFeed
from inventory.sealing import seal
from inventory.services.catalogue_feeds import PURPOSE, feed_run


class FeedForm(TenantForm):
    """The password is written, never shown again."""

    password = forms.CharField(
        required=False,
        strip=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "password", "autocomplete": "new-password"}),
        help_text="Leave it empty to keep the one that is set.",
    )

    def clean_mapping(self) -> dict[str, str]:
        mapping = self.cleaned_data["mapping"] or {}
        known = {field.name for field in FIELDS}
        if not isinstance(mapping, dict) or not all(isinstance(column, str) for column in mapping.values()):
            raise forms.ValidationError('Write an object of fields and columns, for example {"gtin": "EAN"}.')
        unknown = sorted(set(mapping) - known)
        if unknown:
            raise forms.ValidationError(f"There is no field {unknown[0]}. Fields are {', '.join(sorted(known))}.")
        return mapping

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("url"):
            try:
                place_check(
                    cleaned["url"], host_key=cleaned.get("host_key", ""), private=settings.FEEDS_PRIVATE_ADDRESSES
                )
            except FetchFailed as error:
                self.add_error("host_key" if error.code == "host_key" else "url", error.detail)
        return cleaned


@admin.register(CatalogueFeed)
class CatalogueFeedAdmin(ScopedAdmin):
    see = Action.MANAGE_CATALOGUE
    change = Action.MANAGE_CATALOGUE
    deletable = True
    form = FeedForm
    list_display = ["name", "store", "url", "every_minutes", "state_shown", "detail", "fetched_at", "next_at", "active"]
    search_fields = ["name", "url"]
    list_filter = [("store", ScopedFilter), "state", "active"]
    list_select_related = ["store"]
    autocomplete_fields = ["store"]
    readonly_fields = ["state_shown", "detail", "failures", "fetched_at", "next_at", "last_import"]
    fieldsets = [
        (None, {"fields": ["store", "name", "url", "username", "password", "host_key", "active"]}),
        ("When and how", {"fields": ["every_minutes", "mapping", "skip_problems"], "classes": ["tab"]}),
        ("What came of it", {
            "fields": ["state_shown", "detail", "failures", "fetched_at", "next_at", "last_import"], "classes": ["tab"],
        }),
    ]  # fmt: skip
    actions_detail = ["fetch_now"]

    def save_model(self, request: HttpRequest, obj: CatalogueFeed, form: Any, change: bool) -> None:
        password = form.cleaned_data.pop("password", "")
        form.changed_data = [name for name in form.changed_data if name != "password"]
        if password:
            obj.sealed_password = seal(password, PURPOSE)
        # Another address or another mapping: what was fetched before says nothing about it.
        obj.sha256, obj.etag, obj.next_at, obj.failures = "", "", None, 0
        obj.changed_by = person(request)
        super().save_model(request, obj, form, change)

    @display(
        description="State", ordering="state",
        label={"applied": "success", "same": "info", "refused": "danger", "failed": "warning", "new": "default"},
    )  # fmt: skip
    def state_shown(self, feed: CatalogueFeed) -> str:
        return str(feed.state)

    @action(description="Fetch now", icon="cloud_download")
    def fetch_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then fetches and imports at once."""
        feed: Any = self.found(request, object_id, Action.MANAGE_CATALOGUE)
        if request.method != "POST":
            return self.page(
                request, "inventory/admin/ask.html", title="Fetch this catalogue now?", button="Fetch",
                text=f"What {feed.url} holds is imported into {feed.store} at once.",
            )  # fmt: skip
        state = feed_run(feed_id=feed.pk, now=timezone.now(), early=True)
        self.record(request, feed, "feed.fetch", {"state": state})
        feed.refresh_from_db()
        told = messages.success if state in ("applied", "same") else messages.error
        told(request, f"{feed.get_state_display()}. {feed.detail}" if state else "It is being fetched at the moment.")
        return redirect(reverse("admin:inventory_cataloguefeed_change", args=[feed.pk]))
