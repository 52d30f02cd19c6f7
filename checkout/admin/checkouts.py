"""Checkouts and the keys that make their calls repeatable: to look at."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from checkout.models import Checkout, Escalation, IdempotencyKey, PaymentAttempt
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ReadOnlyInline, ScopedFilter, display
from inventory.admin.showing import as_json, money

STATES = {
    "in review": "danger",
    "cleared": "info",
    "paying": "warning",
    "payment unknown": "warning",
    "paid": "success",
    "refused": "danger",
    "abandoned": "default",
}


class AttemptInline(ReadOnlyInline):
    model = PaymentAttempt
    fields = ["method", "provider", "state", "reference", "detail", "created_at", "ended_at"]


class EscalationInline(ReadOnlyInline):
    model = Escalation
    fields = ["state", "conclusion", "reason_code", "opened_at", "resolved_by", "resolved_at"]


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["__str__", "created_at", "store", "trip", "amount", "state_shown", "action", "open_escalations"]
    search_fields = ["id", "trip__id", "trip__cart__label"]
    list_filter = [("store", ScopedFilter), "state", "action", ("created_at", RangeDateTimeFilter)]
    list_select_related = ["store", "trip"]
    date_hierarchy = "created_at"
    inlines = [AttemptInline, EscalationInline]
    fields = ["store", "trip", "revision", "amount", "state", "action", "reasons_shown", "message", "language",
              "open_escalations", "created_at", "settled_at", "ended_at"]  # fmt: skip
    readonly_fields = ["amount", "reasons_shown"]

    @display(description="Amount", ordering="amount_minor")
    def amount(self, checkout: Checkout) -> str:
        return money(checkout.amount_minor, checkout.currency, checkout.store.currency_exponent)

    @display(description="State", ordering="state", label=STATES)
    def state_shown(self, checkout: Checkout) -> str:
        return checkout.get_state_display().lower()

    @display(description="Reasons")
    def reasons_shown(self, checkout: Checkout) -> str:
        return as_json(checkout.reasons)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["key", "principal", "store", "status", "created_at", "lease_until"]
    search_fields = ["key", "principal"]
    list_filter = [("store", ScopedFilter), "status", ("created_at", RangeDateTimeFilter)]
    list_select_related = ["store"]
    fields = ["key", "principal", "store", "fingerprint", "status", "created_at", "lease_until"]
