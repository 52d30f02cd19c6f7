"""Which class of data each field of the checkout is in; see `inventory.privacy`."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from checkout.models import Frame, Receipt, ReceiptMail
from checkout.services.frames import frames_expire
from checkout.services.receipt_mail import SECRET as MAIL_BOX
from inventory.privacy import Fields
from inventory.privacy.classes import (
    BOOKS,
    DEED,
    GOODS,
    JUDGEMENT,
    MACHINE,
    MAIL,
    MESSAGE,
    PICTURE,
    REPEAT,
    SECRET,
    SETUP,
    SHOPPING,
    WORDS,
)
from inventory.sealing import SecretLost, unseal

_OF_CHECKOUT = "checkout__trip"

FIELDS: Mapping[str, Fields] = {
    "checkout.Camera": Fields(
        {
            SETUP: "id store lane name adapter url username zone tag_zone px_per_mm active",
            SECRET: "password_sealed",
            MACHINE: "last_good_at last_error checked_at",
        }
    ),
    "checkout.Checkout": Fields(
        {
            BOOKS: "id store trip revision amount_minor currency state open_escalations open_problems reserved_minor"
            " captured_minor till_only corrected unconfirmed language created_at settled_at ended_at",
            JUDGEMENT: "action reasons judgement message",
        },
        trip="trip",
    ),
    "checkout.IdempotencyKey": Fields(
        {REPEAT: "id store principal key fingerprint lease_until status body created_at"}
    ),
    "checkout.SigningKey": Fields(
        {SETUP: "id retailer purpose kid public state created_at ended_at", SECRET: "private_sealed"}
    ),
    "checkout.Receipt": Fields(
        {BOOKS: "id store checkout public_id number body issued_at key signature"}, trip=_OF_CHECKOUT
    ),
    "checkout.ReceiptCounter": Fields({MACHINE: "store last"}),
    "checkout.ReceiptMail": Fields(
        {MAIL: "address_sealed", BOOKS: "id receipt language asked_at sent_at given_up_at"},
        trip="receipt__checkout__trip",
    ),
    "checkout.ExitPass": Fields({SHOPPING: "id checkout expires_at used_at"}, trip=_OF_CHECKOUT),
    "checkout.GateOpening": Fields(
        {SHOPPING: "id exit_pass gate opened_at received_at offline nonce"}, trip="exit_pass__checkout__trip"
    ),
    "checkout.Dispute": Fields(
        {
            BOOKS: "id store receipt line kind amount_minor state automatic cost refund_key refunded_minor trouble"
            " opened_at decided_at settled_at",
            WORDS: "note answer",
            DEED: "decided_by",
        },
        trip="receipt__checkout__trip",
    ),
    "checkout.DrawDay": Fields({MACHINE: "id store day commitment made_at seed disclosed_at broken"}),
    "checkout.BusinessDay": Fields({BOOKS: "id store day begins_at ends_at state totals closed_at", DEED: "closed_by"}),
    "checkout.SettlementList": Fields({BOOKS: "id business_day provider name digest rows received_at"}),
    "checkout.DayDifference": Fields(
        {
            BOOKS: "id business_day provider kind entry reference ours_minor theirs_minor state note found_at"
            " resolved_at",
            DEED: "resolved_by",
        }
    ),
    "checkout.Escalation": Fields(
        {
            JUDGEMENT: "id store checkout lane state reasons looked_at findings conclusion reason_code opened_at"
            " resolved_at supervisor paged_at paged_to proposal taught_at undone wrong hold_reason held_at",
            WORDS: "note",
            MACHINE: "look_lease_until claim_until",
            DEED: "claimed_by resolved_by held_by",
        },
        trip=_OF_CHECKOUT,
    ),
    "checkout.Rescan": Fields(
        {JUDGEMENT: "id store escalation wanted scanned asked_at ended_at result", DEED: "asked_by"},
        trip="escalation__checkout__trip",
    ),
    "checkout.Frame": Fields(
        {
            # Its file goes first, by `checkout.services.frames`; that is what empties these.
            PICTURE: "image marks packs unknown",
            JUDGEMENT: "id escalation camera width height sharpness taken_at delete_after deleting_at deleted_at",
        },
        trip="escalation__checkout__trip",
    ),
    "checkout.FeedCounter": Fields({MACHINE: "retailer last"}),
    "checkout.FeedEntry": Fields(
        {BOOKS: "id retailer position kind reference receipt at"}, trip="receipt__checkout__trip"
    ),
    "checkout.ExportToken": Fields(
        {SETUP: "id retailer name scopes created_at last_used_at revoked_at", SECRET: "token_hash", DEED: "created_by"}
    ),
    "checkout.OutboxMessage": Fields(
        {MESSAGE: "id store topic group payload created_at due_at attempts delivered_at dead_at error"}
    ),
    "checkout.WebhookEndpoint": Fields(
        {SETUP: "id retailer store url topics active created_at", SECRET: "secret_sealed"}
    ),
    "checkout.PaymentAttempt": Fields(
        {
            BOOKS: "id checkout provider method source key amount_minor requested_minor tip_minor rounding_minor"
            " refunded_minor currency state intent reference detail created_at ended_at",
            MACHINE: "lease_until due_at asked",
        },
        trip=_OF_CHECKOUT,
    ),
    "checkout.ProviderEvent": Fields(
        {BOOKS: "id provider event kind attempt received_at"}, trip="attempt__checkout__trip"
    ),
    "checkout.TillBasket": Fields(
        {BOOKS: "id attempt state tender reference created_at ended_at"}, trip="attempt__checkout__trip"
    ),
    "checkout.LineProblem": Fields(
        {SHOPPING: "id store checkout trip line name kind limit quantity resolution opened_at resolved_at",
         DEED: "resolved_by"},
        trip="trip",
    ),
    "checkout.SaleLine": Fields(
        {BOOKS: "id checkout line product name pieces weight_g amount_minor tax_minor refunded_pieces refunded_minor"
         " refunded_tax_minor"},
        trip=_OF_CHECKOUT,
    ),
    "checkout.Refund": Fields(
        {
            BOOKS: "id store checkout state amount_minor tax_minor lines reason key reference automatic void created_at"
            " decided_at ended_at",
            WORDS: "note",
            DEED: "requested_by decided_by",
        },
        trip=_OF_CHECKOUT,
    ),
    "checkout.RefundPart": Fields(
        {
            BOOKS: "id refund attempt amount_minor rounding_minor key state reference detail ended_at",
            MACHINE: "lease_until asked",
        },
        trip="refund__checkout__trip",
    ),
    "checkout.PictureFeatures": Fields({GOODS: "id picture source pack points descriptors count error made_at"}),
    "checkout.LookAlike": Fields({GOODS: "id one other matrix"}),
}  # fmt: skip


def _trip_of(retailer_id: int, public_id: str) -> list[uuid.UUID]:
    """The trip of a receipt, by the secret in its address."""
    rows = Receipt.objects.of_retailer(retailer_id).filter(public_id=public_id)
    return list(rows.values_list("checkout__trip_id", flat=True))


def _frames_erase(trips: Sequence[uuid.UUID], now: datetime) -> None:
    """Pictures are due now, but for those under a legal hold; the next sweep finds what this one can't delete."""
    rows = Frame.objects.filter(escalation__checkout__trip__in=trips, escalation__held_at=None, deleted_at=None)
    due = list(rows.values_list("pk", flat=True))
    if Frame.objects.filter(pk__in=due).update(delete_after=now):
        transaction.on_commit(partial(frames_expire, now=now))


def _address(mail: ReceiptMail) -> dict[str, Any]:
    try:
        return {"address": unseal(bytes(mail.address_sealed), MAIL_BOX)}
    except SecretLost:
        return {"address": ""}


FINDERS: Mapping[str, Callable[[int, str], list[uuid.UUID]]] = {"receipt": _trip_of}
ERASERS: Mapping[str, Callable[[Sequence[uuid.UUID], datetime], None]] = {"checkout": _frames_erase}
EXPORTS: Mapping[str, Callable[[Any], dict[str, Any]]] = {"checkout.ReceiptMail": _address}
