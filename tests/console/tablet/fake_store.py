"""What a server would know of one cart: enough of the contract to drive the tablet page, and no more.

The judgement is naive on purpose (one settled level against the sum of the true weights); the page must not care.
"""

import uuid
from typing import Any

from tests.console.tablet.fake_goods import GOODS, Good

CLOSE_ENOUGH_G = 12
CAME = "About {} g came into the cart without a scan. Please scan it, or take it out again."
LEFT = "{} left the cart. Please put it back, or remove it from the list."
OVER = {None, "paid", "cancelled"}


class FakeStore:
    def __init__(self) -> None:
        self.code = "K7QD-M2XR"
        self.token = "token-of-cart-seven"
        self.epoch = 0
        self.journal: list[dict[str, Any]] = []
        self.skipped: list[tuple[int, int, str]] = []
        self.conflicts: list[int] = []
        self.outcomes: dict[int, dict[str, Any]] = {}
        self.acked = 0
        self.stream: str | None = None
        self.weights = 0
        self.review = False
        self.level = 0.0
        self._begin(None)

    def _begin(self, state: str | None) -> None:
        self.trip = str(uuid.uuid4()) if state else None
        self.state = state
        self.revision = 0
        self.lines: list[dict[str, Any]] = []
        self.unplaced: list[tuple[int, Good, int]] = []
        self.placed_g = 0.0
        self.open: dict[str, dict[str, Any]] = {}
        self.bag = False
        self.zero = self.level
        self.checkout: dict[str, Any] | None = None
        self.paid_with: list[str] = []

    # The stream

    def welcome(self, hello: dict[str, Any]) -> dict[str, Any]:
        if hello["stream"] != self.stream:
            self.stream, self.acked, self.outcomes = hello["stream"], 0, {}
        self.epoch += 1
        return {
            "type": "welcome",
            "epoch": self.epoch,
            "acked": self.acked,
            "credits": 64,
            "revision": self.revision,
            "trip": {"id": self.trip, "state": self.state, "mode": "cart"} if self.state else None,
            "basket": self.basket() if self.state else None,
            "discrepancies": list(self.open.values()),
            "mode": "snapshot",
            "server_time": "2026-01-01T00:00:00Z",
        }

    def event(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """The messages that one event brings, its ack first."""
        seq = message["seq"]
        if seq <= self.acked:
            if message not in self.journal:
                self.conflicts.append(seq)
            return [{"type": "ack", "upto": self.acked, "results": [self.outcomes[seq]], "credits": 64}]
        assert seq == self.acked + 1, f"the tablet left a hole before {seq}"
        self.journal.append(message)
        outcome, detail = self._act(message["kind"], message["data"])
        self.outcomes[seq] = {"seq": seq, "outcome": outcome, "event": message["kind"], "detail": detail}
        self.acked = seq
        ack = {"type": "ack", "upto": seq, "results": [self.outcomes[seq]], "credits": 64}
        return [ack, *self._follow(outcome)]

    def skip(self, message: dict[str, Any]) -> None:
        self.skipped.append((message["from"], message["to"], message["why"]))
        self.acked = max(self.acked, message["to"])

    def _follow(self, outcome: str) -> list[dict[str, Any]]:
        trip = {"type": "trip", "id": self.trip, "state": self.state}
        if outcome in {"started", "sealed", "reopened", "cancelled"}:
            return [trip, self.basket_message()]
        return [self.basket_message()] if outcome in {"added", "removed"} else []

    def _act(self, kind: str, data: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
        if kind == "start":
            self._begin("shopping")
            return "started", {"trip": self.trip}
        if self.state in OVER:
            return "not_on_trip", None
        act = getattr(self, f"_{kind}", None)
        return act(data) if act else ({"assist": "called", "dispute": "disputed"}.get(kind, "ignored"), None)

    def _scan(self, data: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
        good = GOODS.get(data["code"])
        if good is None:
            return "unknown_code", {"text": "unknown"}
        quantity = data.get("quantity", 1)
        line = next((row for row in self.lines if row["code"] == good.code and good.sold_by == "each"), None)
        if line is None:
            line = {"line": len(self.lines) + 1, "code": good.code, "name": good.name, "quantity": 0}
            line |= {"unit_price": good.price, "savings": [], "picture": good.picture}
            if good.comparison:
                line["comparison_price"] = good.comparison
            self.lines.append(line)
        line["quantity"] += quantity
        line["status"] = "placing"
        self.unplaced.append((line["line"], good, quantity))
        return "added", {"line": line["line"], "name": good.name}

    def _remove(self, data: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
        named = (data.get("line"), data.get("code"))
        line = next((row for row in self.lines if row["line"] == named[0] or row["code"] == named[1]), None)
        if line is None or not line["quantity"]:
            return "not_in_basket", None
        good, quantity = GOODS[line["code"]], min(data.get("quantity", 1), line["quantity"])
        line["quantity"] -= quantity
        if line["status"] == "placing":
            self.unplaced = [one for one in self.unplaced if one[0] != line["line"]]
        else:
            self.placed_g -= good.grams * quantity
        return "removed", {"line": line["line"], "name": good.name}

    def _bag(self, data: dict[str, Any]) -> tuple[str, None]:
        self.bag = True
        return "bag_noted", None

    def _seal(self, data: dict[str, Any]) -> tuple[str, None]:
        self.state = "sealed"
        return "sealed", None

    def _reopen(self, data: dict[str, Any]) -> tuple[str, None]:
        self.state, self.checkout = "shopping", None
        return "reopened", None

    def _cancel(self, data: dict[str, Any]) -> tuple[str, None]:
        self.state = "cancelled"
        return "cancelled", None

    def _pause(self, data: dict[str, Any]) -> tuple[str, None]:
        return "paused", None

    def _resume(self, data: dict[str, Any]) -> tuple[str, None]:
        return "resumed", None

    # The basket

    def _amount(self, line: dict[str, Any]) -> int:
        if GOODS[line["code"]].sold_by == "kg":
            cost: float = line["unit_price"] * line.get("weight_g", 0) / 1000
            return round(cost)
        saved = 50 * (line["quantity"] // 2) if line["name"].startswith("Oat") else 0
        line["savings"] = [{"name": "2 for less", "amount": saved}] if saved else []
        return int(line["unit_price"] * line["quantity"] - saved)

    def basket(self) -> dict[str, Any]:
        for line in self.lines:
            line["amount"] = self._amount(line)
        lines = [dict(line) for line in self.lines if line["quantity"]]
        discount = sum(saving["amount"] for line in lines for saving in line["savings"])
        due = sum(line["amount"] for line in lines)
        totals = {"subtotal": due + discount, "discount": discount, "deposit": 0, "tax": 0, "due": due}
        totals |= {"currency": "EUR", "exponent": 2, "items": sum(line["quantity"] for line in lines)}
        return {"revision": self.revision, "lines": lines, "totals": totals}

    def basket_message(self) -> dict[str, Any]:
        self.revision += 1
        return {"type": "basket", **self.basket()}

    # The scale

    def weigh(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        """What a frame of readings brings, once they stand still."""
        self.weights += 1
        grams = frame["grams"]
        if max(grams) - min(grams) > 6:
            return []
        self.level = sum(grams) / len(grams)
        if self.state != "shopping":
            return []
        return self._settled(self.level - self.zero - self.placed_g, frame["at"])

    def _settled(self, change: float, at: int) -> list[dict[str, Any]]:
        waiting = sum(good.grams * quantity for _, good, quantity in self.unplaced)
        loose = any(good.sold_by == "kg" for _, good, _ in self.unplaced)
        if self.unplaced and change > 20 and (loose or abs(change - waiting) < CLOSE_ENOUGH_G):
            return [*self._clear(at), *self._place(change)]
        if abs(change) < CLOSE_ENOUGH_G:
            return self._clear(at)
        if self.bag and change > 0:
            self.bag, self.placed_g = False, self.placed_g + change
            return self._clear(at)
        return [] if self.open or (self.unplaced and change < 20) else [self._raise(change, at)]

    def _place(self, change: float) -> list[dict[str, Any]]:
        for number, good, _ in self.unplaced:
            line = self.lines[number - 1]
            line["status"] = "verified"
            if good.sold_by == "kg":
                line["weight_g"] = round(change)
        self.placed_g += change
        self.unplaced = []
        return [self.basket_message()]

    def _raise(self, change: float, at: int) -> dict[str, Any]:
        near = min(GOODS.values(), key=lambda good: abs(good.grams - abs(change)))
        kind = "unscanned" if change > 0 else "removed"
        body: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "kind": kind,
            "state": "open",
            "at": at,
            "expected_g": 0,
            "observed_g": round(change),
            "tolerance_g": 9,
            "probability": 0.93,
            "advice": CAME.format(abs(round(change))) if change > 0 else LEFT.format(near.name),
            "candidates": [{"product": near.code, "name": near.name, "quantity": 1, "grams": near.grams}],
        }
        self.open[body["id"]] = body
        return {"type": "discrepancy", **body}

    def _clear(self, at: int) -> list[dict[str, Any]]:
        cleared = [{"type": "discrepancy", **body, "state": "cleared", "at": at} for body in self.open.values()]
        self.open = {}
        return cleared
