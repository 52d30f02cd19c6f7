"""Categories, products, their codes and pictures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from inventory.access import Action
from inventory.admin.base import ScopedAdmin, ScopedFilter, ScopedInline, TenantForm, display
from inventory.admin.prices import PriceInline
from inventory.admin.showing import grams, listing
from inventory.barcodes import catalogue_key
from inventory.models import Barcode, Category, Product, ProductPicture
from inventory.selectors.articles import printed_code
from inventory.text import search_text


class BarcodeForm(TenantForm):
    """Takes a code as printed on the pack."""

    def clean_key(self) -> str:
        key = catalogue_key(self.cleaned_data["key"])
        if key.startswith("text:"):
            raise forms.ValidationError("This is no code of goods: a check digit is wrong, or a digit is missing.")
        return key


class BarcodeInline(ScopedInline):
    model = Barcode
    form = BarcodeForm
    fields = ["key", "pack_quantity"]


class PictureInline(ScopedInline):
    model = ProductPicture
    fields = ["face", "image"]


class ProductForm(TenantForm):
    def clean_recalled_batches(self) -> list[str]:
        batches = self.cleaned_data["recalled_batches"] or []
        if not isinstance(batches, list) or not all(isinstance(batch, str) for batch in batches):
            raise forms.ValidationError('Write a list of batch numbers, for example ["L4711"].')
        return batches

    def clean_net_volume_ml(self) -> int:
        return self.cleaned_data["net_volume_ml"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        net, gross = cleaned.get("net_weight_g"), cleaned.get("gross_weight_g")
        if net and gross and gross < net:
            self.add_error("gross_weight_g", "The gross weight holds the packaging: it is not below the net weight.")
        return cleaned


@admin.register(Category)
class CategoryAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    change = Action.MANAGE_CATALOGUE
    deletable = True
    touches_catalogue = True
    list_display = ["name", "retailer", "goods"]
    search_fields = ["name"]
    list_filter = [("retailer", ScopedFilter)]
    list_select_related = ["retailer"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counted: QuerySet[Any] = super().get_queryset(request).annotate(product_count=Count("products"))
        return counted

    @display(description="Products", ordering="product_count")
    def goods(self, category: Any) -> str:
        return listing(Product, str(category.product_count), category__id__exact=category.pk)


@admin.register(Product)
class ProductAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    change = Action.MANAGE_CATALOGUE
    touches_catalogue = True
    form = ProductForm
    list_display = ["image", "name", "code", "brand", "category", "sold_by", "weight", "blocked", "active"]
    list_display_links = ["name"]
    search_fields = ["search_text", "code", "barcodes__key"]
    search_help_text = "Name, brand, article number or code"
    list_filter = [
        ("retailer", ScopedFilter), ("category", ScopedFilter), "sold_by", "packaging", "sale_stopped", "recalled",
        "active",
    ]  # fmt: skip
    list_select_related = ["category"]
    autocomplete_fields = ["category"]
    inlines = [BarcodeInline, PictureInline, PriceInline]
    readonly_fields = ["updated_at"]
    fieldsets = [
        (None, {"fields": ["retailer", "name", "code", "brand", "category", "active"]}),
        ("Weight and packing", {
            "fields": ["sold_by", "net_weight_g", "net_volume_ml", "gross_weight_g", "packaging"], "classes": ["tab"],
        }),
        ("Money", {"fields": ["tax_rate_bp", "deposit_minor"], "classes": ["tab"]}),
        ("Sale", {
            "fields": ["age_limit", "sale_from", "sale_until", "quantity_limit", "sale_stopped", "recalled",
                       "recalled_batches", "updated_at"],
            "classes": ["tab"],
        }),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        front = ProductPicture.objects.filter(face="front")
        return super().get_queryset(request).prefetch_related(Prefetch("pictures", front, to_attr="fronts"))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        key = catalogue_key(search_term)
        by_code = queryset.filter(barcodes__key=key) if search_term.strip().isdigit() else queryset.none()
        if by_code.exists():
            return by_code, True
        return super().get_search_results(request, queryset, search_term)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, "retailer"] if obj is not None else list(self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.search_text = search_text(obj.name, obj.brand)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            if isinstance(row, Barcode):
                row.retailer_id = form.instance.retailer_id
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()

    @display(description="")
    def image(self, product: Any) -> str:
        if not product.fronts:
            return ""
        return format_html(
            '<img src="{}" alt="" width="40" height="40" class="rounded" style="min-width:40px">',
            product.fronts[0].image.url,
        )

    @display(description="Weight")
    def weight(self, product: Product) -> str:
        return "by weight" if product.sold_by == "kg" else grams(product.gross_weight_g)

    @display(description="Sale", label={"for sale": "success", "stopped": "warning", "recalled": "danger"})
    def blocked(self, product: Product) -> str:
        return "recalled" if product.recalled else "stopped" if product.sale_stopped else "for sale"


@admin.register(Barcode)
class BarcodeAdmin(ScopedAdmin):
    """The codes alone, to search; they are edited at their product."""

    see = Action.SEE_BOARD
    list_display = ["printed", "product", "pack_quantity", "retailer"]
    search_fields = ["key", "product__search_text", "product__code"]
    list_filter = [("retailer", ScopedFilter), ("product", AutocompleteSelectFilter)]
    list_select_related = ["product", "retailer"]

    @display(description="Code", ordering="key")
    def printed(self, barcode: Barcode) -> str:
        return printed_code(barcode.key)


@admin.register(ProductPicture)
class ProductPictureAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    list_display = ["image_small", "product", "face"]
    search_fields = ["product__search_text", "product__code"]
    list_filter = ["face"]
    list_select_related = ["product"]
    fields = ["product", "face", "image_large"]
    readonly_fields = ["image_large"]

    @display(description="Picture")
    def image_small(self, picture: ProductPicture) -> str:
        return format_html('<img src="{}" alt="" width="48" height="48" class="rounded">', picture.image.url)

    @display(description="Picture")
    def image_large(self, picture: ProductPicture) -> str:
        return format_html('<img src="{}" alt="" width="400" height="400" class="rounded">', picture.image.url)
