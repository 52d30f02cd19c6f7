"""Django's own check of a production server finds nothing, and does find what is wrong."""

import base64
import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def checked(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """`check --deploy` with a production environment; no database is asked."""
    given = {
        "SECRET_KEY": base64.b64encode(secrets.token_bytes(60)).decode(),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "PUBLIC_URL": "https://shop.example",
        "ALLOWED_HOSTS": "shop.example",
        "DATA_DIR": str(folder),
        "PATH": os.environ["PATH"],
    }
    words = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        words, cwd=ROOT, env=given | changes, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_production_server_passes_the_check(tmp_path: Path) -> None:
    done = checked(tmp_path)

    assert done.stdout + done.stderr == "System check identified no issues (0 silenced).\n"


def test_control_a_server_without_https_does_not(tmp_path: Path) -> None:
    done = checked(tmp_path, PUBLIC_URL="http://shop.example")

    assert done.returncode != 0
    assert {"W008", "W012", "W016"} <= {word.strip("().:")[-4:] for word in done.stderr.split() if "security." in word}
