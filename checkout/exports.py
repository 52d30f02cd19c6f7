"""A closed day and its sales as files for accounting: CSV, and JSON laid out like a POSLog.

The JSON follows structure and names of ARTS POSLog (RetailTransaction with LineItem Sale, Tax, Tender); it is not the
XML standard itself.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC
from decimal import Decimal
from typing import Any

from checkout.models import BusinessDay, Receipt, RefundPart
from checkout.selectors.cashing_up import refunds_between

COLUMNS = ("store", "day", "section", "key", "count", "net", "tax", "gross", "refunds", "refunded", "rounding",
           "currency")  # fmt: skip


def day_csv(day: BusinessDay) -> str:
    """The cash-up, a row for each tender and tax rate, sums in whole units (12.34); the sections are sales, tax,
    tender, refunds."""
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=COLUMNS, restval="")
    writer.writeheader()
    head = {"store": day.store.code, "day": str(day.day), "currency": day.store.currency}
    for row in _rows(day.totals, day.store.currency_exponent):
        writer.writerow({key: guarded(value) for key, value in (head | row).items()})
    return file.getvalue()


def day_poslog(day: BusinessDay) -> dict[str, Any]:
    """Every sale and refund of the day."""
    receipts = Receipt.objects.filter(
        store_id=day.store_id, issued_at__gte=day.begins_at, issued_at__lt=day.ends_at
    ).select_related("checkout")
    parts = refunds_between(day.store, day.begins_at, day.ends_at)
    exponent = day.store.currency_exponent
    sales = [_sale(receipt, exponent) for receipt in receipts.order_by("number")]
    return {
        "POSLog": {
            "RetailStoreID": day.store.code,
            "BusinessDayDate": str(day.day),
            "CurrencyCode": day.store.currency,
            "Transaction": [*sales, *_returns(parts, exponent)],
        }
    }


def guarded(value: Any) -> Any:
    """A cell that begins like a formula would be run by a spreadsheet; numbers may begin with a minus."""
    text = str(value)
    if text[:1] in "=+@\t\r" or (text[:1] == "-" and not text[1:].replace(".", "", 1).isdigit()):
        return f"'{text}"
    return value


def units(amount_minor: int, exponent: int) -> str:
    """1234 with 2 decimals is "12.34"."""
    return f"{Decimal(amount_minor).scaleb(-exponent):.{exponent}f}"


def _rows(totals: dict[str, Any], exponent: int) -> Iterator[dict[str, Any]]:
    sales = totals["sales"]
    net = sum(row["net"] for row in totals["taxes"])
    yield {"section": "sales", "key": "receipts", "count": totals["receipts"]["count"], "net": units(net, exponent),
           "tax": units(sales["tax"], exponent), "gross": units(sales["due"], exponent)}  # fmt: skip
    for row in totals["taxes"]:
        rate = f"{Decimal(row['rate_bp']) / 100:f} %"
        yield {"section": "tax", "key": rate, **{name: units(row[name], exponent) for name in ("net", "tax", "gross")}}
    for row in totals["tenders"]:
        yield {"section": "tender", "key": f"{row['method']} ({row['provider']})", "count": row["count"],
               "gross": units(row["amount"] + row["tips"], exponent), "refunds": row["refunds"],
               "refunded": units(row["refunded"], exponent),
               "rounding": units(row.get("rounding", 0), exponent)}  # fmt: skip
    refunds = totals["refunds"]
    yield {"section": "refunds", "key": "all", "refunds": refunds["count"], "tax": units(refunds["tax"], exponent),
           "refunded": units(refunds["amount"], exponent)}  # fmt: skip


def _sale(receipt: Receipt, exponent: int) -> dict[str, Any]:
    body = receipt.body

    def text(amount: int) -> str:
        return units(amount, exponent)

    items: list[dict[str, Any]] = []
    for line in body["lines"]:
        sale = {
            "ItemID": line["code"],
            "Description": line["name"],
            "Quantity": units(line["weight_g"], 3) if line["sold_by"] == "kg" else str(line["quantity"]),
            "UnitOfMeasureCode": "KGM" if line["sold_by"] == "kg" else "EA",
            "UnitListPrice": text(line["unit_price"]),
            "ExtendedAmount": text(line["amount"]),
            "DepositAmount": text(line["deposit"]),
            "RetailPriceModifier": [
                {"PromotionDescription": saving["name"], "Amount": text(saving["amount"])} for saving in line["savings"]
            ],
        }
        items.append({"SequenceNumber": len(items) + 1, "Sale": sale})
    for rate in body["totals"].get("rates", ()):
        tax = {"TaxablePercentage": f"{Decimal(rate['rate_bp']) / 100:f}", "TaxableAmount": text(rate["net"]),
               "Amount": text(rate["tax"])}  # fmt: skip
        items.append({"SequenceNumber": len(items) + 1, "Tax": tax})
    for paid in body.get("payments") or [body["payment"]]:
        tender = {"TenderType": paid["method"], "Amount": text(paid["amount"]), "Reference": paid["reference"]}
        if rounding := paid.get("rounding", 0):
            tender |= {"Amount": text(paid["amount"] + rounding), "Rounding": text(rounding)}
        items.append({"SequenceNumber": len(items) + 1, "Tender": tender})
    return {
        "TransactionID": str(receipt.checkout_id),
        "ReceiptNumber": receipt.number,
        "EndDateTime": receipt.issued_at.astimezone(UTC).isoformat(),
        "RetailTransaction": {
            "TransactionStatus": "Finished",
            "LineItem": items,
            "Total": {"TransactionGrandAmount": text(body["totals"]["due"]), "TaxAmount": text(body["totals"]["tax"])},
        },
    }


def _returns(parts: Iterable[RefundPart], exponent: int) -> Iterator[dict[str, Any]]:
    for part in parts:
        tender = {"TenderType": part.attempt.method,
                  "Amount": units(-part.amount_minor - part.rounding_minor, exponent),
                  "Reference": part.reference}  # fmt: skip
        yield {
            "TransactionID": f"{part.refund_id}:{part.pk}",
            "EndDateTime": part.ended_at.astimezone(UTC).isoformat() if part.ended_at else "",
            "RetailTransaction": {
                "TransactionStatus": "Returned",
                "TransactionLink": str(part.refund.checkout_id),
                "LineItem": [{"SequenceNumber": 1, "Tender": tender}],
            },
        }
