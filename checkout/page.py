"""What the receipt's page shows around the receipt itself: what can be disputed, whether it is genuine."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from checkout.dispute_rules import dispute_rules
from checkout.models import Dispute, DisputeKind, DisputeState, Receipt
from checkout.presenting import ShownLine, locale_for, money, shown
from checkout.services.verifying import receipt_verify
from checkout.trust_words import trust_words
from checkout.wording import LANGUAGES
from inventory.errors import DomainError

TROUBLES = {"mail_address_invalid": "mail_bad", "mail_sent_often": "mail_many", "dispute_too_late": "late"}
TONES = {"open": "wait", "accepted": "good", "refunded": "good", "refused": "bad", "withdrawn": ""}


@dataclass(frozen=True)
class LineState:
    """A line with its dispute in words; `open_to` is what the shopper can do: ask, say, or nothing."""

    shown: ShownLine
    state: str
    tone: str
    answer: str
    kind: str
    note: str
    open_to: str


def receipt_view(
    receipt: Receipt, language: str, *, now: datetime, trouble: DomainError | None = None
) -> dict[str, Any]:
    """The context of the page."""
    view = shown(receipt, language)
    told = trust_words(view.language)
    days = dispute_rules(receipt.store.policy).days
    late = now > receipt.issued_at + timedelta(days=days)
    disputes = {row.line: row for row in receipt.disputes.all()}
    verdict = receipt_verify(receipt)
    return {
        "receipt": view,
        "told": told,
        "language": view.language,
        "languages": LANGUAGES,
        "lines": [_line(line, disputes.get(line.line), receipt, view.language, late=late) for line in view.lines],
        "kinds": [(kind, told[f"kind_{kind}"]) for kind in DisputeKind.values],
        "seal": verdict.code,
        "kid": verdict.kid,
        "seal_words": told["genuine_more"].format(retailer=view.retailer, issued=view.issued),
        "late": told["late"].format(days=days),
        "trouble": _trouble(trouble, told, days),
        "trouble_mail": trouble is not None and trouble.code.startswith("mail_"),
    }


def _line(line: ShownLine, dispute: Dispute | None, receipt: Receipt, language: str, *, late: bool) -> LineState:
    if dispute is None or dispute.state == DisputeState.WITHDRAWN:
        return LineState(line, "", "", "", "", "", "" if late else "ask")
    body = receipt.body
    locale = locale_for(language, body["store"].get("country", ""))
    amount = money(dispute.refunded_minor or 0, body["currency"], body["exponent"], locale)
    return LineState(
        shown=line,
        state=trust_words(language)[f"state_{dispute.state}"].format(amount=amount),
        tone=TONES[dispute.state],
        answer=dispute.answer,
        kind=dispute.kind,
        note=dispute.note,
        open_to="say" if dispute.state == DisputeState.OPEN else "",
    )


def _trouble(trouble: DomainError | None, told: dict[str, str], days: int) -> str:
    if trouble is None:
        return ""
    return told[TROUBLES[trouble.code]].format(days=days) if trouble.code in TROUBLES else trouble.detail
