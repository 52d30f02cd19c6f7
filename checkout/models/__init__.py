"""From seal to receipt."""

from checkout.models.cameras import Adapter, Camera
from checkout.models.checkouts import Checkout, CheckoutState, IdempotencyKey
from checkout.models.disputes import Dispute, DisputeKind, DisputeState
from checkout.models.draws import DrawDay
from checkout.models.endofday import BusinessDay, DayDifference, DayState, DifferenceState, SettlementList
from checkout.models.escalations import Conclusion, Escalation, EscalationState, Frame, Rescan
from checkout.models.exporting import ExportToken, FeedCounter, FeedEntry
from checkout.models.outbox import OutboxMessage, WebhookEndpoint
from checkout.models.payments import (
    IN_FLIGHT,
    LIVE_ATTEMPTS,
    AttemptState,
    Intent,
    PaymentAttempt,
    ProviderEvent,
    TillBasket,
)
from checkout.models.problems import LineProblem, ProblemKind, Resolution
from checkout.models.receipts import ExitPass, GateOpening, Receipt, ReceiptCounter, ReceiptMail
from checkout.models.refunds import Refund, RefundPart, RefundState, SaleLine
from checkout.models.seeing import LookAlike, PictureFeatures
from checkout.models.signing import KeyPurpose, KeyState, SigningKey

__all__ = [
    "IN_FLIGHT",
    "LIVE_ATTEMPTS",
    "Adapter",
    "AttemptState",
    "BusinessDay",
    "Camera",
    "Checkout",
    "CheckoutState",
    "Conclusion",
    "DayDifference",
    "DayState",
    "DifferenceState",
    "Dispute",
    "DisputeKind",
    "DisputeState",
    "DrawDay",
    "Escalation",
    "EscalationState",
    "ExitPass",
    "ExportToken",
    "FeedCounter",
    "FeedEntry",
    "Frame",
    "GateOpening",
    "IdempotencyKey",
    "Intent",
    "KeyPurpose",
    "KeyState",
    "LineProblem",
    "LookAlike",
    "OutboxMessage",
    "PaymentAttempt",
    "PictureFeatures",
    "ProblemKind",
    "ProviderEvent",
    "Receipt",
    "ReceiptCounter",
    "ReceiptMail",
    "Refund",
    "RefundPart",
    "RefundState",
    "Rescan",
    "Resolution",
    "SaleLine",
    "SettlementList",
    "SigningKey",
    "TillBasket",
    "WebhookEndpoint",
]
