"""Coupons, member cards, and which slips of paper were used."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedAdmin, ScopedFilter, TenantForm, display
from inventory.models import Claim, ClaimKind, Coupon, MemberCard
from inventory.services.pseudonyms import ending, pseudonym


@admin.register(Coupon)
class CouponAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    change = Action.MANAGE_CATALOGUE
    deletable = True
    list_display = ["code", "promotion_coupon", "retailer", "uses", "used", "valid_from", "valid_until", "active"]
    search_fields = ["code", "promotion_coupon"]
    list_filter = [("retailer", ScopedFilter), "active"]
    list_select_related = ["retailer"]

    @display(description="Used")
    def used(self, coupon: Coupon) -> int:
        return Claim.objects.filter(
            retailer_id=coupon.retailer_id, kind="coupon", code=coupon.code, redeemed_at__isnull=False
        ).count()


class MemberCardForm(TenantForm):
    """The number is entered once, and only its hash is kept."""

    number = forms.CharField(max_length=80, strip=True, required=False, help_text="As read; kept as a hash only.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        retailer, number = cleaned.get("retailer") or self.instance.retailer, cleaned.get("number", "")
        if self.instance.pk is None and not number:
            raise forms.ValidationError({"number": "Enter the card's number."})
        if number:
            self.instance.code, self.instance.ending = pseudonym(retailer.pk, number), ending(number)
            rows = MemberCard.objects.filter(retailer=retailer, code=self.instance.code).exclude(pk=self.instance.pk)
            if rows.exists():
                raise forms.ValidationError({"number": "This card is there already."})
        return cleaned


@admin.register(MemberCard)
class MemberCardAdmin(ScopedAdmin):
    see = Action.MANAGE_CATALOGUE
    change = Action.MANAGE_CATALOGUE
    deletable = True
    form = MemberCardForm
    list_display = ["__str__", "retailer", "active", "added_at"]
    search_fields = ["ending"]
    list_filter = [("retailer", ScopedFilter), "active"]
    list_select_related = ["retailer"]
    readonly_fields = ["added_at"]


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    """Which trip holds or has used a voucher or a coupon; what a cancelled trip held is free again.

    A bottle bank issues vouchers by itself: one is known here from the moment when it is scanned.
    """

    see = Action.SEE_REPORTS
    list_display = ["code", "kind", "number", "retailer", "worth", "basket", "taken_at", "redeemed_at", "state"]
    search_fields = ["code", "holder"]
    list_filter = [("retailer", ScopedFilter), "kind", ("redeemed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["retailer"]
    date_hierarchy = "taken_at"

    @display(description="Worth (minor units)", ordering="amount_minor")
    def worth(self, claim: Claim) -> str:
        return str(claim.amount_minor) if claim.kind == ClaimKind.VOUCHER else ""

    @display(description="Trip")
    def basket(self, claim: Claim) -> str:
        try:
            return format_html(
                '<a href="{}">{}</a>', reverse("console:trip", args=[claim.holder]), str(claim.holder)[:8]
            )
        except NoReverseMatch:
            return str(claim.holder)

    @display(description="State", label={"redeemed": "success", "held": "info"})
    def state(self, claim: Claim) -> str:
        return "held" if claim.redeemed_at is None else "redeemed"
