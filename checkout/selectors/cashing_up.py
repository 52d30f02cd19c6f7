"""What a store took and gave back between two moments: by tender, by tax rate, and whether the two add up."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from checkout.models import AttemptState, Dispute, DisputeState, PaymentAttempt, Receipt, RefundPart
from checkout.models.below import Store
from checkout.reconciling import Entry


def day_totals(store: Store, begins: datetime, ends: datetime) -> dict[str, Any]:
    """The cash-up, as JSON; amounts in minor units. `adds_up`: the tenders are what the receipts say was due.
    A tender's `rounding` is what cash took more (below 0: less) than amounts and refunds say."""
    receipts = Receipt.objects.filter(store_id=store.pk, issued_at__gte=begins, issued_at__lt=ends).order_by("number")
    sales, taxes, numbers = _sales(receipts)
    tenders = _tenders(store, begins, ends)
    refunds = refunds_between(store, begins, ends)
    accepted = Dispute.objects.filter(store_id=store.pk, settled_at__gte=begins, settled_at__lt=ends)
    return {
        "currency": store.currency,
        "exponent": store.currency_exponent,
        "receipts": {"count": len(numbers), "first": numbers[0] if numbers else None,
                     "last": numbers[-1] if numbers else None},
        "sales": sales,
        "taxes": taxes,
        "tenders": tenders,
        "refunds": {"count": len({part.refund_id for part in refunds}),
                    "amount": sum(part.amount_minor for part in refunds),
                    "tax": sum({part.refund_id: part.refund.tax_minor for part in refunds}.values())},
        "disputes": {"refunded": accepted.filter(state=DisputeState.REFUNDED).count(),
                     "wrong_accusations": accepted.filter(cost="wrong_accusation").count()},
        "adds_up": sum(row["amount"] for row in tenders) == sales["due"],
    }  # fmt: skip


def booked(store: Store, provider: str, begins: datetime, ends: datetime) -> list[Entry]:
    """What our books say that a provider moved between two moments: charges with their tips, and refunds."""
    charges = captured_between(store, begins, ends).filter(provider=provider)
    parts = [part for part in refunds_between(store, begins, ends) if part.attempt.provider == provider]
    found = [
        Entry("charge", row.reference or row.key, row.amount_minor + row.tip_minor + row.rounding_minor, row.currency)
        for row in charges
    ]
    return found + [
        Entry("refund", part.reference or part.key, part.amount_minor + part.rounding_minor, part.attempt.currency)
        for part in parts
    ]


def captured_between(store: Store, begins: datetime, ends: datetime) -> QuerySet[Any]:
    """Payments that were captured in the span, whether or not their checkout was paid in the end."""
    return PaymentAttempt.objects.filter(
        checkout__store_id=store.pk, state=AttemptState.CAPTURED, ended_at__gte=begins, ended_at__lt=ends
    ).order_by("ended_at", "id")


def refunds_between(store: Store, begins: datetime, ends: datetime) -> list[RefundPart]:
    """Parts of refunds that were paid back in the span."""
    parts = RefundPart.objects.filter(refund__store_id=store.pk, state="done", ended_at__gte=begins, ended_at__lt=ends)
    return list(parts.select_related("refund", "attempt").order_by("ended_at", "id"))


def _sales(receipts: QuerySet[Any]) -> tuple[dict[str, int], list[dict[str, int]], list[int]]:
    sums: dict[str, int] = defaultdict(int)
    rates: dict[int, dict[str, int]] = {}
    numbers = []
    for number, body in receipts.values_list("number", "body").iterator():
        numbers.append(int(number))
        totals = body["totals"]
        for name in ("subtotal", "discount", "deposit", "levy", "vouchers", "rounding", "tax", "due"):
            sums[name] += int(totals.get(name, 0))
        for row in totals.get("rates", ()):
            rate = rates.setdefault(row["rate_bp"], {"rate_bp": row["rate_bp"], "net": 0, "tax": 0, "gross": 0})
            for name in ("net", "tax", "gross"):
                rate[name] += row[name]
    for name in ("subtotal", "discount", "deposit", "levy", "vouchers", "rounding", "tax", "due"):
        sums.setdefault(name, 0)
    return dict(sums), [rates[key] for key in sorted(rates)], numbers


def _tenders(store: Store, begins: datetime, ends: datetime) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def row(method: str, provider: str) -> dict[str, Any]:
        sums = dict.fromkeys(("count", "amount", "tips", "rounding", "refunds", "refunded"), 0)
        return found.setdefault((method, provider), {"method": method, "provider": provider, **sums})

    # By when the checkout was paid: a tender of an earlier moment belongs to the day of its receipt.
    paid = PaymentAttempt.objects.filter(
        checkout__store_id=store.pk, state=AttemptState.CAPTURED,
        checkout__settled_at__gte=begins, checkout__settled_at__lt=ends,
    )  # fmt: skip
    for attempt in paid.iterator():
        tender = row(attempt.method, attempt.provider)
        tender["count"] += 1
        tender["amount"] += attempt.amount_minor
        tender["tips"] += attempt.tip_minor
        tender["rounding"] += attempt.rounding_minor
    for part in refunds_between(store, begins, ends):
        tender = row(part.attempt.method, part.attempt.provider)
        tender["refunds"] += 1
        tender["refunded"] += part.amount_minor
        tender["rounding"] -= part.rounding_minor
    return [found[key] for key in sorted(found)]
