"""The outbox: what is still to leave, and what could not; a dead message can be sent again."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateTimeFilter

from checkout.models import OutboxMessage
from checkout.services.outbox import outbox_replay
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter, action, display
from inventory.admin.showing import as_json


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["id", "topic", "group", "store", "state", "attempts", "created_at", "due_at", "error"]
    search_fields = ["topic", "group", "error"]
    list_filter = [("store", ScopedFilter), "topic", ("delivered_at", admin.EmptyFieldListFilter),
                   ("dead_at", admin.EmptyFieldListFilter), ("created_at", RangeDateTimeFilter)]  # fmt: skip
    list_select_related = ["store"]
    ordering = ["-id"]
    fields = ["store", "topic", "group", "payload_shown", "created_at", "due_at", "attempts", "delivered_at", "dead_at",
              "error"]  # fmt: skip
    readonly_fields = ["payload_shown"]
    actions_detail = ["replay"]

    @display(description="State", label={"delivered": "success", "dead": "danger", "waiting": "info"})
    def state(self, message: OutboxMessage) -> str:
        return "delivered" if message.delivered_at else "dead" if message.dead_at else "waiting"

    @display(description="Payload")
    def payload_shown(self, message: OutboxMessage) -> str:
        return as_json(message.payload)

    @action(description="Send again", icon="replay")
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks, then puts a dead message back into its queue."""
        message: OutboxMessage = self.found(request, object_id, Action.MANAGE_POLICY)
        if request.method != "POST":
            text = "It goes out at the next sweep. Whoever receives it may see it a second time."
            title = f"Send {message} again?"
            return self.page(request, "inventory/admin/ask.html", title=title, text=text, button="Send again")
        if outbox_replay(message_id=message.pk, now=timezone.now()):
            self.record(request, message, "outbox.replay")
            messages.success(request, "It is in the queue again.")
        else:
            messages.info(request, "It is not dead: there is nothing to send again.")
        return redirect(reverse("admin:checkout_outboxmessage_change", args=[message.pk]))
