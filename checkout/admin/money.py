"""Money that comes back, baskets at tills, what providers told, lines in question, and who is told: to look at."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from checkout.models import LineProblem, ProviderEvent, Refund, RefundPart, SaleLine, TillBasket, WebhookEndpoint
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ReadOnlyInline, ScopedFilter, display
from inventory.admin.showing import as_json, money

STATES = {"waiting for a second person": "warning", "on its way": "info", "done": "success", "failed": "danger",
          "refused": "default"}  # fmt: skip


class PartInline(ReadOnlyInline):
    model = RefundPart
    fields = ["attempt", "amount_minor", "state", "reference", "detail", "asked", "ended_at"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["created_at", "amount", "state_shown", "reason", "checkout", "requested_by", "decided_by"]
    list_display_links = ["created_at"]
    search_fields = ["id", "checkout__id", "reference", "note"]
    list_filter = [("store", ScopedFilter), "state", "automatic", "void", ("created_at", RangeDateTimeFilter)]
    list_select_related = ["store", "checkout", "requested_by", "decided_by"]
    date_hierarchy = "created_at"
    inlines = [PartInline]
    fields = ["store", "checkout", "state", "amount", "tax_minor", "lines_shown", "reason", "note", "reference",
              "automatic", "void", "requested_by", "decided_by", "created_at", "decided_at", "ended_at"]  # fmt: skip
    readonly_fields = ["amount", "lines_shown"]

    @display(description="Amount", ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        return money(refund.amount_minor, refund.checkout.currency, refund.store.currency_exponent)

    @display(description="State", ordering="state", label=STATES)
    def state_shown(self, refund: Refund) -> str:
        return refund.get_state_display().lower()

    @display(description="Lines")
    def lines_shown(self, refund: Refund) -> str:
        return as_json(refund.lines)


@admin.register(RefundPart)
class RefundPartAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["id", "refund", "attempt", "amount_minor", "state", "reference", "asked", "ended_at"]
    search_fields = ["key", "reference", "refund__id"]
    list_filter = [("refund__store", ScopedFilter), "state"]
    list_select_related = ["refund", "attempt"]


@admin.register(SaleLine)
class SaleLineAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["checkout", "line", "name", "pieces", "amount_minor", "refunded_pieces", "refunded_minor"]
    search_fields = ["name", "checkout__id"]
    list_filter = [("checkout__store", ScopedFilter)]
    list_select_related = ["checkout"]


@admin.register(TillBasket)
class TillBasketAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["__str__", "attempt", "state", "tender", "reference", "created_at", "ended_at"]
    search_fields = ["id", "reference"]
    list_filter = [("attempt__checkout__store", ScopedFilter), "state", ("created_at", RangeDateTimeFilter)]
    list_select_related = ["attempt"]


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["received_at", "provider", "kind", "event", "attempt"]
    list_display_links = ["received_at"]
    search_fields = ["event", "kind"]
    list_filter = ["provider", ("received_at", RangeDateTimeFilter)]
    list_select_related = ["attempt"]


@admin.register(LineProblem)
class LineProblemAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["opened_at", "store", "name", "kind", "limit", "quantity", "resolution", "resolved_by"]
    list_display_links = ["opened_at"]
    search_fields = ["name", "checkout__id"]
    list_filter = [("store", ScopedFilter), "kind", "resolution", ("opened_at", RangeDateTimeFilter)]
    list_select_related = ["store", "resolved_by"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    see = Action.MANAGE_POLICY
    list_display = ["url", "retailer", "store", "topics", "active", "created_at"]
    search_fields = ["url"]
    list_filter = [("retailer", ScopedFilter), "active"]
    list_select_related = ["retailer", "store"]
