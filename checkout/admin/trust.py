"""Keys, gates' openings, disputes, business days and what retailers' systems read: to look at."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateFilter, RangeDateTimeFilter

from checkout.models import (
    BusinessDay,
    DayDifference,
    Dispute,
    ExportToken,
    FeedCounter,
    FeedEntry,
    GateOpening,
    ReceiptMail,
    SettlementList,
    SigningKey,
)
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter, display
from inventory.admin.showing import as_json, money


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["kid", "purpose", "retailer", "state", "created_at", "ended_at"]
    search_fields = ["kid", "retailer__name"]
    list_filter = [("retailer", ScopedFilter), "purpose", "state"]
    list_select_related = ["retailer"]
    fields = ["kid", "purpose", "retailer", "state", "created_at", "ended_at"]


@admin.register(GateOpening)
class GateOpeningAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["opened_at", "exit_pass", "gate", "offline", "received_at"]
    search_fields = ["exit_pass__id", "exit_pass__checkout__id"]
    list_filter = [("gate__store", ScopedFilter), "offline", ("opened_at", RangeDateTimeFilter)]
    list_select_related = ["exit_pass", "gate"]
    fields = ["exit_pass", "gate", "opened_at", "offline", "received_at", "nonce"]


@admin.register(ReceiptMail)
class ReceiptMailAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["asked_at", "receipt", "language", "sent_at", "given_up_at"]
    search_fields = ["receipt__number"]
    list_filter = [("receipt__store", ScopedFilter), ("asked_at", RangeDateTimeFilter)]
    list_select_related = ["receipt"]
    fields = ["receipt", "language", "asked_at", "sent_at", "given_up_at"]


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["opened_at", "receipt", "line", "kind", "amount", "state", "cost", "automatic"]
    search_fields = ["receipt__number", "receipt__checkout__id"]
    list_filter = [("store", ScopedFilter), "state", "kind", "cost", ("opened_at", RangeDateTimeFilter)]
    list_select_related = ["receipt", "store"]
    date_hierarchy = "opened_at"
    fields = ["store", "receipt", "line", "kind", "note", "amount", "state", "automatic", "answer", "cost",
              "refunded_minor", "trouble", "opened_at", "decided_at", "decided_by", "settled_at"]  # fmt: skip
    readonly_fields = ["amount"]

    @display(description="Amount", ordering="amount_minor")
    def amount(self, dispute: Dispute) -> str:
        return money(dispute.amount_minor, dispute.store.currency, dispute.store.currency_exponent)


@admin.register(BusinessDay)
class BusinessDayAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["day", "store", "state", "closed_at", "closed_by"]
    search_fields = ["store__name", "store__code"]
    list_filter = [("store", ScopedFilter), "state", ("day", RangeDateFilter)]
    list_select_related = ["store", "closed_by"]
    date_hierarchy = "day"
    fields = ["store", "day", "begins_at", "ends_at", "state", "closed_at", "closed_by", "totals_shown"]
    readonly_fields = ["totals_shown"]

    @display(description="Totals")
    def totals_shown(self, day: BusinessDay) -> str:
        return as_json(day.totals)


@admin.register(SettlementList)
class SettlementListAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["received_at", "business_day", "provider", "name"]
    search_fields = ["provider", "name"]
    list_filter = [("business_day__store", ScopedFilter), "provider", ("received_at", RangeDateTimeFilter)]
    list_select_related = ["business_day"]
    fields = ["business_day", "provider", "name", "digest", "received_at", "rows_shown"]
    readonly_fields = ["rows_shown"]

    @display(description="Rows")
    def rows_shown(self, found: SettlementList) -> str:
        return as_json(found.rows)


@admin.register(DayDifference)
class DayDifferenceAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["business_day", "provider", "kind", "entry", "reference", "ours_minor", "theirs_minor", "state"]
    search_fields = ["reference", "note"]
    list_filter = [("business_day__store", ScopedFilter), "provider", "kind", "state"]
    list_select_related = ["business_day"]
    fields = ["business_day", "provider", "kind", "entry", "reference", "ours_minor", "theirs_minor", "state", "note",
              "found_at", "resolved_at", "resolved_by"]  # fmt: skip


@admin.register(FeedCounter)
class FeedCounterAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["__str__", "retailer"]
    search_fields = ["retailer__name"]
    list_filter = [("retailer", ScopedFilter)]
    list_select_related = ["retailer"]


@admin.register(FeedEntry)
class FeedEntryAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["position", "kind", "reference", "receipt", "retailer", "at"]
    search_fields = ["reference", "receipt__number"]
    list_filter = [("retailer", ScopedFilter), "kind", ("at", RangeDateTimeFilter)]
    list_select_related = ["retailer", "receipt"]
    ordering = ["-id"]


@admin.register(ExportToken)
class ExportTokenAdmin(ReadOnlyAdmin):
    see = Action.MANAGE_STAFF
    list_display = ["name", "retailer", "scopes", "created_at", "created_by", "last_used_at", "revoked_at"]
    search_fields = ["name", "retailer__name"]
    list_filter = [("retailer", ScopedFilter), ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["retailer", "created_by"]
    fields = ["name", "retailer", "scopes", "created_at", "created_by", "last_used_at", "revoked_at"]
