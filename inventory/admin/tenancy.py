"""Retailers, stores and lanes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedAdmin, ScopedFilter, ScopedInline, TenantForm, display
from inventory.admin.showing import listing
from inventory.barcodes import EXPONENTS, StoreRules, parse_template
from inventory.models import Lane, Product, RateWindow, Retailer, Store
from inventory.pricing import PricingError, pricing_from


class LaneInline(ScopedInline):
    model = Lane
    fields = ["name"]


class StoreForm(TenantForm):
    def clean_label_templates(self) -> list[str]:
        templates = self.cleaned_data["label_templates"] or []
        if not isinstance(templates, list) or not all(isinstance(text, str) for text in templates):
            raise forms.ValidationError('Write a list of texts, for example ["21IIIIIWWWWWC:W3"].')
        for text in templates:
            try:
                parse_template(text)
            except ValueError as error:
                raise forms.ValidationError(f"{text}: {error}") from error
        return templates

    def clean_policy(self) -> dict[str, Any]:
        policy = self.cleaned_data["policy"] or {}
        if not isinstance(policy, dict):
            raise forms.ValidationError('Write an object, for example {"pricing": {"price_changes": "lower"}}.')
        try:
            pricing_from(policy.get("pricing", {}))
        except PricingError as error:
            raise forms.ValidationError(f"pricing: {error.detail}") from error
        return policy

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if currency not in EXPONENTS:
            raise forms.ValidationError("Unknown currency: use ISO 4217 letters such as EUR.")
        return currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        templates, currency = cleaned.get("label_templates"), cleaned.get("currency")
        if templates and currency:
            StoreRules(templates=tuple(templates), currency=currency)
        return cleaned


@admin.register(Retailer)
class RetailerAdmin(ScopedAdmin):
    see = Action.SEE_REPORTS
    change = Action.MANAGE_TENANTS
    list_display = ["name", "slug", "store_count", "product_count", "active"]
    search_fields = ["name", "slug"]
    list_filter = ["active"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counted: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(_stores=Count("stores", distinct=True), _products=Count("products", distinct=True))
        )
        return counted

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.prepopulated_fields if obj is None else {}

    @display(description="Stores", ordering="_stores")
    def store_count(self, retailer: Any) -> str:
        return listing(Store, str(retailer._stores), retailer__id__exact=retailer.pk)

    @display(description="Products", ordering="_products")
    def product_count(self, retailer: Any) -> str:
        return listing(Product, str(retailer._products), retailer__id__exact=retailer.pk)


@admin.register(Store)
class StoreAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    change = Action.MANAGE_POLICY
    add = Action.MANAGE_TENANTS
    touches_catalogue = True
    form = StoreForm
    list_display = ["name", "code", "retailer", "venue", "currency", "timezone", "active"]
    search_fields = ["name", "code", "retailer__name"]
    list_filter = [("retailer", ScopedFilter), "venue", "active"]
    list_select_related = ["retailer"]
    inlines = [LaneInline]
    prepopulated_fields = {"code": ["name"]}
    readonly_fields = ["catalogue_version"]
    fieldsets = [
        (None, {"fields": ["retailer", "name", "code", "venue", "active"]}),
        ("Money and place", {
            "fields": ["country", "currency", "currency_exponent", "tax_inclusive", "language", "timezone"],
            "classes": ["tab"],
        }),
        ("Labels and policy", {
            "fields": ["label_templates", "policy", "frame_hours", "catalogue_version"], "classes": ["tab"],
        }),
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # A store never moves to another tenant: everything below it would move along.
        return [*self.readonly_fields, "retailer"] if obj is not None else list(self.readonly_fields)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.prepopulated_fields if obj is None else {}


@admin.register(Lane)
class LaneAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    change = Action.MANAGE_CARTS
    deletable = True
    list_display = ["name", "store"]
    search_fields = ["name", "store__name"]
    list_filter = [("store", ScopedFilter)]
    list_select_related = ["store"]
    autocomplete_fields = ["store"]


@admin.register(RateWindow)
class RateWindowAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["retailer", "kind", "used", "ends_at"]
    search_fields = ["kind"]
    list_filter = [("retailer", ScopedFilter), "kind"]
    list_select_related = ["retailer"]
