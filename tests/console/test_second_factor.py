"""Two-factor sign-in: what a password alone opens, codes that count once, guessing, and one's sessions."""

import re
import threading
from datetime import datetime
from typing import Any

import pyotp
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from console import lockout
from console.models import RecoveryCode, SecondFactor, StaffSession
from console.services import factors
from inventory.models import AuditEntry
from tests.console.world import PASSWORD, World

CODE, ENROL, ACCOUNT = "/console/account/code/", "/console/account/two-factor/", "/console/account/"


def enrolled(user: User) -> list[str]:
    """Puts a factor in force, and gives its recovery codes; the app's present code stays unused."""
    factor = factors.factor_begin(user=user)
    codes = factors.factor_enrol(user=user, code=app_code(user), now=timezone.now())
    SecondFactor.objects.filter(pk=factor.pk).update(last_step=0)
    return codes


def app_code(user: User) -> str:
    return pyotp.TOTP(factors.secret_of(SecondFactor.objects.get(user=user))).now()


def with_password(name: str = "max", address: str = "/console/login/") -> Client:
    client = Client()
    assert client.post(address, {"username": name, "password": PASSWORD}).status_code == 302
    return client


def test_with_a_factor_the_password_alone_opens_nothing(world: World) -> None:
    enrolled(world.max)
    client = with_password()
    board = f"/console/stores/{world.store.pk}/"

    for path in (board, "/console/", ACCOUNT, ENROL, "/admin/"):
        assert client.get(path).headers.get("Location", "").startswith(CODE), path
    assert client.post(f"{ENROL}remove/", {"code": app_code(world.max)}).headers["Location"] == CODE
    assert SecondFactor.objects.exists()
    assert client.get(board, headers={"HX-Request": "true"}).status_code == 401

    answer = client.post(CODE, {"code": app_code(world.max), "next": board})

    assert answer.headers["Location"] == board
    assert client.get(board).status_code == 200


def test_without_a_factor_the_password_is_enough(world: World) -> None:
    assert with_password().get(f"/console/stores/{world.store.pk}/").status_code == 200


def test_a_code_counts_once_and_so_does_a_recovery_code(world: World) -> None:
    recovery = enrolled(world.max)
    code, now = app_code(world.max), timezone.now()

    def check(given: str) -> bool:
        return factors.factor_check(user=world.max, code=given, now=now)

    assert [check(code), check(code)] == [True, False]
    assert [check(recovery[0].upper()), check(recovery[0]), check(recovery[1])] == [True, False, True]
    assert len(recovery) == len(set(recovery)) == 10
    assert not check("")
    kept = {row.code_hash for row in RecoveryCode.objects.all()} | {str(SecondFactor.objects.get().secret_sealed)}
    assert not any(secret in text for text in kept for secret in recovery)
    assert AuditEntry.objects.filter(action="second_factor.recover").count() == 2


def test_where_it_is_required_managers_set_it_up_before_anything_else(world: World, settings: Any) -> None:
    before = with_password()
    settings.REQUIRE_SECOND_FACTOR = True
    board = f"/console/stores/{world.store.pk}/"

    assert before.get(board).headers["Location"].startswith(ENROL)
    assert with_password("ben").get(board).status_code == 200
    page = before.get(ENROL).content.decode()
    assert "data:image/svg+xml" in page
    assert factors.secret_of(SecondFactor.objects.get()) in page
    assert "does not fit" in before.post(ENROL, {"code": "000000"}).content.decode()
    assert before.get(board).headers["Location"].startswith(ENROL)
    done = before.post(ENROL, {"code": app_code(world.max)}).content.decode()

    assert len(re.findall(r"<code>[0-9a-f-]{21}</code>", done)) == 10
    assert before.get(board).status_code == 200


def test_setting_it_up_signs_out_the_sessions_that_the_password_alone_opened(world: World) -> None:
    here, thief = with_password(), with_password()
    here.get(ENROL)
    here.post(ENROL, {"code": app_code(world.max)})

    assert here.get(ACCOUNT).status_code == 200
    assert "login" in thief.get(ACCOUNT).headers["Location"]


def test_after_five_wrong_codes_the_right_one_waits_too(world: World) -> None:
    enrolled(world.max)
    client = with_password()

    wrong = [client.post(CODE, {"code": "abc"}).status_code for _ in range(5)]
    blocked = client.post(CODE, {"code": app_code(world.max)})

    assert wrong == [200] * 5
    assert blocked.status_code == 429
    assert AuditEntry.objects.filter(action="second_factor.blocked").exists()
    assert with_password().get(ACCOUNT).headers["Location"].startswith(CODE)


def _guess_together(count: int = 24) -> int:
    """So many guesses at one moment; how many were let through to a look at the code."""
    cache.clear()
    start, through = threading.Barrier(count), []

    def guess() -> None:
        start.wait(30)
        if lockout.attempt(name="second factor 1", address="203.0.113.9"):
            through.append(1)

    threads = [threading.Thread(target=guess) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return len(through)


def test_of_guesses_at_one_moment_five_are_looked_at() -> None:
    assert _guess_together() == 5


def test_a_count_that_is_read_and_then_written_would_let_all_through(monkeypatch: pytest.MonkeyPatch) -> None:
    met = threading.Barrier(24)

    def racy(kind: str, value: str) -> int:
        key = f"racy.{kind}"
        seen = int(cache.get(key, 0))
        if kind == "name":
            met.wait(30)
        cache.set(key, seen + 1)
        return seen + 1

    monkeypatch.setattr(lockout, "_count", racy)

    assert _guess_together() > 5


def test_one_sees_ones_sessions_and_signs_out_elsewhere(world: World) -> None:
    here, there, other = with_password(), with_password(), with_password("ben")

    page = here.get(ACCOUNT).content.decode()
    foreign = StaffSession.objects.get(user=world.ben)
    here.post("/console/account/sign-out-elsewhere/", {"session": foreign.pk})
    assert other.get("/console/account/").status_code == 200
    here.post("/console/account/sign-out-elsewhere/")

    assert page.count("This browser") == 1
    assert "login" in there.get(ACCOUNT).headers["Location"]
    assert here.get(ACCOUNT).status_code == 200
    assert other.get(ACCOUNT).status_code == 200


def test_switching_off_needs_a_code(world: World) -> None:
    enrolled(world.max)
    client = with_password()
    client.post(CODE, {"code": app_code(world.max)})
    SecondFactor.objects.update(last_step=0)

    assert client.post(f"{ENROL}remove/", {"code": "1"}).status_code == 422
    assert client.post(f"{ENROL}remove/", {"code": app_code(world.max)}).status_code == 302
    assert not SecondFactor.objects.exists()
    assert client.get(ACCOUNT).status_code == 200


def test_nobody_is_sent_to_another_site(world: World, now: datetime) -> None:
    enrolled(world.max)
    answer = with_password().post(CODE, {"code": app_code(world.max), "next": "https://evil.invalid/"})

    assert answer.headers["Location"] == "/console/"


def test_the_admins_login_is_the_consoles_with_its_lockout(world: World) -> None:
    client = Client()
    answer = client.post("/admin/login/?next=/admin/", {"username": "max", "password": PASSWORD})

    assert answer.headers["Location"] == "/console/login/?next=%2Fadmin%2F"
    assert "sessionid" not in client.cookies
    stranger = with_password("ben").get("/admin/", follow=True)
    assert [path for path, _ in stranger.redirect_chain] == ["/admin/login/?next=/admin/"]
