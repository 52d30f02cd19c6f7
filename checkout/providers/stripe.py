"""Cards by Stripe, through its official library: PaymentIntents with manual capture, readers in the store, refunds.

Sources name things at Stripe, never a card: `stripe:pm_…` (a payment method) and `stripe:reader:tmr_…` (a Terminal
reader in the store, which the shopper's card is presented to). Our key is the idempotency key of every call and stands
in the metadata, so a repeat finds the same PaymentIntent. Its reference, once known, is asked for directly.
"""

import json
import math
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import stripe
from stripe import StripeClient

from checkout.providers.port import Answer, Movement, Payment, ProviderRefused, ProviderUnsure, Returned
from checkout.providers.stripe_balance import movement_of

PREFIX = "stripe:"
READER = "stripe:reader:"
TIMEOUT_S = 8.0
# https://docs.stripe.com/payments/paymentintents/lifecycle
STATES: dict[str, Any] = {
    "requires_payment_method": "declined", "requires_confirmation": "pending", "requires_action": "declined",
    "processing": "pending", "requires_capture": "authorised", "succeeded": "captured", "canceled": "voided",
}  # fmt: skip
RETURNS: dict[str, Any] = {
    "succeeded": "done", "pending": "pending", "requires_action": "pending", "failed": "failed", "canceled": "failed",
}  # fmt: skip


class StripeEvent(NamedTuple):
    """What a webhook is about."""

    id: str
    kind: str
    key: str
    reference: str


class Stripe:
    """`base` is another address than Stripe's own for tests. No call is repeated by the library: that is our affair."""

    name = "stripe"
    # Nobody is there to answer a bank's question: such a card is declined, and not left open.
    confirming: ClassVar[dict[str, Any]] = {"error_on_requires_action": True}

    def __init__(self, api_key: str, *, base: str = "https://api.stripe.com") -> None:
        http = stripe.RequestsClient(timeout=TIMEOUT_S)
        self._client = StripeClient(
            api_key or "sk_not_set", base_addresses={"api": base}, max_network_retries=0, http_client=http
        )

    def takes(self, source: str) -> bool:
        return source.startswith((f"{PREFIX}pm_", f"{READER}tmr_")) and source.isascii() and len(source) <= 120

    def authorise(self, payment: Payment) -> Answer:
        if payment.source.startswith(READER):
            return self._present(payment)
        params: dict[str, Any] = self._params(payment) | {
            "confirm": True, "payment_method": payment.source.removeprefix(PREFIX), "payment_method_types": ["card"],
            **self.confirming,
        }  # fmt: skip
        return _told(lambda: self._intents.create(params, self._options(payment, payment.key)))

    def capture(self, payment: Payment) -> Answer:
        params: Any = {"amount_to_capture": payment.amount_minor}
        options = self._options(payment, f"{payment.key}-capture-{payment.amount_minor}")
        return _told(lambda: self._intents.capture(self._reference(payment), params, options), self._again(payment))

    def void(self, payment: Payment) -> Answer:
        reference = payment.reference or self._void_unknown(payment)
        if not reference:
            return Answer("voided", "")
        options = self._options(payment, f"{payment.key}-cancel")
        return _told(lambda: self._intents.cancel(reference, {}, options), self._again(payment, reference))

    def find(self, payment: Payment) -> Answer | None:
        if not payment.reference:
            return None  # asked for again under its key, it is found as it is
        answer = _told(lambda: self._intents.retrieve(payment.reference, {}, self._options(payment)))
        if payment.source.startswith(READER) and answer.state == "declined" and not answer.detail:
            # No card has been presented yet.
            return Answer("pending", answer.reference, "waiting for a card at the reader")
        return answer

    def refund(self, payment: Payment, *, key: str, amount_minor: int) -> Returned:
        params: Any = {
            "payment_intent": self._reference(payment), "amount": amount_minor, "metadata": {"smartcart_key": key},
        }  # fmt: skip
        found = _call(lambda: self._client.v1.refunds.create(params, self._options(payment, key)))
        state = RETURNS.get(str(found.status))
        if state is None:
            raise ProviderUnsure(f"a refund in the unknown state {found.status}")
        return Returned(state, str(found.id), str(getattr(found, "failure_reason", None) or ""))

    def movements(self, since: float, until: float, *, account: str = "") -> list[Movement]:
        """Stripe's own list of what it took and gave back, by POSIX time: `since` included, `until` not."""
        options: Any = {"stripe_account": account} if account else {}
        params: Any = self._span(since, until) | {"limit": 100, "expand": ["data.source"]}
        rows = _call(lambda: list(self._client.v1.balance_transactions.list(params, options).auto_paging_iter()))
        found = [movement_of(row) for row in rows if since <= float(row.created) < until]
        return [movement for movement in found if movement is not None]

    def _span(self, since: float, until: float) -> dict[str, Any]:
        # Whole seconds, as Stripe counts: what is a fraction too early is left out above.
        return {"created": {"gte": int(since), "lt": math.ceil(until)}}

    @property
    def _intents(self) -> Any:
        return self._client.v1.payment_intents

    def _params(self, payment: Payment) -> dict[str, Any]:
        return {
            "amount": payment.amount_minor, "currency": payment.currency.lower(), "capture_method": "manual",
            "metadata": {"smartcart_key": payment.key},
        }  # fmt: skip

    def _options(self, payment: Payment, key: str = "") -> Any:
        options: dict[str, Any] = {"idempotency_key": key} if key else {}
        return options | ({"stripe_account": payment.account} if payment.account else {})

    def _present(self, payment: Payment) -> Answer:
        """A PaymentIntent without a card, and the reader that asks for one; what comes of it is asked for later."""
        params = self._params(payment) | {"payment_method_types": ["card_present"]}
        intent = _call(lambda: self._intents.create(params, self._options(payment, payment.key)))
        if intent.status == "requires_payment_method":
            reader = payment.source.removeprefix(READER)
            options = self._options(payment, f"{payment.key}-reader")
            ask: Any = {"payment_intent": intent.id}
            _call(lambda: self._client.v1.terminal.readers.process_payment_intent(reader, ask, options))
            return Answer("pending", str(intent.id), "waiting for a card at the reader")
        return _answer(intent)

    def _reference(self, payment: Payment) -> str:
        if not payment.reference:
            raise ProviderRefused("the payment has no PaymentIntent yet")
        return payment.reference

    def _again(self, payment: Payment, reference: str = "") -> Callable[[], Answer]:
        """An intent that is elsewhere by now refuses the step: how it stands is the answer."""
        return lambda: _told(lambda: self._intents.retrieve(reference or payment.reference, {}, self._options(payment)))

    def _void_unknown(self, payment: Payment) -> str:
        """The intent that a call whose answer was lost may have made. Asked for again under its key it is the same one,
        or a new one that only sets money aside: either way it is cancelled next."""
        try:
            return self.authorise(payment).reference
        except ProviderRefused:
            return ""


