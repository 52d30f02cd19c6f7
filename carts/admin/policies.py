"""Versions of policies and what-if replays: history, to look at. The console's policy page is where they change."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from carts.models import PolicyPreview, PolicyVersion
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter, display
from inventory.admin.showing import as_json


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["__str__", "store", "at", "cause", "by_name", "threshold"]
    search_fields = ["by_name", "note", "store__name"]
    list_filter = [("store", ScopedFilter), "cause", ("at", RangeDateTimeFilter)]
    list_select_related = ["store"]
    fields = [
        "store",
        "number",
        "at",
        "cause",
        "by_name",
        "note",
        "venue",
        "threshold",
        "settings_shown",
        "basis_shown",
    ]
    readonly_fields = ["threshold", "settings_shown", "basis_shown"]

    @display(description="Speaks from", ordering="alarm_probability")
    def threshold(self, version: PolicyVersion) -> str:
        return f"{version.alarm_probability:.1%}"

    @display(description="Settings")
    def settings_shown(self, version: PolicyVersion) -> str:
        return as_json(version.settings)

    @display(description="Reckoned from")
    def basis_shown(self, version: PolicyVersion) -> str:
        return as_json(version.basis)


@admin.register(PolicyPreview)
class PolicyPreviewAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["__str__", "store", "state", "asked_by", "asked_at"]
    search_fields = ["asked_by", "store__name"]
    list_filter = [("store", ScopedFilter), "state"]
    list_select_related = ["store"]
    fields = ["store", "state", "wanted", "done", "asked_by", "asked_at", "touched_at", "problem", "settings_shown",
              "found_shown"]  # fmt: skip
    readonly_fields = ["settings_shown", "found_shown"]

    @display(description="Settings")
    def settings_shown(self, preview: PolicyPreview) -> str:
        return as_json(preview.settings)

    @display(description="Found")
    def found_shown(self, preview: PolicyPreview) -> str:
        return as_json(preview.found)
