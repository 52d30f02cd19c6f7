"""Doubts while nobody is on duty: somebody is called, or the till takes over. Never a silent pass.

What a store has chosen (`Rules.away`) holds for every review that waits, however it came to wait: at the seal, after a
look that settled nothing, or because who had it went away. So it is the sweep that asks, every few seconds.

    wait   nothing is done: the review waits until someone is on duty
    page   the event `staff.page` goes to the retailer's systems, a mail to whoever may review, a mark to the console;
           again every ten minutes while nobody comes
    till   the checkout may be paid at a till only, which must say that it has looked into the cart; where the store
           takes no till, or money is set aside already, somebody is called instead
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q

from carts.nudges import nudge_cart, nudge_store
from checkout import policy
from checkout.models import Checkout, CheckoutState, Conclusion, Escalation, EscalationState, OutboxMessage
from checkout.models.below import Store
from checkout.providers import provider_for
from checkout.selectors.lanes import people_to_call, staff_on_duty
from checkout.services.announcing import announce
from checkout.services.moves import escalation_move
from checkout.services.outbox import outbox_put
from checkout.services.problems import checkout_ready
from checkout.services.tenders import checkout_lock
from checkout.tendering import TenderingError, payment_rules
from inventory.services.audit import audit_record

PAGE_AGAIN = timedelta(minutes=10)
AT_ONCE = 100
TILL = "till"


def away_mend(*, now: datetime) -> int:
    """Does what the stores want with reviews that wait for nobody; says with how many it did something."""
    uncalled = Q(paged_at=None) | Q(paged_at__lte=now - PAGE_AGAIN)
    rows = Escalation.objects.filter(uncalled, state=EscalationState.WAITING).select_related("store", "checkout__trip")
    chosen: dict[int, str] = {}
    count = 0
    for escalation in rows.order_by("opened_at")[:AT_ONCE]:
        if escalation.store_id not in chosen:
            chosen[escalation.store_id] = _chosen(escalation.store)
        wish = chosen[escalation.store_id]
        if wish == TILL and till_takes_over(escalation, now=now):
            count += 1
        elif wish in {TILL, "page"}:
            count += staff_page(escalation, now=now)
    return count


@transaction.atomic
def staff_page(escalation: Escalation, *, now: datetime) -> bool:
    """Calls somebody, once however many ask at the same moment; False if another did, or someone has come."""
    rows = Escalation.objects.filter(id=escalation.id, state=EscalationState.WAITING, paged_at=escalation.paged_at)
    if rows.update(paged_at=now) != 1:
        return False
    checkout = escalation.checkout
    data = {
        "checkout": str(checkout.id), "trip": str(checkout.trip_id), "store": escalation.store.code,
        "currency": checkout.currency, "review": str(escalation.id), "cart": checkout.trip.cart.label,
        "lane": escalation.lane.name if escalation.lane else "", "amount": checkout.amount_minor,
        "waiting_since": escalation.opened_at.isoformat(), "console": _console_url(escalation),
        "reasons": [str(reason.get("code", "")) for reason in escalation.reasons],
    }  # fmt: skip
    systems = announce(store=escalation.store, checkout_id=checkout.id, event="staff.page", data=data, now=now)
    people = len(people_to_call(escalation.store))
    if people:
        payload = {"review": str(escalation.id)}
        outbox_put(
            store_id=escalation.store_id, topic="page.mail", group=f"page:{escalation.id}", payload=payload, now=now
        )
    rows = Escalation.objects.filter(id=escalation.id)
    rows.update(paged_to=systems + people)
    _note("review.page", escalation, {"systems": systems, "people": people}, now)
    return True


@transaction.atomic
def till_takes_over(escalation: Escalation, *, now: datetime) -> bool:
    """The doubt goes to a till, which looks into the cart before it takes money. False where no till can take it."""
    checkout = checkout_lock(escalation.checkout_id)
    provider = provider_for(TILL)
    if provider is None or checkout.state != CheckoutState.IN_REVIEW or checkout.reserved_minor:
        return False
    if not checkout.amount_minor or not _takes_tills(escalation.store, provider.name):
        return False
    waiting = {"claimed_by": None}
    fields = {"conclusion": Conclusion.TILL, "resolved_at": now, "claim_until": None}
    rows = Checkout.objects.filter(id=checkout.id, state=CheckoutState.IN_REVIEW)
    if not escalation_move(escalation.id, EscalationState.RESOLVED, only=waiting, **fields):
        return False
    rows.update(open_escalations=F("open_escalations") - 1, till_only=True)
    checkout_ready(checkout.id, now=now)
    _note("review.till", escalation, {"checkout": str(checkout.id)}, now)
    return True


def page_mail(message: OutboxMessage, now: datetime) -> None:
    """Tells those who may review, by mail, while the review still waits; raises what the mail server says."""
    rows = Escalation.objects.select_related("store", "checkout__trip__cart", "lane")
    escalation = rows.filter(id=message.payload["review"], state=EscalationState.WAITING).first()
    if escalation is None:
        return
    cart, lane = escalation.checkout.trip.cart.label, escalation.lane.name if escalation.lane else ""
    where = f"{escalation.store.name}{', ' + lane if lane else ''}"
    why = [str(reason.get("text", "")) for reason in escalation.reasons]
    lines = [f"Cart {cart} waits for a person and nobody is on duty.", "", where, *why, "", _console_url(escalation)]
    EmailMessage(
        subject=" ".join(f"Cart {cart} waits: {where}".split()), body="\n".join(lines),
        bcc=people_to_call(escalation.store),
    ).send()  # fmt: skip


def _chosen(store: Store) -> str:
    if staff_on_duty(store):
        return "wait"
    try:
        return policy.rules_for(store.venue, store.policy.get("checkout", {}), store.currency_exponent).away
    except policy.PolicyError:
        # What can't be read must not leave a shopper alone.
        return "page"


def _takes_tills(store: Store, provider: str) -> bool:
    try:
        named = payment_rules(store.policy).providers
    except TenderingError:
        return False
    return not named or provider in named


def _console_url(escalation: Escalation) -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}/console/reviews/{escalation.id}/"


def _note(action: str, escalation: Escalation, detail: dict[str, object], now: datetime) -> None:
    nudge_store(store_id=escalation.store_id, what="review", id=str(escalation.id))
    nudge_cart(cart_id=escalation.checkout.trip.cart_id, what="trip")
    subject, store = f"escalation:{escalation.id}", escalation.store
    audit_record(action=action, subject=subject, actor_name="policy", store=store, detail=detail, now=now)
