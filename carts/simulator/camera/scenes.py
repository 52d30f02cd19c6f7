"""What is truly in each cart and which cart stands under which camera. Shared by the server's threads."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Fault = Literal["", "error", "slow", "garbage", "dark"]
FAULTS: tuple[Fault, ...] = ("", "error", "slow", "garbage", "dark")
MOST_PIECES = 200


class SceneRefusedError(Exception):
    """The scene sent cannot be shown; the text says why."""


@dataclass(frozen=True)
class SceneItem:
    """Pieces of one product. Hidden ones lie under the others, out of the camera's sight."""

    code: str
    quantity: int = 1
    hidden: bool = False


@dataclass(frozen=True)
class View:
    """What a camera sees in one shot; `cart` is None when nobody stands there."""

    lane: str
    cart: str | None
    items: tuple[SceneItem, ...]
    shot: int
    fault: Fault


class Scenes:
    """The carts' true contents. The same changes in the same order give the same views."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: dict[str, tuple[SceneItem, ...]] = {}
        self._carts: dict[str, str | None] = {}
        self._shots: dict[str, int] = {}
        self._faults: dict[str, Fault] = {}

    def put_scene(self, cart: str, items: Iterable[SceneItem], lane: str | None = None) -> None:
        """Sets a cart's content, and the lane where it stands if one is given."""
        found = tuple(items)
        if sum(item.quantity for item in found) > MOST_PIECES:
            raise SceneRefusedError(f"a cart holds {MOST_PIECES} pieces at most")
        with self._lock:
            self._items[cart] = found
            if lane is not None:
                self._stand(lane, cart)

    def put_lane(self, lane: str, cart: str | None) -> None:
        """Puts a cart under a lane's camera, or with None clears the lane."""
        with self._lock:
            self._stand(lane, cart)

    def put_fault(self, lane: str, fault: Fault) -> None:
        """Makes a lane's camera answer wrongly, slowly, or not at all; "" mends it."""
        with self._lock:
            self._faults[lane] = fault

    def view(self, lane: str) -> View:
        """One more shot of a lane."""
        with self._lock:
            cart = self._carts.get(lane)
            shot = self._shots[lane] = self._shots.get(lane, 0) + 1
            items = self._items.get(cart, ()) if cart is not None else ()
            return View(lane, cart, items, shot, self._faults.get(lane, ""))

    def _stand(self, lane: str, cart: str | None) -> None:
        # A cart stands in one place: it leaves the lane where it was.
        for other, standing in self._carts.items():
            if standing == cart and other != lane:
                self._carts[other] = None
        if self._carts.get(lane) != cart:
            self._shots[lane] = 0
        self._carts[lane] = cart


def read_items(body: Mapping[str, Any]) -> list[SceneItem]:
    """The items of a scene's JSON body. Raises SceneRefusedError on anything else."""
    items = body.get("items")
    if not isinstance(items, list):
        raise SceneRefusedError('a scene is {"items": [{"code", "quantity", "hidden"?}]}')
    return [_item(entry) for entry in items]


def _item(entry: object) -> SceneItem:
    if not isinstance(entry, dict) or not isinstance(entry.get("code"), str) or not entry["code"]:
        raise SceneRefusedError("an item needs a code")
    quantity = entry.get("quantity", 1)
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not 1 <= quantity <= MOST_PIECES:
        raise SceneRefusedError(f"quantity is a whole number from 1 to {MOST_PIECES}")
    return SceneItem(entry["code"], quantity, entry.get("hidden") is True)
