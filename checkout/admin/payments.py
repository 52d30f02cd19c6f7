"""Money: payments, receipts and exit passes, to look at. Refunds are made in the console."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from checkout.models import ExitPass, PaymentAttempt, Receipt, ReceiptCounter
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter, display
from inventory.admin.showing import as_json, money

STATES = {"created": "info", "unknown": "warning", "authorised": "warning", "captured": "success", "declined": "danger",
          "voided": "default", "refunded": "default"}  # fmt: skip


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["created_at", "amount", "method", "provider", "state_shown", "checkout", "reference", "asked"]
    list_display_links = ["created_at"]
    search_fields = ["id", "key", "reference", "checkout__id"]
    list_filter = [
        ("checkout__store", ScopedFilter),
        "state",
        "provider",
        "method",
        ("created_at", RangeDateTimeFilter),
    ]
    list_select_related = ["checkout__store"]
    ordering = ["-created_at"]
    date_hierarchy = "created_at"
    fields = ["checkout", "amount", "method", "provider", "state", "reference", "detail", "key", "asked", "lease_until",
              "created_at", "ended_at"]  # fmt: skip
    readonly_fields = ["amount"]

    @display(description="Amount", ordering="amount_minor")
    def amount(self, attempt: PaymentAttempt) -> str:
        return money(attempt.amount_minor, attempt.currency, attempt.checkout.store.currency_exponent)

    @display(description="State", ordering="state", label=STATES)
    def state_shown(self, attempt: PaymentAttempt) -> str:
        return attempt.get_state_display().lower()


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["number", "issued_at", "store", "checkout"]
    search_fields = ["number", "checkout__id", "checkout__trip__id"]
    list_filter = [("store", ScopedFilter), ("issued_at", RangeDateTimeFilter)]
    list_select_related = ["store", "checkout"]
    date_hierarchy = "issued_at"
    fields = ["number", "store", "checkout", "issued_at", "body_shown"]
    readonly_fields = ["body_shown"]

    @display(description="Body")
    def body_shown(self, receipt: Receipt) -> str:
        return as_json(receipt.body)


@admin.register(ReceiptCounter)
class ReceiptCounterAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["__str__", "store"]
    search_fields = ["store__name"]
    list_filter = [("store", ScopedFilter)]
    list_select_related = ["store"]


@admin.register(ExitPass)
class ExitPassAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["__str__", "checkout", "expires_at", "used_at"]
    search_fields = ["id", "checkout__id"]
    list_filter = [("checkout__store", ScopedFilter), ("used_at", admin.EmptyFieldListFilter)]
    list_select_related = ["checkout"]
