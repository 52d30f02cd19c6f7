"""The security page names only tests that exist, and every chapter of ASVS 5."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()


def test_every_chapter_has_its_row_and_every_named_test_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+(?:\.py)?)`", PAGE)

    assert re.findall(r"^\| V(\d+) ", PAGE, re.MULTILINE) == [str(number) for number in range(1, 18)]
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert len(named) > 20
