"""Stock and learned weights: to look at. Levels change by movements only, beliefs by trips."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter

from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter, action, display, person
from inventory.admin.showing import as_json, grams, listing
from inventory.models import LearnedWeight, StockLevel, StockMovement, WeightDay
from inventory.services.weights import weight_forget


def _amount(quantity: int, sold_by: str) -> str:
    return grams(quantity) if sold_by == "kg" else f"{quantity} pcs"


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["at", "kind_shown", "product", "amount", "store", "reference"]
    list_display_links = ["at"]
    search_fields = ["product__search_text", "product__code", "reference"]
    list_filter = [("store", ScopedFilter), "kind", ("product", AutocompleteSelectFilter), ("at", RangeDateTimeFilter)]
    list_select_related = ["product", "store"]
    date_hierarchy = "at"

    @display(description="Kind", ordering="kind", label=True)
    def kind_shown(self, movement: StockMovement) -> str:
        return movement.get_kind_display()

    @display(description="Quantity", ordering="quantity")
    def amount(self, movement: StockMovement) -> str:
        return _amount(movement.quantity, movement.product.sold_by)


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    see = Action.SEE_REPORTS
    list_display = ["product", "store", "amount", "state", "updated_at", "movements"]
    search_fields = ["product__search_text", "product__code"]
    list_filter = [("store", ScopedFilter), ("product", AutocompleteSelectFilter)]
    list_select_related = ["product", "store"]

    @display(description="In stock", ordering="quantity")
    def amount(self, level: StockLevel) -> str:
        return _amount(level.quantity, level.product.sold_by)

    @display(description="State", label={"negative": "danger", "out": "warning", "in stock": "success"})
    def state(self, level: StockLevel) -> str:
        return "negative" if level.quantity < 0 else "out" if level.quantity == 0 else "in stock"

    @display(description="Movements")
    def movements(self, level: StockLevel) -> str:
        return listing(StockMovement, "show", product__id__exact=level.product_id, store__id__exact=level.store_id)


@admin.register(LearnedWeight)
class LearnedWeightAdmin(ReadOnlyAdmin):
    see = Action.SEE_BOARD
    list_display = ["product", "store", "learned", "listed", "off_by", "observations", "updated_at"]
    search_fields = ["product__search_text", "product__code"]
    list_filter = [("store", ScopedFilter), ("product", AutocompleteSelectFilter)]
    list_select_related = ["product", "store"]
    fields = ["store", "product", "learned", "listed", "observations", "updated_at", "belief_shown"]
    readonly_fields = ["learned", "listed", "belief_shown"]
    actions_detail = ["forget"]

    @display(description="Learned", ordering="mean_g")
    def learned(self, weight: LearnedWeight) -> str:
        return f"{weight.mean_g:,.1f} ± {weight.sd_g:.1f} g"

    @display(description="Listed")
    def listed(self, weight: LearnedWeight) -> str:
        return grams(weight.product.gross_weight_g)

    @display(description="Difference", label={"far off": "warning", "agrees": "success", "not listed": "info"})
    def off_by(self, weight: LearnedWeight) -> str:
        listed = weight.product.gross_weight_g
        if listed is None:
            return "not listed"
        return "far off" if abs(weight.mean_g - listed) > max(10.0, 4 * weight.sd_g) else "agrees"

    @display(description="Belief")
    def belief_shown(self, weight: LearnedWeight) -> str:
        return as_json(weight.belief)

    @action(description="Forget", icon="restart_alt")
    def forget(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then forgets what was learned."""
        weight: Any = self.found(request, object_id, Action.MANAGE_CATALOGUE)
        if request.method != "POST":
            text = f"{weight.observations} weighings of {weight.product} are forgotten; its listed weight counts again."
            return self.page(
                request, "inventory/admin/ask.html", title="Forget this weight?", text=text, button="Forget"
            )
        weight_forget(store_id=weight.store_id, product_id=weight.product_id, actor=person(request), now=timezone.now())
        messages.success(request, f"What was learned about {weight.product} is forgotten.")
        return redirect(reverse("admin:inventory_learnedweight_changelist"))


@admin.register(WeightDay)
class WeightDayAdmin(ReadOnlyAdmin):
    see = Action.SEE_BOARD
    list_display = ["day", "product", "store", "mean_g", "sd_g", "observations", "note"]
    search_fields = ["product__search_text", "product__code"]
    list_filter = [("store", ScopedFilter), ("product", AutocompleteSelectFilter)]
    list_select_related = ["product", "store"]
    date_hierarchy = "day"
