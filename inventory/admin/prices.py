"""Prices and promotions."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from inventory.access import Action
from inventory.admin.base import ReadOnlyInline, ScopedAdmin, ScopedFilter, TenantForm, display, person
from inventory.admin.scoping import visible
from inventory.admin.showing import as_json, money
from inventory.models import Price, Promotion
from inventory.pricing import Currency, comparison
from inventory.services.promotions import InvalidPromotion, promotion_check


class PriceForm(TenantForm):
    """Takes the price as people write it: 2.19, in the currency of the store."""

    amount = forms.CharField(
        label="Price",
        help_text="For a piece, or a kilogram of what is sold by weight.",
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            store = self.instance.store
            text = money(self.instance.amount_minor, store.currency, store.currency_exponent)
            self.initial["amount"] = text.split(" ")[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        store = cleaned.get("store") or (self.instance.store if self.instance.pk else None)
        if store is not None and cleaned.get("amount"):
            try:
                self.instance.amount_minor = _minor(cleaned["amount"], store.currency_exponent)
            except (InvalidOperation, ValueError):
                places = store.currency_exponent
                self.add_error("amount", f"Write an amount of 0 or more with at most {places} decimals, such as 2.19.")
        return cleaned


def price_text(price: Price) -> str:
    """As on the shelf: 2.19 EUR, a kilogram where it is sold by weight."""
    each = " a kg" if price.product.sold_by == "kg" else ""
    return money(price.amount_minor, price.store.currency, price.store.currency_exponent) + each


def comparison_text(price: Price) -> str:
    """As on the shelf label: 3.98/kg; a dash where that is the price anyway, or the content is not known."""
    product, store = price.product, price.store
    if product.sold_by == "kg":
        return "–"
    found = comparison(price.amount_minor, net_g=product.net_weight_g, net_ml=product.net_volume_ml)
    return "–" if found is None else found.text(Currency(store.currency, store.currency_exponent))


def price_author(price: Price) -> str:
    """Who set it, and with which file."""
    told = [str(price.set_by)] if price.set_by is not None else []
    return ", ".join([*told, *([price.source] if price.source else [])]) or "–"


class PriceInline(ReadOnlyInline):
    """What a product has cost, where and since when, and who set it: newest first."""

    model = Price
    fields = ["store", "amount_shown", "compared", "valid_from", "valid_until", "by"]
    readonly_fields = ["store", "amount_shown", "compared", "valid_from", "valid_until", "by"]
    verbose_name_plural = "price history"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = visible(Price, person(request), Action.SEE_BOARD)
        return rows.select_related("store", "product", "set_by").order_by("-valid_from")

    @display(description="Price")
    def amount_shown(self, price: Price) -> str:
        return price_text(price)

    @display(description="Kilogram or litre")
    def compared(self, price: Price) -> str:
        return comparison_text(price)

    @display(description="Set by")
    def by(self, price: Price) -> str:
        return price_author(price)


@admin.register(Price)
class PriceAdmin(ScopedAdmin):
    """A price that has begun is history: a new one takes its place."""

    see = Action.SEE_BOARD
    change = Action.MANAGE_CATALOGUE
    touches_catalogue = True
    form = PriceForm
    list_display = ["product", "store", "amount_shown", "compared", "valid_from", "valid_until", "state", "by"]
    search_fields = ["product__search_text", "product__code"]
    list_filter = [("store", ScopedFilter), ("product", AutocompleteSelectFilter)]
    list_select_related = ["product", "store", "set_by"]
    autocomplete_fields = ["store", "product"]
    fields = ["store", "product", "amount", "valid_from", "valid_until"]
    date_hierarchy = "valid_from"

    def save_model(self, request: HttpRequest, obj: Price, form: Any, change: bool) -> None:
        obj.set_by, obj.source = person(request), ""
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        begun = isinstance(obj, Price) and obj.valid_from <= timezone.now()
        return not begun and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ["store", "product", "amount_shown", "compared", "valid_from", "valid_until", "by"]
        return self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["amount_shown", "compared", "by"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"valid_from": timezone.now(), **super().get_changeform_initial_data(request)}

    @display(description="Price", ordering="amount_minor")
    def amount_shown(self, price: Price) -> str:
        return price_text(price)

    @display(description="Kilogram or litre")
    def compared(self, price: Price) -> str:
        return comparison_text(price)

    @display(description="Set by")
    def by(self, price: Price) -> str:
        return price_author(price)

    @display(description="State", label={"valid": "success", "later": "info", "ended": "default"})
    def state(self, price: Price) -> str:
        now = timezone.now()
        if price.valid_from > now:
            return "later"
        return "ended" if price.valid_until is not None and price.valid_until <= now else "valid"


class PromotionForm(TenantForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rule = cleaned.get("rule")
        if rule is None:
            return cleaned
        if not isinstance(rule, dict):
            self.add_error("rule", 'Write an object, for example {"kind": "percent", ...}.')
            return cleaned
        try:
            promotion_check(code=cleaned.get("code") or "code", name=cleaned.get("name") or "name", rule=rule)
        except InvalidPromotion as error:
            self.add_error("rule", error.detail)
        return cleaned


@admin.register(Promotion)
class PromotionAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    change = Action.MANAGE_CATALOGUE
    deletable = True
    touches_catalogue = True
    form = PromotionForm
    list_display = ["name", "code", "store", "kind", "active"]
    search_fields = ["name", "code"]
    list_filter = [("store", ScopedFilter), "active"]
    list_select_related = ["store"]
    autocomplete_fields = ["store"]
    fields = ["store", "name", "code", "active", "rule"]
    prepopulated_fields = {"code": ["name"]}

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.prepopulated_fields if obj is None else {}

    @display(description="Kind")
    def kind(self, promotion: Promotion) -> str:
        return str(promotion.rule.get("kind", "")).replace("_", " ")

    @display(description="Rule")
    def rule_shown(self, promotion: Promotion) -> str:
        return as_json(promotion.rule)


def _minor(text: str, exponent: int) -> int:
    amount = Decimal(text.strip().replace(",", ".")).scaleb(exponent)
    if amount != amount.to_integral_value() or not 0 <= amount < 2**31:
        raise ValueError(text)
    return int(amount)
