"""Catalogue imports: a file goes in, what it would change is shown, then it is applied or checked anew."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from inventory.access import Action
from inventory.admin.base import ScopedAdmin, ScopedFilter, display, person
from inventory.admin.scoping import visible
from inventory.errors import DomainError
from inventory.imports import FIELDS
from inventory.models import CatalogueImport, ImportState, Store
from inventory.services.catalogue_import import PENDING, catalogue_import, catalogue_import_again
from inventory.services.import_progress import Say

PROGRESS_S: Final = 600


def _progress() -> dict[str, str]:
    """Where a page asks how far its file is; the token goes along with the form."""
    token = uuid.uuid4().hex
    return {"token": token, "address": reverse("admin:inventory_catalogueimport_progress", args=[token])}


def _told(request: HttpRequest) -> Say:
    """Keeps what an import says of itself where the page that waits for it can ask; only its own person can."""
    token = request.POST.get("progress", "")[:32]
    return lambda step: cache.set(_key(request, token), str(step), PROGRESS_S)


def _key(request: HttpRequest, token: str) -> str:
    return f"import-progress:{request.user.pk}:{token}"


class FileForm(forms.Form):
    """Which file, for which store."""

    store = forms.ModelChoiceField(
        Store.objects.none(),
        widget=UnfoldAdminSelectWidget,
        help_text="Products are the retailer's, prices this store's.",
    )
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text="CSV in UTF-8 or XLSX, with the names of its columns in the first row.",
    )

    def __init__(self, *args: Any, stores: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """Which column means what."""

    skip_problems = forms.BooleanField(
        required=False, label="Leave out rows with problems", widget=UnfoldBooleanSwitchWidget
    )

    def __init__(self, *args: Any, record: CatalogueImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", "–"), *((name, name) for name in record.header if name)]
        self.initial["skip_problems"] = record.skip_problems
        for field in FIELDS:
            self.fields[f"map_{field.name}"] = forms.ChoiceField(
                choices=columns, required=False, label=field.name.replace("_", " "), help_text=field.help,
                initial=record.mapping.get(field.name, ""), widget=UnfoldAdminSelectWidget,
            )  # fmt: skip

    def mapping(self) -> Mapping[str, str]:
        """Field to column, without those left open."""
        chosen = {name[4:]: column for name, column in self.cleaned_data.items() if name.startswith("map_")}
        return {name: column for name, column in chosen.items() if column}


@admin.register(CatalogueImport)
class CatalogueImportAdmin(ScopedAdmin):
    see = Action.MANAGE_CATALOGUE
    change = Action.MANAGE_CATALOGUE
    list_display = ["filename", "checked_at", "store", "state_shown", "rows", "created", "changed", "prices",
                    "problem_count", "actor"]  # fmt: skip
    search_fields = ["filename", "sha256"]
    list_filter = [("store", ScopedFilter), "state"]
    list_select_related = ["store", "actor"]
    date_hierarchy = "checked_at"

    @display(
        description="State",
        ordering="state",
        label={
            "applied": "success",
            "refused": "danger",
            "checked": "info",
            "waiting": "warning",
            "running": "warning",
        },
    )
    def state_shown(self, record: CatalogueImport) -> str:
        return str(record.state)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.progress_view)
        ours = path("progress/<str:token>/", view, name="inventory_catalogueimport_progress")
        return [ours, *super().get_urls()]

    def progress_view(self, request: HttpRequest, token: str) -> JsonResponse:
        """What the import of this token said last, to who has sent it."""
        return JsonResponse({"text": cache.get(_key(request, token), "") if token.isalnum() else ""})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Takes a file, and checks it."""
        if not self.has_add_permission(request):
            return self.page(request, "inventory/admin/import_file.html", title="Import a catalogue")
        stores = visible(Store, person(request), Action.MANAGE_CATALOGUE).select_related("retailer")
        form = FileForm(request.POST or None, request.FILES or None, stores=stores)
        if request.method == "POST" and form.is_valid():
            upload, store = form.cleaned_data["file"], form.cleaned_data["store"]
            try:
                record = catalogue_import(
                    store_id=store.pk, data=upload.read(), filename=upload.name, now=timezone.now(),
                    actor=person(request), dry_run=True, keep_file=True, say=_told(request),
                )  # fmt: skip
            except DomainError as error:
                form.add_error("file", error.detail)
            else:
                return self._shown(record)
        context = {"title": "Import a catalogue", "form": form, "fields": FIELDS, "progress": _progress()}
        return self.page(request, "inventory/admin/import_file.html", **context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Shows what the file would do; a POST checks it anew or applies it."""
        record: CatalogueImport | None = self.get_object(request, object_id)
        if record is None:
            back: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
            return back
        form = MappingForm(request.POST or None, record=record)
        if request.method == "POST" and form.is_valid():
            record = self.found(request, object_id, Action.MANAGE_CATALOGUE)
            return self._again(request, record, form)
        context = {
            "record": record,
            "form": form,
            "open": bool(record.file) and record.state not in PENDING,
            "title": str(record),
        }
        return self.page(request, "inventory/admin/import_report.html", progress=_progress(), **context)

    def _again(self, request: HttpRequest, record: CatalogueImport, form: MappingForm) -> HttpResponse:
        applying = "apply" in request.POST
        try:
            done = catalogue_import_again(
                import_id=record.pk, now=timezone.now(), actor=person(request), dry_run=not applying,
                mapping=None if applying else form.mapping(),
                skip_problems=None if applying else form.cleaned_data["skip_problems"], say=_told(request),
            )  # fmt: skip
        except DomainError as error:
            messages.error(request, error.detail)
            return self._shown(record)
        if done.state == ImportState.APPLIED:
            messages.success(
                request, f"{done.created} products made, {done.changed} changed, {done.prices} prices set."
            )
        elif applying:
            messages.error(
                request, "The catalogue changed in between, and now there are problems: nothing was written."
            )
        return self._shown(done)

    def _shown(self, record: CatalogueImport) -> HttpResponse:
        return redirect(reverse("admin:inventory_catalogueimport_change", args=[record.pk]))
