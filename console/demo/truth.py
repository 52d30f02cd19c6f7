"""The truth file: what things really weigh and how simulated carts enrol. The server never reads it."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.demo.goods import Good
from inventory.models import ProductPicture, Retailer

LOOSE_PIECE_G = 160


def truth_read(path: Path) -> dict[str, Any]:
    """The file as it stands, or nothing where it is absent or damaged."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return whole if isinstance(whole, dict) else {}


def truth_write(path: Path, truth: Mapping[str, Any]) -> None:
    """Replaces the file at once, readable by its owner only: it holds enrolment codes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1, ensure_ascii=False)
    fresh.replace(path)


def true_products(retailer: Retailer, goods: Sequence[Good]) -> dict[str, Any]:
    """Code to name, true grams of a piece, how it is sold, and the picture's file."""
    pictures = {
        picture.product.code: picture.image.path
        for picture in ProductPicture.objects.filter(product__retailer=retailer).select_related("product")
    }
    return {
        good.code: {
            "name": good.name,
            "grams": good.true_g or LOOSE_PIECE_G,
            "sold_by": good.sold_by,
            "picture": pictures.get(good.code, ""),
        }
        for good in goods
    }


def kept_codes(truth: Mapping[str, Any]) -> dict[str, str]:
    """Label of a cart (or "gate") to the code that was handed out before."""
    rows = [*truth.get("carts", []), *truth.get("tablets", []), {"label": "gate", **truth.get("gate", {})}]
    return {str(row.get("label", "")): str(row.get("enrolment_code", "")) for row in rows}
