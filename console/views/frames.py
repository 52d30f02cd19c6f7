"""Pictures of carts: only by a ticket, only for whom it was made, and never without a note in the audit log."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from checkout.services.frames import frame_read
from console.access import StaffRequest, staff_page
from console.frames import ticket_read
from console.selectors.reviews import escalation_for
from inventory.access import Action
from inventory.errors import NotFound
from inventory.services.audit import audit_record


@require_GET
@staff_page
def frame(request: StaffRequest, ticket: str) -> HttpResponseBase:
    """The picture itself; a bad, foreign or old ticket and a deleted picture all look the same."""
    now, absent = timezone.now(), NotFound("This picture is gone, or the link is too old. Reload the review.")
    read = ticket_read(ticket, user_id=request.user.pk, now=now)
    if read is None:
        raise absent
    frame_id, escalation_id = read
    escalation = escalation_for(request.user, escalation_id, Action.SEE_PICTURES)
    found = escalation.frames.select_related("escalation__store").filter(id=frame_id).first()
    if found is None:
        raise absent
    content = frame_read(found, now=now)
    audit_record(
        action="frame.see", subject=f"frame:{frame_id}", actor=request.user, store=escalation.store,
        detail={"escalation": str(escalation_id)}, now=now,
    )  # fmt: skip
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers | {"X-Content-Type-Options": "nosniff"})
