"""Fonts for receipts: Bitstream Vera, which comes with the library; embedded, so that € and accents show anywhere."""

import unicodedata
from pathlib import Path
from typing import Any

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

TEXT, BOLD = "Vera", "VeraBd"
# Spaces that the fonts don't have.
SPACES = {0x202F: 0xA0, 0x2009: 0xA0, 0x2007: 0xA0, 0x200E: None, 0x200F: None}


def fonts_ready() -> None:
    """Registers them, once in a process."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (TEXT, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


def drawable(text: str) -> str:
    """The text in signs that the fonts have: an accent they lack is dropped, a sign they lack becomes "?"."""
    known: Any = pdfmetrics.getFont(TEXT).face.charToGlyph
    return "".join(_sign(sign, known) for sign in text.translate(SPACES))


def _sign(sign: str, known: Any) -> str:
    if ord(sign) in known:
        return sign
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return plain if plain and all(ord(part) in known for part in plain) else "?"
