"""Exit passes: a signed token that opens the store's gate once, for minutes. Its form is in `carts.client.passes`.

Online, one conditional UPDATE decides. A gate that is cut off opens on the signature alone and tells afterwards
(`gate_sync`); what two such gates opened twice is recorded here, since nobody could have prevented it.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from carts.client.passes import DOMAIN, PassRefusedError, pass_body, pass_parse, pass_text
from checkout.errors import PassExpired, PassUnknown, PassUsed
from checkout.models import Checkout, ExitPass, GateOpening, KeyPurpose, KeyState, SigningKey
from checkout.models.below import Device
from checkout.services.signing import key_active, key_sign
from checkout.signatures import holds
from inventory.services.audit import audit_record

VALID = timedelta(minutes=15)
# So long may a gate open without having reached us; afterwards it stays shut.
ALONE = timedelta(minutes=30)
# `signatures.message` puts a newline after the purpose, as DOMAIN has it.
PURPOSE = DOMAIN[:-1]


def pass_issue(*, checkout: Checkout, now: datetime) -> ExitPass:
    """A pass for a paid checkout, good for 15 minutes."""
    # Whole seconds, as in the token.
    return ExitPass.objects.create(checkout=checkout, expires_at=now.replace(microsecond=0) + VALID)


def pass_token(exit_pass: ExitPass) -> str:
    """What the QR of the pass holds: bound to pass, trip, store and time, under the retailer's key for passes."""
    checkout = exit_pass.checkout
    now = exit_pass.expires_at - VALID
    key = key_active(retailer_id=checkout.store.retailer_id, purpose=KeyPurpose.PASS, now=now)
    body = pass_body(
        kid=key.kid,
        id=exit_pass.id,
        trip=checkout.trip_id,
        store=checkout.store_id,
        expires_at=int(exit_pass.expires_at.timestamp()),
    )
    return pass_text(body, key_sign(key, PURPOSE, body))


def pass_read(token: str) -> tuple[uuid.UUID, datetime]:
    """Id and expiry of a token that we signed; raises PassUnknown."""
    try:
        found = pass_parse(token)
    except PassRefusedError as error:
        raise PassUnknown from error
    rows = SigningKey.objects.filter(kid=found.kid, purpose=KeyPurpose.PASS).exclude(state=KeyState.REVOKED)
    key: SigningKey | None = rows.filter(retailer__stores=found.store).first()
    if key is None or not holds(bytes(key.public), found.signature, PURPOSE, found.body):
        raise PassUnknown
    return found.id, datetime.fromtimestamp(found.expires_at, UTC)


def gate_open(*, token: str, store_id: int, gate: Device | None = None, nonce: str = "", now: datetime) -> None:
    """Spends a pass at a gate of this store; raises PassUnknown, PassExpired or PassUsed.

    The same gate with the same nonce asks again for an answer that it lost, and gets it.
    """
    pass_id, expires_at = pass_read(token)
    # Not by a join: PostgreSQL looks again at the row's own conditions only, when another gate was faster.
    mine = ExitPass.objects.filter(id=pass_id, checkout__in=Checkout.objects.filter(store_id=store_id))
    if expires_at > now:
        with transaction.atomic():
            # Nothing is read before: somebody stands at the gate, and of two gates at once one update counts.
            if mine.filter(used_at=None).update(used_at=now) == 1:
                if gate is not None:
                    GateOpening.objects.create(
                        exit_pass_id=pass_id, gate=gate, opened_at=now, received_at=now, nonce=nonce
                    )
                return
    exit_pass = mine.first()
    if exit_pass is None:
        raise PassUnknown
    if exit_pass.used_at is None:
        raise PassExpired
    if not nonce or not exit_pass.openings.filter(gate=gate, nonce=nonce).exists():
        raise PassUsed


def gate_sync(*, gate: Device, opened: Sequence[tuple[str, datetime]], now: datetime) -> dict[str, Any]:
    """Takes what the gate opened alone, and says what it must know to be alone again: keys, and passes that are spent.

    Told twice, an opening counts once. A token that we did not sign is `unknown` and leaves no trace.
    """
    results = [_opened_alone(gate, token, at, now) for token, at in opened]
    rows = ExitPass.objects.filter(checkout__store_id=gate.store_id, used_at__isnull=False, expires_at__gt=now)
    keys = SigningKey.objects.filter(retailer_id=gate.store.retailer_id, purpose=KeyPurpose.PASS)
    return {
        "store": gate.store_id,
        "server_time": now.timestamp(),
        "offline_s": int(ALONE.total_seconds()),
        "keys": [{"kid": key.kid, "public": bytes(key.public).hex()} for key in keys.exclude(state=KeyState.REVOKED)],
        "spent": [{"id": str(id_), "expires_at": at.timestamp()} for id_, at in rows.values_list("id", "expires_at")],
        "results": results,
    }


def _opened_alone(gate: Device, token: str, at: datetime, now: datetime) -> str:
    """`taken`, `twice` (another gate opened for it too) or `unknown`."""
    try:
        pass_id, _ = pass_read(token)
    except PassUnknown:
        return "unknown"
    exit_pass = ExitPass.objects.filter(id=pass_id, checkout__store_id=gate.store_id).first()
    if exit_pass is None:
        return "unknown"
    try:
        with transaction.atomic():
            # The pass's row first: two gates that tell at once find each other's opening.
            ExitPass.objects.select_for_update().get(id=pass_id)
            GateOpening.objects.create(exit_pass=exit_pass, gate=gate, opened_at=at, received_at=now, offline=True)
            ExitPass.objects.filter(id=pass_id, used_at=None).update(used_at=at)
            others = exit_pass.openings.exclude(gate=gate).count()
            if others:
                _record_twice(exit_pass, gate, at, now)
    except IntegrityError:  # this gate has told before, or had our leave and lost the answer
        others = exit_pass.openings.exclude(gate=gate).count()
    return "twice" if others else "taken"


def _record_twice(exit_pass: ExitPass, gate: Device, at: datetime, now: datetime) -> None:
    audit_record(
        action="pass.opened_twice",
        subject=f"pass:{exit_pass.id}",
        actor_name=f"gate:{gate.id}",
        store=gate.store,
        detail={"checkout": str(exit_pass.checkout_id), "opened_at": at.isoformat()},
        now=now,
    )
