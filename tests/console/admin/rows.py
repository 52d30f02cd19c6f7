"""One row of every model for a store, made directly: what the admin has to show, and to hide from others."""

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import Model

from carts.models import (
    Cart,
    Device,
    Discrepancy,
    EnrolmentCode,
    JournalEntry,
    PolicyPreview,
    PolicyVersion,
    Snapshot,
    Ticket,
    TraceBlock,
    Trip,
    TripLine,
)
from checkout.models import (
    Camera,
    Checkout,
    DrawDay,
    Escalation,
    ExitPass,
    Frame,
    IdempotencyKey,
    LineProblem,
    LookAlike,
    OutboxMessage,
    PaymentAttempt,
    PictureFeatures,
    ProviderEvent,
    Receipt,
    ReceiptCounter,
    Refund,
    RefundPart,
    Rescan,
    SaleLine,
    TillBasket,
    WebhookEndpoint,
)
from inventory.models import (
    AuditChain,
    AuditEntry,
    Barcode,
    CatalogueFeed,
    CatalogueImport,
    Category,
    Claim,
    Coupon,
    Lane,
    LearnedWeight,
    MemberCard,
    Membership,
    MovementKind,
    Price,
    Product,
    ProductPicture,
    Promotion,
    RateWindow,
    Retailer,
    Role,
    StockLevel,
    StockMovement,
    Store,
    WeightDay,
)
from inventory.services.promotions import promotion_set
from inventory.services.stock import stock_move
from tests.console.admin.trust_rows import make_trust_rows
from tests.inventory.world import NOW, make_person, make_product

LATER = NOW + timedelta(hours=1)


def make_rows(store: Store, tag: str) -> dict[type[Model], Any]:
    """One row of every model, all of them under this store."""
    rows: dict[type[Model], Any] = {Store: store, Retailer: store.retailer}
    _inventory(rows, store, tag)
    _carts(rows, store, tag)
    _checkout(rows, store, tag)
    rows |= make_trust_rows(store, rows)
    rows[AuditEntry] = AuditEntry.objects.filter(retailer=store.retailer).first()
    rows[AuditChain] = AuditChain.objects.get(retailer=store.retailer)
    return rows


def _inventory(rows: dict[type[Model], Any], store: Store, tag: str) -> None:
    product = make_product(store, f"Oat drink {tag}", "9521000000018", category="Drinks")
    stock_move(store_id=store.pk, product_id=product.pk, kind=MovementKind.DELIVERY, quantity=9, reference=tag, at=NOW)
    rule = {"kind": "percent", "on": {"groups": ["Drinks"]}, "percent_bp": 1000}
    rows |= {
        Product: product, Category: product.category, Barcode: Barcode.objects.get(product=product),
        Price: Price.objects.get(product=product), StockLevel: StockLevel.objects.get(product=product),
        StockMovement: StockMovement.objects.get(product=product),
        ProductPicture: ProductPicture.objects.create(product=product, image="products/none.webp"),
        Promotion: promotion_set(store_id=store.pk, code="ten", name="Ten", rule=rule, now=NOW),
        LearnedWeight: LearnedWeight.objects.create(
            store=store, product=product, belief={"n": 3}, mean_g=1062.4, sd_g=3, observations=3, updated_at=NOW
        ),
        WeightDay: WeightDay.objects.create(store=store, product=product, day=NOW.date(), mean_g=1062.4, sd_g=3),
        Lane: Lane.objects.create(store=store, name=f"Lane {tag}"),
        Membership: Membership.objects.get(user=make_person(f"ben-{tag}", Role.ASSOCIATE, store=store)),
        Coupon: Coupon.objects.create(retailer=store.retailer, code=f"TEN-{tag}", promotion_coupon="ten"),
        MemberCard: MemberCard.objects.create(retailer=store.retailer, code=f"card-{tag}"),
        Claim: Claim.objects.create(
            retailer=store.retailer, kind="voucher", code=f"981-{tag}", holder=uuid.uuid4(), taken_at=NOW
        ),
        CatalogueFeed: CatalogueFeed.objects.create(store=store, name=f"Feed {tag}", url="https://example.com/a.csv"),
        RateWindow: RateWindow.objects.create(retailer=store.retailer, kind="system", used=3, ends_at=LATER),
        CatalogueImport: CatalogueImport.objects.create(
            store=store, filename=f"{tag}.csv", sha256="0" * 64, state="checked", checked_at=NOW, header=["gtin"]
        ),
    }  # fmt: skip


