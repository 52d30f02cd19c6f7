"""Carts: made here, enrolled by a one-time code that is shown once as text and QR."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from carts.models import Cart, Device, JournalEntry, Trip
from carts.services.enrolment import devices_revoke, enrolment_code_create
from inventory.access import Action
from inventory.admin.base import ReadOnlyInline, ScopedAdmin, ScopedFilter, action, display, person
from inventory.admin.showing import listing


class DeviceInline(ReadOnlyInline):
    model = Device
    fields = ["kind", "created_at", "revoked_at"]
    readonly_fields = ["created_at"]


@admin.register(Cart)
class CartAdmin(ScopedAdmin):
    see = Action.SEE_BOARD
    change = Action.MANAGE_CARTS
    list_display = ["label", "store", "state", "battery_shown", "enrolled", "last_seen_at", "firmware", "active"]
    search_fields = ["label", "store__name", "firmware"]
    list_filter = [("store", ScopedFilter), "active", ("quarantined_at", admin.EmptyFieldListFilter)]
    list_select_related = ["store"]
    autocomplete_fields = ["store"]
    inlines = [DeviceInline]
    actions_detail = ["enrolment_code", {"title": "More", "items": ["revoke", "release"]}]
    readonly_fields = ["epoch", "connected_at", "last_seen_at", "quarantined_at", "firmware", "battery_shown",
                       "temperature_c", "clock_skew_s", "elsewhere"]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["store", "label", "active", "elsewhere"]}),
        ("Scale", {"fields": ["scale_division_g", "scale_capacity_g"], "classes": ["tab"]}),
        ("Health", {
            "fields": ["last_seen_at", "connected_at", "battery_shown", "temperature_c", "firmware", "clock_skew_s",
                       "quarantined_at", "epoch"],
            "classes": ["tab"],
        }),
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # A cart never moves to another store: its journal and trips would move along.
        return [*self.readonly_fields, "store"] if obj is not None else list(self.readonly_fields)

    @display(description="State", label={"connected": "success", "quarantined": "danger", "away": "default"})
    def state(self, cart: Cart) -> str:
        if cart.quarantined_at:
            return "quarantined"
        return "connected" if cart.connected_at else "away"

    @display(description="Battery", ordering="battery")
    def battery_shown(self, cart: Cart) -> str:
        if cart.battery is None:
            return "–"
        return f"{cart.battery:.0%}{' charging' if cart.charging else ''}"

    @display(description="Enrolled", boolean=True)
    def enrolled(self, cart: Cart) -> bool:
        return Device.objects.filter(cart=cart, revoked_at=None).exists()

    @display(description="More of it")
    def elsewhere(self, cart: Cart) -> str:
        trips = listing(Trip, "Trips", cart__id__exact=cart.pk)
        journal = listing(JournalEntry, "Journal", cart__id__exact=cart.pk)
        return mark_safe(f"{trips} · {journal}")  # noqa: S308 # nosec B308 B703 # both are made by format_html

    @action(description="Enrolment code", icon="qr_code_2")
    def enrolment_code(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then makes a one-time code and shows it: it can't be shown again."""
        cart: Cart = self.found(request, object_id, Action.MANAGE_CARTS)
        if request.method != "POST":
            text = (
                "A one-time code, good for 24 hours, is made and shown once. When the tablet uses it, the credential "
                "that the cart has now ends."
            )
            title = f"Enrol a tablet as {cart.label}"
            return self.page(request, "inventory/admin/ask.html", title=title, text=text, button="Make a code")
        code = enrolment_code_create(store_id=cart.store_id, cart_id=cart.pk, staff=person(request), now=timezone.now())
        self.record(request, cart, "cart.enrolment_code")
        return self.page(
            request, "carts/admin/enrolment_code.html", title=f"Enrolment code of {cart.label}", code=code, cart=cart,
            address=f"{settings.PUBLIC_URL}/tablet/", picture=_qr(f"{settings.PUBLIC_URL}/tablet/#code={code}"),
        )  # fmt: skip

    @action(description="Revoke the credential", icon="key_off")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then ends every credential of the cart."""
        cart: Cart = self.found(request, object_id, Action.MANAGE_CARTS)
        if request.method != "POST":
            text = "The cart's connection is closed within seconds, and it must be enrolled again. Its trip stays."
            title = f"Revoke the credential of {cart.label}?"
            return self.page(request, "inventory/admin/ask.html", title=title, text=text, button="Revoke")
        count = devices_revoke(cart_id=cart.pk, now=timezone.now())
        self.record(request, cart, "cart.revoke", {"devices": count})
        messages.success(request, f"{count} credential{'' if count == 1 else 's'} of {cart.label} ended.")
        return redirect(reverse("admin:carts_cart_change", args=[cart.pk]))

    @action(description="Release from quarantine", icon="lock_open")
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then lets a cart connect again that had sent one seq with two contents."""
        cart: Cart = self.found(request, object_id, Action.MANAGE_CARTS)
        back = redirect(reverse("admin:carts_cart_change", args=[cart.pk]))
        if cart.quarantined_at is None:
            messages.info(request, f"{cart.label} is not in quarantine.")
            return back
        if request.method != "POST":
            text = "It sent the same event number with two contents. Release it when its storage was cleared."
            title = f"Release {cart.label}?"
            return self.page(request, "inventory/admin/ask.html", title=title, text=text, button="Release")
        Cart.objects.filter(pk=cart.pk).update(quarantined_at=None)
        self.record(request, cart, "cart.release")
        messages.success(request, f"{cart.label} may connect again.")
        return back


def _qr(text: str) -> SafeString:
    """A QR code as inline SVG."""
    picture = segno.make(text, error="m", micro=False).svg_inline(scale=7, border=3, dark="#111", light="#fff")
    return mark_safe(picture)  # noqa: S308 # nosec B308 B703 # drawn here, of our own code
