"""The journal, the engine's snapshots and the thinned weight: append-only, to look at."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from carts.models import JournalEntry, Snapshot, TraceBlock
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter, display
from inventory.admin.showing import as_json


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["arrived_at", "cart", "trip", "origin", "seq", "kind", "outcome", "at_ms"]
    list_display_links = ["arrived_at"]
    search_fields = ["trip__id", "cart__label", "stream", "kind", "outcome"]
    list_filter = [("cart__store", ScopedFilter), "origin", "kind", ("arrived_at", RangeDateTimeFilter)]
    list_select_related = ["cart", "trip"]
    ordering = ["-id"]
    fields = ["cart", "trip", "origin", "stream", "seq", "epoch", "kind", "at_ms", "arrived_at", "data_shown",
              "outcome",
              "detail_shown", "fingerprint"]  # fmt: skip
    readonly_fields = ["data_shown", "detail_shown"]

    @display(description="Data")
    def data_shown(self, entry: JournalEntry) -> str:
        return as_json(entry.data)

    @display(description="Detail")
    def detail_shown(self, entry: JournalEntry) -> str:
        return as_json(entry.detail)


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["trip", "after_id", "at_ms", "size"]
    search_fields = ["trip__id"]
    list_filter = [("trip__store", ScopedFilter)]
    list_select_related = ["trip"]
    fields = ["trip", "after_id", "at_ms", "size"]
    readonly_fields = ["size"]

    @display(description="Size")
    def size(self, snapshot: Snapshot) -> str:
        return f"{len(bytes(snapshot.state)):,} bytes"


@admin.register(TraceBlock)
class TraceBlockAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["trip", "from_ms", "to_ms", "count", "delete_after"]
    search_fields = ["trip__id"]
    list_filter = [("trip__store", ScopedFilter), ("delete_after", RangeDateTimeFilter)]
    list_select_related = ["trip"]
    fields = ["trip", "from_ms", "to_ms", "count", "delete_after"]
    readonly_fields = ["count"]

    @display(description="Points")
    def count(self, block: TraceBlock) -> int:
        return len(block.readings)