def _carts(rows: dict[type[Model], Any], store: Store, tag: str) -> None:
    cart = Cart.objects.create(store=store, label=f"C-{tag}")
    device = Device.objects.create(store=store, cart=cart, token_hash=uuid.uuid4().hex)
    trip = Trip.objects.create(
        store=store, cart=cart, stream=uuid.uuid4(), started_at=NOW, start_ms=0, last_ms=9, state="sealed",
        sealed_revision=1, totals={"due": 219},
    )  # fmt: skip
    rows |= {
        Cart: cart, Device: device, Trip: trip,
        EnrolmentCode: EnrolmentCode.objects.create(
            store=store, cart=cart, code_hash=uuid.uuid4().hex, expires_at=LATER
        ),
        Ticket: Ticket.objects.create(device=device, ticket_hash=uuid.uuid4().hex, expires_at=LATER),
        TripLine: TripLine.objects.create(
            trip=trip, line=1, product=rows[Product], code="9521000000018", name="Oat drink", quantity=1,
            sold_by="each", unit_price_minor=219, amount_minor=219, status="verified", at_ms=1, revision=1,
        ),
        Discrepancy: Discrepancy.objects.create(
            trip=trip, number=1, kind="unscanned", opened_ms=1, expected_g=0, observed_g=240, tolerance_g=9,
            probability=0.9, advice="Please scan it.",
        ),
        JournalEntry: JournalEntry.objects.create(
            cart=cart, trip=trip, stream=trip.stream, seq=1, epoch=1, kind="scan", at_ms=1, arrived_at=NOW
        ),
        Snapshot: Snapshot.objects.create(trip=trip, after_id=1, at_ms=1, state=b"x"),
        PolicyVersion: PolicyVersion.objects.create(
            store=store, number=1, at=NOW, cause="set", by_name=tag, venue="supermarket", alarm_probability=0.8
        ),
        PolicyPreview: PolicyPreview.objects.create(
            store=store, wanted=9, asked_by=tag, asked_at=NOW, touched_at=NOW
        ),
        TraceBlock: TraceBlock.objects.create(trip=trip, from_ms=0, to_ms=9, points=[[0, 1]], delete_after=LATER),
    }  # fmt: skip


def _checkout(rows: dict[type[Model], Any], store: Store, tag: str) -> None:
    trip = rows[Trip]
    camera = Camera.objects.create(store=store, lane=rows[Lane], name=f"Camera {tag}", url="http://127.0.0.1:9/a.jpg")
    checkout = Checkout.objects.create(
        store=store, trip=trip, revision=1, amount_minor=219, currency="EUR", state="in_review", action="ask",
        created_at=NOW, open_escalations=1,
    )  # fmt: skip
    escalation = Escalation.objects.create(store=store, checkout=checkout, state="waiting", opened_at=NOW)
    rows |= {
        Camera: camera, Checkout: checkout, Escalation: escalation,
        Frame: Frame.objects.create(
            escalation=escalation, camera=camera, image="frames/none.jpg", width=9, height=9, taken_at=NOW,
            delete_after=LATER,
        ),
        DrawDay: DrawDay.objects.create(store=store, day=NOW.date(), commitment="0" * 64, made_at=NOW),
        Rescan: Rescan.objects.create(store=store, escalation=escalation, asked_at=NOW),
        PaymentAttempt: PaymentAttempt.objects.create(
            checkout=checkout, provider="sandbox", method="card", source="sandbox:approve", key=uuid.uuid4().hex,
            amount_minor=219, currency="EUR", lease_until=NOW, created_at=NOW,
        ),
        Receipt: Receipt.objects.create(
            store=store, checkout=checkout, public_id=uuid.uuid4().hex, number=1, body={"total": 219}, issued_at=NOW
        ),
        ReceiptCounter: ReceiptCounter.objects.create(store=store),
        ExitPass: ExitPass.objects.create(checkout=checkout, expires_at=LATER),
        OutboxMessage: OutboxMessage.objects.create(
            store=store, topic="nudge", group="g", created_at=NOW, due_at=NOW, dead_at=NOW
        ),
        IdempotencyKey: IdempotencyKey.objects.create(
            store=store, principal=tag, key="k", fingerprint="f", lease_until=NOW, created_at=NOW
        ),
    }  # fmt: skip
    features = PictureFeatures.objects.create(picture=rows[ProductPicture], source="products/none.webp", made_at=NOW)
    rows |= {PictureFeatures: features, LookAlike: LookAlike.objects.create(one=features, other=features)}
    _money(rows, store, tag)


def _money(rows: dict[type[Model], Any], store: Store, tag: str) -> None:
    checkout, attempt = rows[Checkout], rows[PaymentAttempt]
    refund = Refund.objects.create(
        store=store, checkout=checkout, state="pending", amount_minor=219, reason="damaged", key=uuid.uuid4().hex,
        created_at=NOW,
    )  # fmt: skip
    rows |= {
        Refund: refund,
        RefundPart: RefundPart.objects.create(
            refund=refund, attempt=attempt, amount_minor=219, key=uuid.uuid4().hex, state="failed", lease_until=NOW
        ),
        SaleLine: SaleLine.objects.create(
            checkout=checkout, line=1, product=rows[Product], name="Oat drink", pieces=1, amount_minor=219, tax_minor=36
        ),
        TillBasket: TillBasket.objects.create(attempt=attempt, created_at=NOW),
        ProviderEvent: ProviderEvent.objects.create(
            provider="sandbox", event=tag, kind="payment.authorised", attempt=attempt, received_at=NOW
        ),
        LineProblem: LineProblem.objects.create(
            store=store, checkout=checkout, trip=checkout.trip, line=1, name="Oat drink", kind="age", limit=16,
            opened_at=NOW,
        ),
        WebhookEndpoint: WebhookEndpoint.objects.create(
            retailer=store.retailer, url=f"https://{tag}.example/hooks", secret_sealed=b"x", created_at=NOW
        ),
    }  # fmt: skip