def event_read(body: bytes, signature: str, secret: str) -> StripeEvent | None:
    """A webhook's event, if Stripe signed it within five minutes; else None."""
    if not secret:
        return None
    try:
        event: Any = stripe.Webhook.construct_event(body, signature, secret)
    except (ValueError, stripe.SignatureVerificationError):
        return None
    thing = json.loads(body)["data"]["object"]
    intent = thing.get("id") if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    # A refund's key is its own, and names no payment.
    key = "" if thing.get("object") == "refund" else (thing.get("metadata") or {}).get("smartcart_key", "")
    return StripeEvent(str(event.id), str(event.type), str(key), str(intent or ""))


def _told(call: Callable[[], Any], else_: Callable[[], Answer] | None = None) -> Answer:
    """The answer of a call for an intent; a card that was declined is an answer as well."""
    try:
        return _answer(_call(call))
    except stripe.CardError as error:
        intent = getattr(error.error, "payment_intent", None) if error.error else None
        reference = str(intent["id"]) if intent else ""
        return Answer("declined", reference, str(error.user_message or error.code or "the card was declined")[:200])
    except ProviderRefused as error:
        if else_ is not None and error.args[-1:] == ("moved",):
            return else_()
        raise


def _call(call: Callable[[], Any]) -> Any:
    """Stripe's errors in the port's terms. What did not reach Stripe, or came to grief there, may have happened."""
    try:
        return call()
    except stripe.CardError:
        raise
    except stripe.InvalidRequestError as error:
        if error.code in {"payment_intent_unexpected_state", "charge_already_captured"}:
            raise ProviderRefused(str(error.user_message or error), "moved") from error
        raise ProviderRefused(str(error.user_message or error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise ProviderRefused("Stripe does not accept our key") from error
    except stripe.IdempotencyError as error:
        raise ProviderUnsure("this key is being used, or stands for another payment") from error
    except stripe.StripeError as error:
        raise ProviderUnsure(f"{type(error).__name__}: {error.user_message or error}"[:200]) from error


def _answer(intent: Any) -> Answer:
    state = STATES.get(str(intent.status))
    if state is None:
        raise ProviderUnsure(f"a payment in the unknown state {intent.status}")
    failure = getattr(intent, "last_payment_error", None)
    detail = str(getattr(failure, "message", "") or "") if failure else ""
    held = int(getattr(intent, "amount_capturable", 0) or 0)
    part = held if state == "authorised" and 0 < held < int(intent.amount) else None
    return Answer(state, str(intent.id), detail[:200], part)
