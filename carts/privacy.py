"""Which class of data each field of the carts is in; see `inventory.privacy`."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from carts.models import JournalEntry, TraceBlock, Trip
from inventory.privacy import Fields
from inventory.privacy.classes import (
    DEED,
    JOURNAL,
    JUDGEMENT,
    MACHINE,
    PSEUDONYM,
    SECRET,
    SETUP,
    SHOPPING,
    SNAPSHOT,
    TRACE,
    WORDS,
)
from inventory.services.pseudonyms import pseudonyms

FIELDS: Mapping[str, Fields] = {
    "carts.Cart": Fields(
        {
            SETUP: "id store label active",
            MACHINE: "epoch quarantined_at connected_at last_seen_at firmware battery charging temperature_c"
            " scale_division_g scale_capacity_g clock_skew_s",
        }
    ),
    "carts.Device": Fields({SETUP: "id store kind cart created_at revoked_at", SECRET: "token_hash"}),
    "carts.EnrolmentCode": Fields(
        {SETUP: "id store kind cart created_at expires_at used_at", SECRET: "code_hash", DEED: "created_by"}
    ),
    "carts.Ticket": Fields({SETUP: "id device expires_at used_at", SECRET: "ticket_hash"}),
    "carts.PolicyVersion": Fields(
        {SETUP: "id store number at cause note venue settings alarm_probability basis", DEED: "by_name"}
    ),
    "carts.PolicyPreview": Fields(
        {
            SETUP: "id store settings state trips wanted done found problem asked_at",
            MACHINE: "claimed touched_at",
            DEED: "asked_by",
        }
    ),
    "carts.Trip": Fields(
        {
            SHOPPING: "id store cart stream mode state language started_at start_ms last_ms sealed_at ended_at revision"
            " sealed_revision totals due_minor items open_discrepancies assist_at taught_at",
            PSEUDONYM: "shopper",
            WORDS: "reason assist_reason",
            JUDGEMENT: "outcome risk verdict policy_version checked_by",
        },
        trip="id",
    ),
    "carts.TripLine": Fields(
        {
            SHOPPING: "id trip line product code name source quantity sold_by weight_g fixed_amount_minor"
            " unit_price_minor amount_minor deposit_minor tax_rate_bp tax_minor savings status at_ms revision"
        },
        trip="trip",
    ),
    "carts.Discrepancy": Fields(
        {
            JUDGEMENT: "id trip number kind state opened_ms cleared_ms line products expected_g observed_g tolerance_g"
            " probability candidates advice explanation found_true",
            WORDS: "disputed",
        },
        trip="trip",
    ),
    "carts.JournalEntry": Fields(
        {JOURNAL: "id cart trip origin stream seq epoch kind at_ms arrived_at data outcome detail fingerprint"},
        trip="trip",
    ),
    "carts.Snapshot": Fields({SNAPSHOT: "trip after_id at_ms state"}, trip="trip"),
    "carts.TraceBlock": Fields({TRACE: "id trip from_ms to_ms points packed delete_after"}, trip="trip"),
}


def _trips_of(retailer_id: int, token: str) -> list[uuid.UUID]:
    """Trips of who paired with this token."""
    names = pseudonyms(retailer_id, token)
    return list(Trip.objects.of_retailer(retailer_id).filter(shopper__in=names).values_list("id", flat=True))


def _words_erase(trips: Sequence[uuid.UUID], now: datetime) -> None:
    """What a shopper wrote goes from the journal too; that it was written stays."""
    for entry in JournalEntry.objects.filter(trip__in=trips, kind__in=["assist", "dispute", "cancel"]):
        if entry.data.get("reason"):
            JournalEntry.objects.filter(pk=entry.pk).update(data={**entry.data, "reason": ""})


def _readings(block: TraceBlock) -> dict[str, Any]:
    return {"readings": block.readings}


FINDERS: Mapping[str, Callable[[int, str], list[uuid.UUID]]] = {"shopper": _trips_of}
ERASERS: Mapping[str, Callable[[Sequence[uuid.UUID], datetime], None]] = {"carts": _words_erase}
EXPORTS: Mapping[str, Callable[[Any], dict[str, Any]]] = {"carts.TraceBlock": _readings}
