"""While nobody is on duty: somebody is called, or the till takes over; nothing passes by itself."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User
from django.core import mail

from carts.models import DeviceKind
from carts.services.enrolment import device_enrol, enrolment_code_create
from checkout.errors import TillOnly
from checkout.models import Checkout, Escalation, OutboxMessage
from checkout.order_schemas import StaffPage
from checkout.providers import registry
from checkout.providers.free import Free
from checkout.providers.sandbox import Sandbox
from checkout.providers.till import Till
from checkout.services.away import PAGE_AGAIN, away_mend
from checkout.services.escalations import escalation_claim
from checkout.services.outbox import outbox_deliver
from checkout.services.payments import payment_start
from checkout.services.webhooks import endpoint_create
from inventory.models import AuditEntry, Membership
from tests.checkout.test_apis import post
from tests.checkout.world import NOW, Shop, in_review

LATER = NOW + PAGE_AGAIN


def waiting(shop: Shop, away: str, **policy: Any) -> Escalation:
    """A doubt that no camera and nobody looks into."""
    shop.store.policy = {"checkout": {"audit_share": 0.0, "away": away, "camera_use": "never"}, **policy}
    shop.store.save(update_fields=["policy"])
    Membership.objects.update(on_duty_since=None)
    return in_review(shop)


def till_token(shop: Shop) -> str:
    code = enrolment_code_create(store_id=shop.store.pk, kind=DeviceKind.TILL, now=NOW)
    return device_enrol(code=code, now=NOW).token


@pytest.fixture(autouse=True)
def _till(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_providers", lambda: (sandbox, Till(), Free()))


@pytest.fixture
def mailed(shop: Shop) -> Shop:
    User.objects.update(email="")
    shop.sue.email = "sue@hill.example"
    shop.sue.save(update_fields=["email"])
    shop.cal.email = "cal@elsewhere.example"
    shop.cal.save(update_fields=["email"])
    return shop


def test_paged_staff_get_a_mail_and_the_retailers_systems_an_event(mailed: Shop, settings: Any) -> None:
    settings.WEBHOOKS_TO_PRIVATE = True
    endpoint_create(retailer_id=mailed.store.retailer_id, url="http://127.0.0.1:9/hook", now=NOW)
    escalation = waiting(mailed, "page")

    assert away_mend(now=NOW) == 1
    assert away_mend(now=NOW) == 0, "once"

    escalation.refresh_from_db()
    assert (escalation.paged_at, escalation.paged_to, escalation.state) == (NOW, 2, "waiting")
    event = OutboxMessage.objects.get(topic="webhook.staff.page").payload
    assert event["type"] == "staff.page"
    assert msgspec.convert(event["data"], StaffPage, strict=True).cart == "A1"
    OutboxMessage.objects.filter(topic="webhook.staff.page").delete()
    outbox_deliver(now=NOW)
    (message,) = mail.outbox
    assert message.bcc == ["sue@hill.example"], "nobody of another store"
    assert str(escalation.id) in message.body
    assert AuditEntry.objects.get(action="review.page").detail == {"systems": 1, "people": 1}


def test_they_are_called_again_while_nobody_comes_and_no_more_once_somebody_has(mailed: Shop) -> None:
    escalation = waiting(mailed, "page")
    away_mend(now=NOW)

    assert away_mend(now=LATER - timedelta(seconds=1)) == 0
    assert away_mend(now=LATER) == 1
    escalation_claim(escalation_id=escalation.id, staff=mailed.sue, now=LATER)
    assert away_mend(now=LATER + PAGE_AGAIN) == 0


@pytest.mark.parametrize("away", ["page", "till"])
def test_with_somebody_on_duty_nobody_is_called_and_no_till_takes_over(mailed: Shop, away: str) -> None:
    escalation = waiting(mailed, away)
    Membership.objects.filter(user=mailed.ben).update(on_duty_since=NOW)

    assert away_mend(now=NOW) == 0
    escalation.refresh_from_db()
    assert (escalation.state, escalation.paged_at) == ("waiting", None)


def test_a_store_that_waits_calls_nobody(mailed: Shop) -> None:
    waiting(mailed, "wait")

    assert away_mend(now=NOW) == 0


def test_where_nobody_can_be_called_the_review_says_so(shop: Shop) -> None:
    User.objects.update(email="")
    escalation = waiting(shop, "page")

    away_mend(now=NOW)

    escalation.refresh_from_db()
    assert (escalation.paged_at, escalation.paged_to) == (NOW, 0)


def test_the_till_takes_over_and_must_say_that_it_looked_before_it_takes_money(shop: Shop) -> None:
    escalation = waiting(shop, "till")

    assert away_mend(now=NOW) == 1

    checkout = Checkout.objects.get()
    assert (checkout.state, checkout.till_only, checkout.open_escalations) == ("cleared", True, 0)
    body = shop.api().get(f"/api/v1/checkouts/{checkout.id}").json()
    assert (body["till_only"], "till" in body["message"]) == (True, True)
    with pytest.raises(TillOnly):
        payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key="k1", now=NOW)
    paid = post(shop.api(), f"checkouts/{checkout.id}/payments", {"method": "till", "source": "till"}, "t1")
    till = shop.api(till_token(shop))
    basket = till.get(f"/api/v1/till/baskets/{paid.json()['payment']['code']}").json()
    assert basket["check"], "the till is told what is in doubt"
    told = {"tender": "card", "reference": "R1", "amount": basket["amount"]}
    address = f"till/baskets/{basket['code']}/paid"
    unseen = post(till, address, told, "p1")
    assert (unseen.status_code, unseen.json()["code"]) == (409, "till_must_check")
    post(till, address, told | {"checked": True}, "p2")
    checkout.refresh_from_db()
    escalation.refresh_from_db()
    assert (checkout.state, escalation.conclusion) == ("paid", "till")


@pytest.mark.parametrize("policy", [{"payments": {"providers": ["sandbox"]}}, {"payments": {"providers": 7}}])
def test_where_no_till_can_take_it_somebody_is_called(mailed: Shop, policy: dict[str, Any]) -> None:
    escalation = waiting(mailed, "till", **policy)

    assert away_mend(now=NOW) == 1

    escalation.refresh_from_db()
    assert (escalation.state, escalation.paged_at) == ("waiting", NOW)
    assert Checkout.objects.get().state == "in_review"
