"""Every field of every model is in one class of data, and what the classes say is what the jobs do."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from carts.live import trace
from checkout.services import idempotency, outbox, receipt_mail
from inventory.models import Store
from inventory.privacy import register as register_module
from inventory.privacy.classes import JOURNAL, MACHINE, MAIL, MESSAGE, PICTURE, REPEAT, SESSION, TRACE, Fields
from inventory.privacy.page import PATH, page
from inventory.privacy.register import faults
from inventory.services import catalogue_import

ROOT = Path(__file__).parents[2]


def test_every_field_of_every_model_is_in_one_class() -> None:
    assert faults() == []


def test_a_new_field_that_nobody_classed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(register_module.register())
    known["auth.User"] = Fields({MACHINE: "id username first_name is_nothing", PICTURE: "username"})
    monkeypatch.setattr(register_module, "register", lambda: known)

    wrong = faults([User])

    assert "auth.User.email is in no class" in wrong
    assert "auth.User.is_nothing is no field" in wrong
    assert "auth.User.username is in two classes" in wrong


def test_the_page_is_made_from_the_register() -> None:
    assert (ROOT / PATH).read_text() == page(), "write it anew: manage.py privacy_page --write"


def test_the_jobs_delete_when_the_register_says() -> None:
    assert (TRACE.period, REPEAT.period, MESSAGE.period) == (trace.KEPT, idempotency.KEPT, outbox.KEPT)
    assert (MAIL.period, timedelta(days=1)) == (receipt_mail.GIVE_UP, catalogue_import.KEPT_FOR)
    assert timedelta(days=settings.JOURNAL_DAYS) == JOURNAL.period
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == SESSION.period
    hours = Store._meta.get_field("frame_hours")
    assert isinstance(hours, models.Field)
    assert timedelta(hours=hours.default) == PICTURE.period


def test_no_field_and_no_package_is_for_biometrics() -> None:
    words = (
        "face_",
        "faces",
        "facial",
        "biometr",
        "voiceprint",
        "fingerprint_of",
        "gait",
        "iris",
        "retina",
        "embedding",
    )
    fields = [f"{label} {names}" for label, entry in register_module.register().items()
              for names in entry.classes.values()]  # fmt: skip
    packages = (ROOT / "requirements.lock").read_text().lower()

    assert [text for text in fields if any(word in text for word in words)] == []
    for name in ("face", "deepface", "insightface", "mediapipe", "dlib", "speechbrain", "facenet"):
        assert f"\n{name}" not in packages
