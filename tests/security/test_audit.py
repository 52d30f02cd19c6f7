"""The dependency audit never calls a list clean of which it could look nothing up."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy import audit
from deploy.audit import CLEAN, FOUND, UNKNOWN, Answer

SKIPPED = {"name": "a", "skip_reason": "not found"}
LOCK = [Path("requirements.lock")]


def package(name: str, *faults: str) -> dict[str, Any]:
    return {"name": name, "version": "1", "vulns": [{"id": fault, "fix_versions": ["2"]} for fault in faults]}


def said(*packages: dict[str, Any]) -> Answer:
    return Answer(json.dumps({"dependencies": packages}), "")


@pytest.mark.parametrize(
    ("answers", "code", "words"),
    [
        ({"pypi": said(package("a"))}, CLEAN, "no known faults"),
        ({"pypi": said(package("a", "CVE-1"))}, FOUND, "a 1: CVE-1, mended in 2"),
        # pip-audit itself ends with 0 here, and writes "No known vulnerabilities found".
        ({"pypi": said(SKIPPED), "osv": Answer("", "no network")}, UNKNOWN, "Nothing is known"),
        ({"pypi": Answer("", "no network"), "osv": said(package("a"))}, CLEAN, "no network"),
        ({"pypi": said(), "osv": Answer("", "")}, UNKNOWN, "Nothing is known"),
    ],
)  # fmt: skip
def test_what_was_not_asked_is_not_called_clean(
    answers: dict[str, Answer],
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(audit, "ask", lambda lock, source: answers[source])

    assert audit.audit(LOCK) == code
    assert words in capsys.readouterr().out
