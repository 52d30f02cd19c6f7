"""Stripe's API as far as the adapter uses it, and stricter than most fakes: keys stand for their parameters, every
step is refused from a wrong state, no more goes back than was taken, and it can lose its answers.

`fault` is used up by the next call: `before` and `after` close the connection before or after the effect, `500` answers
with an error after it. Cards: `pm_visa`, `pm_declined`, `pm_asks` (wants its bank's question answered).
"""

import json
import threading
import time
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KNOWN = {
    "amount", "currency", "capture_method", "metadata[smartcart_key]", "confirm", "payment_method",
    "payment_method_types[0]", "error_on_requires_action",
}  # fmt: skip


class Refusal(Exception):
    def __init__(self, status: int, **error: Any) -> None:
        super().__init__(status)
        self.status, self.error = status, error


class Balance:
    """Money that moved, the newest first, in pages of at most 100. A page wants a span and its sources expanded."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.clock: Callable[[], float] = time.time
        self.largest = 100

    def add(self, kind: str, amount: int, currency: str, source: Any) -> None:
        self.rows.insert(0, {
            "id": f"txn_{len(self.rows)}", "object": "balance_transaction", "type": kind, "amount": amount, "fee": 7,
            "currency": currency, "source": source, "created": int(self.clock()),
        })  # fmt: skip

    def page(self, form: dict[str, str]) -> dict[str, Any]:
        known = {"created[gte]", "created[lt]", "limit", "starting_after", "expand[0]"}
        if set(form) - known or form.get("expand[0]") != "data.source" or not 1 <= int(form["limit"]) <= 100:
            raise Refusal(400, type="invalid_request_error", message=f"not a list that can be asked for: {form}")
        begins, ends = int(form["created[gte]"]), int(form["created[lt]"])
        rows = [row for row in self.rows if begins <= row["created"] < ends]
        if after := form.get("starting_after"):
            rows = rows[[row["id"] for row in rows].index(after) + 1 :]
        most = min(int(form["limit"]), self.largest)
        return {"object": "list", "url": "/v1/balance_transactions", "data": rows[:most], "has_more": len(rows) > most}


class StripeServer:
    """Starts at once; `stop` ends it."""

    def __init__(self) -> None:
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[Any, int, Any]] = {}
        self.balance = Balance()
        self.fault = ""
        self.lock = threading.RLock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: Any) -> None:
                pass

            def do_GET(self) -> None:
                fake.handle(self, "GET", {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                fake.handle(self, "POST", dict(urllib.parse.parse_qsl(body)))

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def taken(self) -> int:
        """What it keeps of the shoppers' money."""
        received = sum(int(row["amount_received"]) for row in self.intents.values())
        return received - sum(int(row["amount"]) for row in self.refunds.values())

    def handle(self, http: Any, method: str, form: dict[str, str]) -> None:
        with self.lock:
            fault, self.fault = self.fault, ""
            if fault == "before":
                http.close_connection = True
                return
            path, _, query = http.path.partition("?")
            form = dict(urllib.parse.parse_qsl(query)) if method == "GET" else form
            status, body = self._once(method, path, form, http.headers)
            if fault == "after":
                http.close_connection = True
                return
            if fault == "500":
                status, body = 500, {"error": {"type": "api_error", "message": "sorry"}}
        data = json.dumps(body).encode()
        http.send_response(status)
        http.send_header("Content-Type", "application/json")
        http.send_header("Content-Length", str(len(data)))
        http.end_headers()
        http.wfile.write(data)

    def _once(self, method: str, path: str, form: dict[str, str], headers: Any) -> tuple[int, Any]:
        key = headers.get("Idempotency-Key", "") if method == "POST" else ""
        if not headers.get("Authorization", "").startswith("Bearer sk_test"):
            return 401, {"error": {"type": "invalid_request_error", "message": "no such key"}}
        if method == "POST" and not key:
            return 400, {"error": {"type": "invalid_request_error", "message": "this fake wants a key for every POST"}}
        if key in self.keys:
            asked, status, body = self.keys[key]
            if asked != (path, form):
                return 400, {"error": {"type": "idempotency_error", "message": "other parameters"}}
            return status, body
        try:
            status, body = 200, self._call(method, path.strip("/").split("/")[1:], form)
        except Refusal as refusal:
            status, body = refusal.status, {"error": refusal.error}
        body = json.loads(json.dumps(body))
        if key:
            self.keys[key] = ((path, form), status, body)
        return status, body

    def _call(self, method: str, parts: list[str], form: dict[str, str]) -> Any:
        if parts == ["payment_intents"] and method == "POST":
            return self._create(form)
        if parts[0] == "payment_intents" and method == "GET":
            return self._intent(parts[1])
        if parts[0] == "payment_intents":
            return {"capture": self._capture, "cancel": self._cancel}[parts[2]](self._intent(parts[1]), form)
        if parts == ["refunds"]:
            return self._refund(form)
        if parts == ["balance_transactions"] and method == "GET":
            return self.balance.page(form)
        if parts[:2] == ["terminal", "readers"]:
            self._intent(form["payment_intent"])["reader"] = parts[2]
            return {"id": parts[2], "object": "terminal.reader", "action": {"status": "in_progress"}}
        raise Refusal(404, type="invalid_request_error", message="no such address")

    def present_card(self, intent_id: str, *, good: bool = True) -> None:
        """Somebody holds a card to the reader."""
        intent = self.intents[intent_id]
        assert intent.get("reader")
        self._charge(intent, "pm_visa" if good else "pm_declined")

    def _intent(self, intent_id: str) -> dict[str, Any]:
        if intent_id not in self.intents:
            raise Refusal(404, type="invalid_request_error", code="resource_missing", message="no such intent")
        return self.intents[intent_id]

    def _create(self, form: dict[str, str]) -> dict[str, Any]:
        unknown = set(form) - KNOWN
        if unknown or form.get("capture_method") != "manual" or int(form["amount"]) <= 0:
            raise Refusal(400, type="invalid_request_error", message=f"unknown or missing: {unknown}")
        intent = {
            "id": f"pi_{len(self.intents)}", "object": "payment_intent", "amount": int(form["amount"]),
            "amount_capturable": 0, "amount_received": 0, "currency": form["currency"], "last_payment_error": None,
            "metadata": {"smartcart_key": form["metadata[smartcart_key]"]}, "status": "requires_payment_method",
        }  # fmt: skip
        self.intents[str(intent["id"])] = intent
        if form.get("confirm"):
            self._charge(intent, form["payment_method"])
            if intent["status"] == "requires_payment_method":
                raise Refusal(
                    402,
                    type="card_error",
                    code="card_declined",
                    message="Your card was declined.",
                    payment_intent=intent,
                )
        return intent

    def _charge(self, intent: dict[str, Any], method: str) -> None:
        if method in {"pm_declined", "pm_asks"}:
            intent["last_payment_error"] = {"message": "Your card was declined."}
        else:
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}

    def _capture(self, intent: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
        amount = int(form["amount_to_capture"])
        self._expect(intent, {"requires_capture"})
        if not 0 < amount <= intent["amount_capturable"]:
            raise Refusal(400, type="invalid_request_error", code="amount_too_large", message="too much")
        charge = {"id": f"ch_{intent['id']}", "object": "charge", "amount": intent["amount"], "amount_captured": amount,
                  "currency": intent["currency"], "payment_intent": intent["id"], "metadata": intent["metadata"],
                  "status": "succeeded"}  # fmt: skip
        self.balance.add("charge", amount, intent["currency"], charge)
        return intent | self._set(intent, status="succeeded", amount_received=amount, amount_capturable=0)

    def _cancel(self, intent: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
        self._expect(intent, {"requires_capture", "requires_payment_method"})
        return intent | self._set(intent, status="canceled", amount_capturable=0)

    def _set(self, intent: dict[str, Any], **fields: Any) -> dict[str, Any]:
        intent |= fields
        return fields

    def _expect(self, intent: dict[str, Any], states: set[str]) -> None:
        if intent["status"] not in states:
            code = "payment_intent_unexpected_state"
            raise Refusal(400, type="invalid_request_error", code=code, message=f"it is {intent['status']}")

    def _refund(self, form: dict[str, str]) -> dict[str, Any]:
        intent, amount = self._intent(form["payment_intent"]), int(form["amount"])
        before = sum(row["amount"] for row in self.refunds.values() if row["payment_intent"] == intent["id"])
        if amount <= 0 or before + amount > intent["amount_received"]:
            raise Refusal(400, type="invalid_request_error", code="charge_already_refunded", message="too much")
        row = {"id": f"re_{len(self.refunds)}", "object": "refund", "amount": amount, "status": "succeeded",
               "payment_intent": intent["id"], "failure_reason": None}  # fmt: skip
        self.refunds[str(row["id"])] = row
        told = {"currency": intent["currency"], "metadata": {"smartcart_key": form.get("metadata[smartcart_key]", "")}}
        row |= told
        self.balance.add("refund", -amount, intent["currency"], row)
        return row
