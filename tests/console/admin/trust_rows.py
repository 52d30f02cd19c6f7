"""One row of every model around receipts, disputes and the end of day, as `rows.py` makes the others."""

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import Model

from carts.models import Device
from checkout.models import (
    BusinessDay,
    DayDifference,
    Dispute,
    ExitPass,
    ExportToken,
    FeedCounter,
    FeedEntry,
    GateOpening,
    Receipt,
    ReceiptMail,
    SettlementList,
    SigningKey,
)
from inventory.models import Store
from tests.inventory.world import NOW


def make_trust_rows(store: Store, made: dict[type[Model], Any]) -> dict[type[Model], Any]:
    """`made` are the rows of `make_rows`."""
    receipt, retailer = made[Receipt], store.retailer
    day = BusinessDay.objects.create(
        store=store, day=NOW.date(), begins_at=NOW - timedelta(hours=9), ends_at=NOW + timedelta(hours=15)
    )
    return {
        SigningKey: SigningKey.objects.create(
            retailer=retailer, purpose="receipt", kid=uuid.uuid4().hex[:16], public=b"p" * 32, private_sealed=b"s",
            created_at=NOW,
        ),
        GateOpening: GateOpening.objects.create(
            exit_pass=made[ExitPass], gate=made[Device], opened_at=NOW, received_at=NOW
        ),
        ReceiptMail: ReceiptMail.objects.create(receipt=receipt, asked_at=NOW),
        Dispute: Dispute.objects.create(store=store, receipt=receipt, line=1, amount_minor=219, opened_at=NOW),
        BusinessDay: day,
        SettlementList: SettlementList.objects.create(
            business_day=day, provider="sandbox", digest=uuid.uuid4().hex, received_at=NOW
        ),
        DayDifference: DayDifference.objects.create(
            business_day=day, provider="sandbox", kind="amount", reference="sbx_1", found_at=NOW
        ),
        FeedCounter: FeedCounter.objects.create(retailer=retailer),
        FeedEntry: FeedEntry.objects.create(
            retailer=retailer, position=1, kind="order.paid", reference="paid:1", receipt=receipt, at=NOW
        ),
        ExportToken: ExportToken.objects.create(
            retailer=retailer, name="ERP", token_hash=uuid.uuid4().hex * 2, created_at=NOW
        ),
    }  # fmt: skip
