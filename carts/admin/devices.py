"""Credentials of devices: to look at, and to end."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from carts.models import Device, EnrolmentCode, Ticket
from carts.services.enrolment import device_revoke
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter, action, display


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    see = Action.MANAGE_CARTS
    list_display = ["__str__", "kind", "cart", "store", "state", "created_at", "revoked_at"]
    search_fields = ["cart__label", "store__name"]
    list_filter = [("store", ScopedFilter), "kind", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["store", "cart"]
    fields = ["store", "kind", "cart", "created_at", "revoked_at"]
    actions_detail = ["revoke"]

    @display(description="State", label={"live": "success", "ended": "default"})
    def state(self, device: Device) -> str:
        return "ended" if device.revoked_at else "live"

    @action(description="Revoke", icon="key_off")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then ends this credential."""
        device: Device = self.found(request, object_id, Action.MANAGE_CARTS)
        if request.method != "POST":
            text = "The device is refused from now on, and an open connection is closed within seconds."
            return self.page(request, "inventory/admin/ask.html", title=f"Revoke {device}?", text=text, button="Revoke")
        device_revoke(device_id=device.pk, now=timezone.now())
        self.record(request, device, "device.revoke")
        messages.success(request, f"The credential of {device} ended.")
        return redirect(reverse("admin:carts_device_change", args=[device.pk]))


@admin.register(EnrolmentCode)
class EnrolmentCodeAdmin(ReadOnlyAdmin):
    """Which codes were made and used; the codes themselves are not kept."""

    see = Action.MANAGE_CARTS
    list_display = ["__str__", "store", "created_by", "created_at", "state", "used_at"]
    search_fields = ["cart__label", "created_by__username"]
    list_filter = [("store", ScopedFilter), "kind", ("used_at", admin.EmptyFieldListFilter)]
    list_select_related = ["store", "cart", "created_by"]
    fields = ["store", "kind", "cart", "created_by", "created_at", "expires_at", "used_at"]

    @display(description="State", label={"open": "info", "used": "success", "expired": "default"})
    def state(self, code: EnrolmentCode) -> str:
        if code.used_at:
            return "used"
        return "expired" if code.expires_at <= timezone.now() else "open"


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    see = Action.MANAGE_CARTS
    list_display = ["__str__", "expires_at", "used_at"]
    search_fields = ["device__cart__label"]
    list_filter = [("used_at", admin.EmptyFieldListFilter)]
    list_select_related = ["device__cart", "device__store"]
    fields = ["device", "expires_at", "used_at"]
