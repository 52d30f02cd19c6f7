"""Folding of words for search: case and accents off, so that "Zel" finds "ŽEL"."""

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and an accent.
_WHOLE = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_MARKS = re.compile(r"[\u0300-\u036f]")
_GAPS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower-case words without accents, with single blanks between them; other scripts keep their letters."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE))
    return _GAPS.sub(" ", _MARKS.sub("", apart)).strip()


def search_text(name: str, brand: str) -> str:
    """What a product is searched by, at most 240 characters; the brand is not said twice."""
    words, brand_words = fold(name), fold(brand)
    joined = words if brand_words in words else f"{words} {brand_words}"
    return joined[:240]
