"""Orders as a retailer's systems read them."""

import base64
import csv
import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from checkout.copies import receipt_url
from checkout.exports import guarded, units
from checkout.models import FeedEntry, Receipt, RefundState
from checkout.models.below import Retailer
from inventory.errors import DomainError

MOST = 200
COLUMNS = ("position", "kind", "at", "order", "store", "receipt", "issued_at", "line", "code", "name", "quantity",
           "weight_g", "amount", "deposit", "tax", "tax_rate", "currency", "refunded")  # fmt: skip


class CursorInvalid(DomainError):
    code = "cursor_invalid"
    status = 400
    detail = "This is no cursor of this feed. Begin without one."


def feed_page(retailer: Retailer, *, cursor: str, limit: int, store: str = "") -> dict[str, Any]:
    """A page of the feed after the cursor (empty: from the beginning), as `order_schemas.FeedPage`; raises
    CursorInvalid."""
    after = _position(cursor)
    rows = FeedEntry.objects.filter(retailer_id=retailer.pk, position__gt=after)
    rows = rows.filter(receipt__store__code=store) if store else rows
    found = list(rows.select_related("receipt__store", "receipt__checkout").order_by("position")[: limit + 1])
    page, more = found[:limit], len(found) > limit
    return {
        "items": [_item(entry) for entry in page],
        "cursor": _cursor(page[-1].position) if page else (cursor or _cursor(0)),
        "more": more,
    }


def feed_csv(items: Sequence[dict[str, Any]]) -> str:
    """The same, a row a line; amounts in whole units."""
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=COLUMNS, restval="")
    writer.writeheader()
    for item in items:
        order = item["order"]
        head = {"position": item["position"], "kind": item["kind"], "at": item["at"], "order": order["order"],
                "store": order["store"], "receipt": order["receipt"], "issued_at": order["issued_at"],
                "currency": order["currency"], "refunded": units(order["refunded"], order["exponent"])}  # fmt: skip
        for line in order["lines"]:
            money = {name: units(line[name], order["exponent"]) for name in ("amount", "deposit", "tax")}
            told = {name: line.get(name, "") for name in ("line", "code", "name", "quantity", "weight_g")}
            row = head | told | money | {"tax_rate": f"{line['tax_rate_bp'] / 100:g}"}
            writer.writerow({key: guarded(value) for key, value in row.items()})
    return file.getvalue()


def order_body(receipt: Receipt) -> dict[str, Any]:
    """The order as it stands now, refunds included."""
    body, checkout = receipt.body, receipt.checkout
    refunds = checkout.refunds.filter(state=RefundState.DONE).order_by("ended_at", "id")
    return {
        "order": str(checkout.id),
        "trip": str(checkout.trip_id),
        "store": receipt.store.code,
        "receipt": receipt.number,
        "receipt_url": receipt_url(receipt.public_id),
        "issued_at": receipt.issued_at.astimezone(UTC).isoformat(),
        "currency": body["currency"],
        "exponent": body["exponent"],
        "tax_inclusive": body["tax_inclusive"],
        "lines": body["lines"],
        "totals": body["totals"],
        "tenders": body.get("payments") or [body["payment"]],
        "refunds": [
            {"refund": str(row.id), "amount": row.amount_minor, "tax": row.tax_minor, "reason": row.reason,
             "at": row.ended_at.astimezone(UTC).isoformat(), "lines": row.lines}
            for row in refunds
        ],
        "refunded": sum(row.amount_minor for row in refunds),
    }  # fmt: skip


def _item(entry: FeedEntry) -> dict[str, Any]:
    return {
        "position": entry.position,
        "kind": entry.kind,
        "at": entry.at.astimezone(UTC).isoformat(),
        "order": order_body(entry.receipt),
    }


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"p{position}".encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError as error:
        raise CursorInvalid from error
    if text[:1] != "p" or not text[1:].isdecimal() or len(text) > 19:
        raise CursorInvalid
    return int(text[1:])
