"""The second factor: enrolling an authenticator app (RFC 6238, 30 s, 6 digits), and checking codes; each counts once.

Codes are looked at only after the lockout has counted the try: see `console.lockout`.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from console.models import RecoveryCode, SecondFactor
from inventory.models import Role
from inventory.sealing import seal_bytes, unseal_bytes
from inventory.services.audit import audit_record

PURPOSE = "checkout second factor"  # as the first of them were sealed
STEP_S = 30
RECOVERY_CODES = 10


def factor_begin(*, user: User) -> SecondFactor:
    """The secret to show for enrolment; the same until it is confirmed. One that is in force stays."""
    fresh = {"secret_sealed": seal_bytes(pyotp.random_base32().encode(), PURPOSE)}
    factor, _ = SecondFactor.objects.get_or_create(user=user, defaults=fresh)
    return factor


def secret_of(factor: SecondFactor) -> str:
    """The secret in base 32, as authenticator apps take it."""
    return unseal_bytes(bytes(factor.secret_sealed), PURPOSE).decode()


def address_of(factor: SecondFactor) -> str:
    """The otpauth address that the QR code holds."""
    return pyotp.TOTP(secret_of(factor)).provisioning_uri(name=factor.user.username, issuer_name="Smart cart")


@transaction.atomic
def factor_enrol(*, user: User, code: str, now: datetime) -> list[str]:
    """Puts the factor in force if the code fits, and gives the recovery codes, once; otherwise nothing."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, enrolled_at=None).first()
    if factor is None or not _count_code(factor, code, now):
        return []
    SecondFactor.objects.filter(pk=factor.pk).update(enrolled_at=now)
    audit_record(action="second_factor.enrol", subject=f"user:{user.username}", actor=user, now=now)
    return _new_recovery_codes(factor)


@transaction.atomic
def factor_check(*, user: User, code: str, now: datetime) -> bool:
    """Whether this is the app's present code (or the one just before or after), or a recovery code; it counts once."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, enrolled_at__isnull=False).first()
    if factor is None:
        return False
    if _count_code(factor, code, now):
        return True
    unused = RecoveryCode.objects.filter(factor=factor, code_hash=_hash(code), used_at=None)
    if not unused.update(used_at=now):
        return False
    audit_record(action="second_factor.recover", subject=f"user:{user.username}", actor=user, now=now)
    return True


@transaction.atomic
def factor_remove(*, user: User, now: datetime) -> None:
    """Ends it; who must have one enrols anew at the next page."""
    if SecondFactor.objects.filter(user=user).delete()[0]:
        audit_record(action="second_factor.remove", subject=f"user:{user.username}", actor=user, now=now)


def has_factor(user: User) -> bool:
    """Whether sign-in asks this person for a code."""
    return SecondFactor.objects.filter(user=user, enrolled_at__isnull=False).exists()


def must_have_factor(user: User) -> bool:
    """Whether it is asked of this person: of managers, operators and superusers with REQUIRE_SECOND_FACTOR."""
    if not settings.REQUIRE_SECOND_FACTOR:
        return False
    strong = user.memberships.filter(role__in=[Role.MANAGER, Role.OPERATOR])
    return bool(user.is_superuser or strong.exists())


def _count_code(factor: SecondFactor, code: str, now: datetime) -> bool:
    digits, totp = re.sub(r"\s", "", code), pyotp.TOTP(secret_of(factor))
    present = int(now.timestamp()) // STEP_S
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(totp.at(step * STEP_S).encode(), digits.encode()):
            return bool(SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step))
    return False


def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = [f"{secrets.token_hex(5)}-{secrets.token_hex(5)}" for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(factor=factor).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, code_hash=_hash(code)) for code in codes)
    return codes


def _hash(code: str) -> str:
    # 80 random bits need neither a slow hash nor a key, and so outlive a change of the server's secret.
    return hashlib.sha256(re.sub(r"[\s-]", "", code).lower().encode()).hexdigest()
