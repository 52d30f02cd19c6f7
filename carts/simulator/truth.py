"""What is really so in the simulated store: true weights and pictures, the carts, the camera. Never the server's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec


class TruthUnreadableError(Exception):
    """The truth file is absent or no such file; the text says which and what to do."""


@dataclass(frozen=True)
class TrueProduct:
    """A thing on the shelf. `grams` is what one piece weighs with its packing."""

    code: str
    name: str
    grams: float
    sold_by: str = "each"
    picture: Path | None = None


@dataclass(frozen=True)
class CartPlan:
    """A cart to simulate: its label, how it gets its token, and the shopper who pushes it."""

    label: str
    script: str = ""
    enrolment_code: str | None = None
    token: str | None = None


@dataclass(frozen=True)
class Truth:
    """The whole file. `lane` is where the camera looks down and carts check out."""

    products: Mapping[str, TrueProduct] = field(default_factory=dict)
    carts: tuple[CartPlan, ...] = ()
    camera_port: int | None = None
    lane: str = "1"
    gate_code: str | None = None

    def weights(self) -> dict[str, float]:
        """True grams of a piece, by code."""
        return {code: product.grams for code, product in self.products.items()}

    @classmethod
    def of_weights(cls, true_weights: Mapping[str, float]) -> "Truth":
        """A truth of bare weights, for tests and for stores without pictures."""
        return cls(products={code: TrueProduct(code, code, grams) for code, grams in true_weights.items()})


def read_truth(path: Path) -> Truth:
    """Reads `{"products": {code: {name, grams, sold_by, picture}}, "carts": [...], "camera": {...}}`.

    Entries that make no sense are left out; a picture's path is taken from the file's own folder or from the
    working folder. Raises TruthUnreadableError when there is no such file or it is not a JSON object.
    """
    try:
        whole = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise TruthUnreadableError(f"{path} cannot be read ({error.strerror}); seed the demo store first") from error
    except msgspec.DecodeError as error:
        raise TruthUnreadableError(f"{path} is not JSON: {error}") from error
    if not isinstance(whole, dict):
        raise TruthUnreadableError(f"{path} holds no JSON object; seed the demo store again")
    camera = _table(whole.get("camera"))
    products = (_product(code, _table(entry), path.parent) for code, entry in _table(whole.get("products")).items())
    plans = (_plan(_table(entry)) for entry in whole.get("carts") or [])
    return Truth(
        products={product.code: product for product in products if product is not None},
        carts=tuple(plan for plan in plans if plan.label),
        camera_port=_port(camera.get("port")),
        lane=_lane(camera),
        gate_code=_table(whole.get("gate")).get("enrolment_code") or None,
    )


def _product(code: str, entry: dict[str, Any], folder: Path) -> TrueProduct | None:
    grams = entry.get("grams")
    if not isinstance(grams, int | float) or isinstance(grams, bool) or not 0 < grams < 100_000:
        return None
    sold_by = "kg" if entry.get("sold_by") == "kg" else "each"
    return TrueProduct(
        str(code), str(entry.get("name") or code), float(grams), sold_by, _picture(entry.get("picture"), folder)
    )


def _picture(value: object, folder: Path) -> Path | None:
    if not isinstance(value, str) or not value:
        return None
    named = Path(value)
    return next((place for place in (folder / named, folder / "media" / named, named) if place.is_file()), None)


def _plan(entry: dict[str, Any]) -> CartPlan:
    return CartPlan(
        label=str(entry.get("label") or ""),
        script=str(entry.get("script") or ""),
        enrolment_code=entry.get("enrolment_code") or None,
        token=entry.get("token") or None,
    )


def _lane(camera: dict[str, Any]) -> str:
    lanes = camera.get("lanes")
    first = lanes[0] if isinstance(lanes, list) and lanes else None
    return str(camera.get("lane") or first or "1")


def _port(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 65536 else None


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
