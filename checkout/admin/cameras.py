"""Cameras: set up here. A password goes in and never comes out."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminPasswordWidget

from checkout.cameras.sealing import seal
from checkout.models import Camera
from inventory.access import Action
from inventory.admin.base import ScopedAdmin, ScopedFilter, TenantForm, display


class CameraForm(TenantForm):
    password = forms.CharField(
        required=False,
        widget=UnfoldAdminPasswordWidget(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text="Stored encrypted and never shown. Leave it empty to keep the one that is set.",
    )
    forget_password = forms.BooleanField(required=False, label="Forget the password that is set")

    def clean_zone(self) -> list[Any]:
        zone = self.cleaned_data["zone"] or []
        good = isinstance(zone, list) and len(zone) != 1 and all(_is_point(point) for point in zone)
        if not good or 0 < len(zone) < 3:
            raise forms.ValidationError(
                "Write at least three corners as fractions: [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]."
            )
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("forget_password"):
            self.instance.password_sealed = b""
        elif cleaned.get("password"):
            self.instance.password_sealed = seal(cleaned["password"])
        # Nothing after this, above all the audit log, sees it in the clear.
        cleaned["password"] = "(new)" if cleaned.get("password") else ""
        return cleaned


@admin.register(Camera)
class CameraAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    change = Action.MANAGE_CARTS
    deletable = True
    form = CameraForm
    list_display = ["name", "store", "lane", "state", "has_password", "last_good_at", "active"]
    search_fields = ["name", "store__name", "lane__name", "url"]
    list_filter = [("store", ScopedFilter), ("lane", ScopedFilter), "adapter", "active"]
    list_select_related = ["store", "lane"]
    autocomplete_fields = ["store", "lane"]
    readonly_fields = ["last_good_at", "last_error"]
    fieldsets = [
        (None, {"fields": ["store", "lane", "name", "active", "last_good_at", "last_error"]}),
        ("Connection", {
            "fields": ["adapter", "url", "username", "password", "forget_password"], "classes": ["tab"],
        }),
        ("Picture", {"fields": ["zone", "px_per_mm"], "classes": ["tab"]}),
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.has_change_permission(request, obj) or (obj is None and self.has_add_permission(request)):
            return self.fieldsets
        # The form's own two fields have no value to show.
        connection = ("Connection", {"fields": ["adapter", "url", "username"], "classes": ["tab"]})
        return [self.fieldsets[0], connection, self.fieldsets[2]]

    @display(description="State", label={"good": "success", "failing": "danger", "not asked yet": "default"})
    def state(self, camera: Camera) -> str:
        if camera.last_error:
            return "failing"
        return "good" if camera.last_good_at else "not asked yet"

    @display(description="Password", boolean=True)
    def has_password(self, camera: Camera) -> bool:
        return bool(camera.password_sealed)


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(isinstance(part, int | float) and not isinstance(part, bool) and 0 <= part <= 1 for part in point)
    )
