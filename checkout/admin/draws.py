"""Days of random checks: what was bound before them and disclosed after."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateFilter

from checkout.models import DrawDay
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter


@admin.register(DrawDay)
class DrawDayAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["day", "store", "commitment", "made_at", "disclosed_at", "broken"]
    search_fields = ["commitment", "store__name", "store__code"]
    list_filter = [("store", ScopedFilter), ("day", RangeDateFilter), "broken"]
    list_select_related = ["store"]
    fields = ["store", "day", "commitment", "made_at", "seed", "disclosed_at", "broken"]
