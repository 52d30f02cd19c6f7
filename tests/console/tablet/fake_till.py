"""The REST side of the fake: enrolment, catalogue, checkout, payment."""

import io
import json
import re
import uuid
from typing import Any

import segno

from tests.console.tablet.fake_goods import GOODS
from tests.console.tablet.fake_store import FakeStore

DEVICE: dict[str, Any] = {
    "cart": {"id": "7b1c6a52-7df2-4a0e-9f57-1f8de0d1a007", "label": "07"},
    "store": {
        "id": "1", "code": "hazel-1", "name": "Hazel Market", "venue": "supermarket", "currency": "EUR", "exponent": 2,
        "language": "en", "timezone": "Europe/Berlin", "tax_inclusive": True,
    },
    "retailer": {"name": "Hazel"},
}  # fmt: skip

REASONS = [{"code": "risk", "text": "The scale and the list differ by about 500 g."}]


class Refusal(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class FakeTill:
    def __init__(self, store: FakeStore) -> None:
        self.store = store
        self.calls: list[tuple[str, str, str | None]] = []
        self.charges: list[str] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.looks = 0
        self.problems: list[dict[str, Any]] = []
        self.most_tip = 0
        self.providers = ["sandbox", "till"]

    def call(
        self, method: str, path: str, query: dict[str, str], body: Any, headers: dict[str, str]
    ) -> tuple[int, Any]:
        key = headers.get("idempotency-key")
        self.calls.append((method, path, key))
        if path == "device/enrol":
            return self._enrol(body)
        if headers.get("authorization") != f"Device {self.store.token}":
            raise Refusal(401, "credential_invalid")
        match [method, *path.split("/")]:
            case ["GET", "device"]:
                return 200, DEVICE
            case ["POST", "device", "ticket"]:
                return 201, {"ticket": uuid.uuid4().hex, "expires_in": 30}
            case ["GET", "catalogue", "search"]:
                found = [good.found() for good in GOODS.values() if query["q"].lower() in good.name.lower()]
                return 200, {"results": found}
            case ["GET", "catalogue", "keys"]:
                return 200, {"results": [good.found() for good in GOODS.values() if good.sold_by == "kg"]}
            case ["POST" | "GET", "trips" | "checkouts" | "payments", *_]:
                return self._checkout(method, path, str(key), body)
        raise Refusal(404, "not_found")

    def _checkout(self, method: str, path: str, key: str, body: Any) -> tuple[int, Any]:
        match [method, *path.split("/")]:
            case ["POST", "trips", trip, "checkout"] if trip == self.store.trip:
                return 201, self._open(trip)
            case ["GET", "checkouts", _] if self.store.checkout:
                return 200, self._look()
            case ["POST", "checkouts", _, "payments"]:
                return 201, self._pay(key, body)
            case ["POST", "payments", payment, "void"]:
                return 201, self._release(payment)
        raise Refusal(404, "not_found")

    def _enrol(self, body: Any) -> tuple[int, Any]:
        if body["code"] != self.store.code:
            raise Refusal(400, "enrolment_code_invalid")
        return 201, {"token": self.store.token, **DEVICE}

    def _open(self, trip: str) -> dict[str, Any]:
        if self.store.state == "shopping":
            raise Refusal(409, "trip_not_sealed")
        if self.store.checkout is None:
            state = "in_review" if self.store.review or self.problems else "cleared"
            self.store.state = state
            self.store.checkout = {
                "id": str(uuid.uuid4()), "trip": trip, "state": state, "revision": 1, "currency": "EUR", "exponent": 2,
                "amount": self.store.basket()["totals"]["due"], "message": "", "payment": None, "receipt": None,
                "reasons": REASONS if self.store.review else [],
                "exit_pass": None, "payments": [], "problems": self.problems,
                "accepts": {"providers": self.providers, "split": True, "most_tip": self.most_tip},
            }  # fmt: skip
            self._sum_up(self.store.checkout)
        return self.store.checkout

    def _look(self) -> dict[str, Any]:
        checkout = self.store.checkout
        assert checkout is not None
        self.looks += 1
        if checkout["state"] == "unknown" and self.looks > 2:
            self._paid(checkout)
        return checkout

    def clear(self) -> None:
        """Staff have looked: the checkout may be paid."""
        assert self.store.checkout is not None
        self.store.checkout["state"] = self.store.state = "cleared"
        self.store.checkout["revision"] += 1

    def _pay(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        checkout, source = self.store.checkout, body["source"]
        assert checkout is not None
        if key in self.answers:
            return self.answers[key]
        checkout["revision"] += 1
        asked = body.get("amount", checkout["open_amount"])
        payment = {"id": key, "method": body["method"], "state": "captured", "amount": asked, "requested": asked,
                   "tip": body.get("tip", 0), "code": "", "qr": ""}  # fmt: skip
        checkout["payment"] = payment
        checkout["payments"].append(payment)
        if source == "sandbox:decline":
            payment["state"] = "declined"
        elif source == "till":
            payment |= {"state": "created", "code": "0123456789abcdef" * 3, "qr": "/media/fake/till-qr.svg"}
            checkout["state"] = "paying"
        elif source.startswith("stripe:reader:"):
            payment["state"], checkout["state"] = "created", "paying"
        elif source.startswith("sandbox:timeout"):
            payment["state"] = checkout["state"] = "unknown"
            self.looks = 0
            self.charges.append(key)
        else:
            self._give(checkout, payment, source)
        self._sum_up(checkout)
        self.answers[key] = json.loads(json.dumps(checkout))
        return checkout

    def _give(self, checkout: dict[str, Any], payment: dict[str, Any], source: str) -> None:
        """A card or an account gives what it has; together with what is set aside it may be enough."""
        if source == "sandbox:partial":
            payment["amount"] //= 2
        if balance := re.search(r":(?:gift|points):\D+(\d+)", source):
            payment["amount"] = min(payment["amount"], int(balance[1]))
        if payment["amount"] < checkout["open_amount"]:
            payment["state"] = "authorised"
            return
        self.charges.append(payment["id"])
        self._paid(checkout)

    def _release(self, payment: str) -> dict[str, Any]:
        checkout = self.store.checkout
        assert checkout is not None
        row = next(row for row in checkout["payments"] if row["id"] == payment)
        row |= {"state": "voided", "code": "", "qr": ""}
        checkout["state"] = "cleared"
        checkout["revision"] += 1
        self._sum_up(checkout)
        return checkout

    def _sum_up(self, checkout: dict[str, Any]) -> None:
        live = [row for row in checkout["payments"] if row["state"] not in {"declined", "voided"}]
        checkout["open_amount"] = checkout["amount"] - sum(row["amount"] for row in live)

    def asked_for(self) -> bool:
        """Whether a payment has come in: the page shows what to do while its call is still on the way."""
        return bool(self.store.checkout and self.store.checkout["payments"])

    def take_at_till(self) -> None:
        """The till has taken the money."""
        assert self.store.checkout is not None
        self._paid(self.store.checkout)

    def _paid(self, checkout: dict[str, Any]) -> None:
        checkout["state"] = self.store.state = "paid"
        checkout["revision"] += 1
        for row in checkout["payments"]:
            row["state"] = "captured" if row["state"] not in {"declined", "voided"} else row["state"]
        checkout["receipt"] = {"url": "/receipts/1/", "pdf": "/receipts/1.pdf", "qr": "/media/fake/receipt-qr.svg"}
        checkout["exit_pass"] = {"token": "pass", "expires_at": "2026-01-01T12:30:00Z", "qr": "/media/fake/exit-qr.svg"}


def qr(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=2, scale=8)
    return out.getvalue()
