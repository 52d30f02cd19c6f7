"""Escalations and their pictures' records. Pictures themselves are shown by the console, which notes who looked."""

from typing import Any

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from checkout.models import Escalation, Frame, Rescan
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, ReadOnlyInline, ScopedFilter, display
from inventory.admin.showing import as_json, console_link

STATES = {"camera is looking": "info", "waiting for staff": "danger", "with staff": "warning", "resolved": "success"}


class FrameInline(ReadOnlyInline):
    model = Frame
    fields = ["camera", "taken_at", "width", "height", "sharpness", "delete_after", "deleted_at"]


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = [
        "__str__",
        "opened_at",
        "store",
        "checkout",
        "state_shown",
        "conclusion",
        "resolved_by",
        "resolved_at",
    ]
    search_fields = ["id", "checkout__id", "checkout__trip__id", "note"]
    list_filter = [("store", ScopedFilter), "state", "conclusion", ("opened_at", RangeDateTimeFilter)]
    list_select_related = ["store", "checkout", "resolved_by"]
    ordering = ["-opened_at"]
    date_hierarchy = "opened_at"
    inlines = [FrameInline]
    fields = ["store", "checkout", "lane", "state", "reasons_shown", "looked_at", "findings_shown", "claimed_by",
              "claim_until", "supervisor", "conclusion", "reason_code", "note", "wrong", "resolved_by", "opened_at",
              "resolved_at", "held_by", "held_at", "hold_reason",
              "in_console"]  # fmt: skip
    readonly_fields = ["reasons_shown", "findings_shown", "in_console"]

    @display(description="State", ordering="state", label=STATES)
    def state_shown(self, escalation: Escalation) -> str:
        return escalation.get_state_display().lower()

    @display(description="Reasons")
    def reasons_shown(self, escalation: Escalation) -> str:
        return as_json(escalation.reasons)

    @display(description="Findings")
    def findings_shown(self, escalation: Escalation) -> str:
        return as_json(escalation.findings)

    @display(description="Console")
    def in_console(self, escalation: Escalation) -> str:
        return console_link("review", escalation.pk, "Open the review with its pictures")


@admin.register(Frame)
class FrameAdmin(ReadOnlyAdmin):
    see = Action.SEE_PICTURES
    list_display = ["__str__", "escalation", "camera", "taken_at", "size", "marks_read", "delete_after", "deleted_at"]
    search_fields = ["id", "escalation__id"]
    list_filter = [
        ("camera", ScopedFilter),
        ("taken_at", RangeDateTimeFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["escalation", "camera"]
    fields = ["escalation", "camera", "taken_at", "size", "sharpness", "marks_shown", "delete_after", "deleted_at"]
    readonly_fields = ["size", "marks_shown"]

    @display(description="Size")
    def size(self, frame: Frame) -> str:
        return f"{frame.width} × {frame.height}"

    @display(description="Codes read")
    def marks_read(self, frame: Any) -> int:
        return len(frame.marks)

    @display(description="Codes read")
    def marks_shown(self, frame: Frame) -> str:
        return as_json(frame.marks)


@admin.register(Rescan)
class RescanAdmin(ReadOnlyAdmin):
    see = Action.SEE_TRIP
    list_display = ["__str__", "store", "escalation", "asked_at", "asked_by", "ended_at", "result"]
    search_fields = ["id", "escalation__id"]
    list_filter = [("store", ScopedFilter), "result", ("asked_at", RangeDateTimeFilter)]
    list_select_related = ["store", "escalation", "asked_by"]
    fields = ["store", "escalation", "asked_by", "asked_at", "wanted_shown", "scanned_shown", "ended_at", "result"]
    readonly_fields = ["wanted_shown", "scanned_shown"]

    @display(description="Lines to scan")
    def wanted_shown(self, rescan: Rescan) -> str:
        return as_json(rescan.wanted)

    @display(description="Scanned")
    def scanned_shown(self, rescan: Rescan) -> str:
        return as_json(rescan.scanned)
