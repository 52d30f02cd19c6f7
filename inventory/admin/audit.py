"""The audit log: to look at, and to prove."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.contrib.filters.admin import RangeDateTimeFilter

from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ScopedFilter, action, display, person
from inventory.admin.scoping import visible
from inventory.admin.showing import as_json
from inventory.models import AuditChain, AuditEntry
from inventory.services.audit import audit_verify


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["at", "actor_name", "action", "subject", "store", "retailer", "position"]
    list_display_links = ["at"]
    search_fields = ["subject", "action", "actor_name"]
    list_filter = [("retailer", ScopedFilter), ("store", ScopedFilter), ("at", RangeDateTimeFilter)]
    list_select_related = ["store", "retailer"]
    date_hierarchy = "at"
    actions_list = ["verify"]
    fields = ["at", "actor_name", "action", "subject", "detail_shown", "store", "retailer", "chain", "position",
              "previous", "digest"]  # fmt: skip
    readonly_fields = ["detail_shown"]

    @display(description="Detail")
    def detail_shown(self, entry: AuditEntry) -> str:
        return as_json(entry.detail)

    @action(description="Verify the chains", icon="verified")
    def verify(self, request: HttpRequest) -> HttpResponse:
        """Recomputes every chain that the person may see, and says where one is broken."""
        for chain in visible(AuditChain, person(request), self.see):
            report = audit_verify(retailer_id=chain.retailer_id)
            if report.broken_at is None:
                messages.success(request, f"{chain.name}: {report.entries} entries, unbroken.")
            else:
                messages.error(request, f"{chain.name}: broken at {report.broken_at}. {report.reason}")
        return redirect(reverse("admin:inventory_auditentry_changelist"))


@admin.register(AuditChain)
class AuditChainAdmin(ReadOnlyAdmin):
    see = Action.SEE_AUDIT
    list_display = ["name", "retailer", "position", "digest"]
    search_fields = ["name", "retailer__name"]
    list_select_related = ["retailer"]
