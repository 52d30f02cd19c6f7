"""Trips, their lines and discrepancies: history, to look at. The console is where people act on them."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from carts.models import Discrepancy, Trip, TripLine
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ReadOnlyInline, ScopedFilter, display
from inventory.admin.showing import as_json, console_link, grams, money

STATES = {"shopping": "info", "sealed": "warning", "in review": "danger", "cleared": "success", "paying": "warning",
          "paid": "success", "cancelled": "default"}  # fmt: skip


def _amount(trip: Trip, minor: int | None) -> str:
    return money(minor, trip.store.currency, trip.store.currency_exponent)


class LineInline(ReadOnlyInline):
    model = TripLine
    fields = ["line", "name", "quantity", "weight", "price", "amount", "status"]
    readonly_fields = ["weight", "price", "amount"]

    @display(description="Weight")
    def weight(self, line: TripLine) -> str:
        return grams(line.weight_g)

    @display(description="Price")
    def price(self, line: TripLine) -> str:
        return _amount(line.trip, line.unit_price_minor)

    @display(description="Amount")
    def amount(self, line: TripLine) -> str:
        return _amount(line.trip, line.amount_minor)


class DiscrepancyInline(ReadOnlyInline):
    model = Discrepancy
    fields = ["number", "kind", "state", "expected_g", "observed_g", "probability", "advice"]


@admin.register(Trip)
class TripAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = [
        "__str__",
        "started_at",
        "cart",
        "store",
        "state_shown",
        "items",
        "due",
        "outcome",
        "open_discrepancies",
    ]
    search_fields = ["id", "cart__label"]
    search_help_text = "Trip id or cart"
    list_filter = [("store", ScopedFilter), "state", "outcome", "mode", ("started_at", RangeDateTimeFilter)]
    list_select_related = ["store", "cart"]
    date_hierarchy = "started_at"
    inlines = [LineInline, DiscrepancyInline]
    readonly_fields = ["due", "verdict_shown", "totals_shown", "in_console"]
    fieldsets = [
        (None, {"fields": ["store", "cart", "state", "reason", "mode", "language", "shopper", "in_console"]}),
        ("Basket", {"fields": ["items", "due", "revision", "sealed_revision", "totals_shown"], "classes": ["tab"]}),
        ("Verdict", {"fields": ["outcome", "risk", "open_discrepancies", "verdict_shown"], "classes": ["tab"]}),
        ("Times", {
            "fields": ["started_at", "sealed_at", "ended_at", "start_ms", "last_ms", "assist_at", "assist_reason",
                       "stream"],
            "classes": ["tab"],
        }),
    ]  # fmt: skip

    @display(description="State", ordering="state", label=STATES)
    def state_shown(self, trip: Trip) -> str:
        return trip.get_state_display().lower()

    @display(description="Due", ordering="due_minor")
    def due(self, trip: Trip) -> str:
        return _amount(trip, trip.due_minor)

    @display(description="Verdict")
    def verdict_shown(self, trip: Trip) -> str:
        return as_json(trip.verdict)

    @display(description="Totals")
    def totals_shown(self, trip: Trip) -> str:
        return as_json(trip.totals)

    @display(description="Console")
    def in_console(self, trip: Trip) -> str:
        return console_link("trip", trip.pk, "Open with weight plot and journal")


@admin.register(TripLine)
class TripLineAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["name", "trip", "line", "quantity", "weight", "amount", "status"]
    search_fields = ["name", "code", "trip__id"]
    list_filter = [("trip__store", ScopedFilter), "status", "sold_by"]
    list_select_related = ["trip__store"]
    fields = ["trip", "line", "code", "name", "source", "quantity", "sold_by", "weight", "amount", "status", "at_ms"]
    readonly_fields = ["weight", "amount"]

    @display(description="Weight", ordering="weight_g")
    def weight(self, line: TripLine) -> str:
        return grams(line.weight_g)

    @display(description="Amount", ordering="amount_minor")
    def amount(self, line: TripLine) -> str:
        return _amount(line.trip, line.amount_minor)


@admin.register(Discrepancy)
class DiscrepancyAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["__str__", "trip", "kind", "state_shown", "expected", "observed", "sure", "advice"]
    search_fields = ["trip__id", "trip__cart__label", "advice"]
    list_filter = [("trip__store", ScopedFilter), "kind", "state"]
    list_select_related = ["trip"]
    fields = ["trip", "number", "kind", "state", "line", "opened_ms", "cleared_ms", "expected", "observed",
              "tolerance_g", "sure", "advice", "disputed", "candidates_shown", "explanation_shown"]  # fmt: skip
    readonly_fields = ["expected", "observed", "sure", "candidates_shown", "explanation_shown"]

    @display(description="State", ordering="state",
             label={"open": "danger", "cleared": "success", "escalated": "warning", "resolved": "success"})  # fmt: skip
    def state_shown(self, discrepancy: Discrepancy) -> str:
        return discrepancy.get_state_display().lower()

    @display(description="Expected", ordering="expected_g")
    def expected(self, discrepancy: Discrepancy) -> str:
        return grams(discrepancy.expected_g)

    @display(description="Observed", ordering="observed_g")
    def observed(self, discrepancy: Discrepancy) -> str:
        return grams(discrepancy.observed_g)

    @display(description="Probability", ordering="probability")
    def sure(self, discrepancy: Discrepancy) -> str:
        return f"{discrepancy.probability:.0%}"

    @display(description="Candidates")
    def candidates_shown(self, discrepancy: Discrepancy) -> str:
        return as_json(discrepancy.candidates)

    @display(description="Explanation")
    def explanation_shown(self, discrepancy: Discrepancy) -> str:
        return as_json(discrepancy.explanation)
