"""A basket goes to a manned till and comes back paid; a till's word is good for its own store's baskets only."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from carts.models import DeviceKind
from carts.services.enrolment import device_enrol, enrolment_code_create
from checkout.models import Checkout, ExitPass, IdempotencyKey, PaymentAttempt, Receipt, RefundPart, TillBasket
from checkout.presenting import shown
from checkout.providers import registry
from checkout.providers.free import Free
from checkout.providers.sandbox import Sandbox
from checkout.providers.till import Till, till_read
from checkout.selectors.cashing_up import day_totals
from checkout.services.idempotency import run_once
from checkout.services.passes import pass_token
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_request
from tests.checkout.test_apis import opened, post
from tests.checkout.world import BREAD, MILK, NOW, Shop, make_shop, make_trip

DUE = 2 * 149 + 299


@pytest.fixture(autouse=True)
def _till(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_providers", lambda: (sandbox, Till(), Free()))


def till_of(shop: Shop) -> Any:
    code = enrolment_code_create(store_id=shop.store.pk, kind=DeviceKind.TILL, now=NOW)
    return shop.api(device_enrol(code=code, now=NOW).token)


def handed_over(shop: Shop) -> tuple[str, str]:
    """The checkout's address and the code of its basket."""
    url = f"checkouts/{opened(shop, make_trip(shop)).json()['id']}"
    answer = post(shop.api(), f"{url}/payments", {"method": "till", "source": "till"}).json()
    assert (answer["state"], answer["payment"]["state"]) == ("paying", "created")
    return url, answer["payment"]["code"]


def test_a_basket_is_read_and_paid_at_the_till_and_the_shopper_gets_receipt_and_pass(shop: Shop) -> None:
    url, code = handed_over(shop)
    till = till_of(shop)
    basket = till.get(f"/api/v1/till/baskets/{code}").json()
    assert (basket["amount"], [line["quantity"] for line in basket["lines"]]) == (DUE, [2, 1])

    told = {"tender": "cash", "reference": "R-77", "amount": DUE}
    answers = [post(till, f"till/baskets/{code}/paid", told, "t1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["state"] == "paid"
    after = shop.api().get(f"/api/v1/{url}").json()
    assert (after["state"], after["payment"]["state"], after["payment"]["code"]) == ("paid", "captured", "")
    assert PaymentAttempt.objects.get().reference == "R-77"


def test_the_till_takes_exactly_what_is_owed(shop: Shop) -> None:
    _, code = handed_over(shop)

    answer = post(till_of(shop), f"till/baskets/{code}/paid", {"tender": "cash", "reference": "R", "amount": DUE - 1})

    assert (answer.status_code, answer.json()["code"]) == (422, "payment_amount_invalid")
    assert TillBasket.objects.get().state == "open"


def test_a_basket_of_another_store_or_with_another_signature_is_unknown(shop: Shop) -> None:
    _, code = handed_over(shop)
    elsewhere = till_of(make_shop("Dale Foods"))
    forged = code[:-1] + ("0" if code[-1] != "0" else "1")

    answers = [elsewhere.get(f"/api/v1/till/baskets/{code}"), till_of(shop).get(f"/api/v1/till/baskets/{forged}")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_carts_do_not_say_that_they_are_paid(shop: Shop) -> None:
    _, code = handed_over(shop)

    answer = post(shop.api(), f"till/baskets/{code}/paid", {"tender": "cash", "reference": "R", "amount": DUE})

    assert answer.status_code == 403


def test_a_tills_code_is_no_exit_pass_and_an_exit_pass_is_no_tills_code(shop: Shop) -> None:
    _, code = handed_over(shop)
    post(till_of(shop), f"till/baskets/{code}/paid", {"tender": "cash", "reference": "R", "amount": DUE})

    at_the_gate = post(shop.api(shop.gate_token), "gate/open", {"pass": code}, None)

    assert at_the_gate.status_code == 404
    assert till_read(pass_token(ExitPass.objects.get())) is None


def test_who_lost_the_lease_answers_with_the_bytes_that_were_kept(shop: Shop) -> None:
    def call() -> tuple[int, bytes]:
        IdempotencyKey.objects.update(status=201, body=b"first")  # the repeat was faster
        return 201, b"second"

    answer, repeated = run_once(principal="p", key="k", store_id=shop.store.pk, print_="f", now=NOW, call=call)

    assert (answer, repeated) == ((201, b"first"), True)


def paid_in_cash(shop: Shop, step: int, items: dict[str, int]) -> tuple[Checkout, int]:
    """The checkout, and what the till was to take."""
    shop.store.policy = shop.store.policy | {"pricing": {"cash_step_minor": step}}
    shop.store.save()
    url = f"checkouts/{opened(shop, make_trip(shop, items=items)).json()['id']}"
    code = post(shop.api(), f"{url}/payments", {"method": "till", "source": "till"}).json()["payment"]["code"]
    till = till_of(shop)
    wanted = till.get(f"/api/v1/till/baskets/{code}").json()["amount_cash"]
    answer = post(till, f"till/baskets/{code}/paid", {"tender": "cash", "reference": "R", "amount": wanted})
    assert answer.status_code == 201
    return Checkout.objects.get(), wanted


def test_cash_is_rounded_to_what_coins_can_pay_and_the_receipt_and_the_books_say_so(shop: Shop) -> None:
    checkout, taken = paid_in_cash(shop, 5, {MILK: 1, BREAD: 1})

    receipt = Receipt.objects.get()
    rows = shown(receipt, "en").payments
    (tender,) = day_totals(shop.store, receipt.issued_at, receipt.issued_at + timedelta(seconds=1))["tenders"]

    assert (checkout.amount_minor, taken, checkout.attempts.get().rounding_minor) == (448, 450, 2)
    assert [(row[0], row[2].replace("\xa0", " ")) for row in rows] == [
        ("Rounding", "€ 0,02"),
        ("Paid by till", "€ 4,50"),
    ]
    assert (tender["amount"], tender["rounding"]) == (448, 2)


def given_back_piece_by_piece(shop: Shop, checkout: Checkout) -> list[int]:
    """What the drawer gives for each of three pieces of the first line."""
    for key in "abc":
        now = timezone.now()
        refund = refund_request(
            checkout_id=checkout.id, lines={1: 1}, reason="returned", key=key, staff=shop.sue, now=now
        )
        refund_advance(refund_id=refund.id, now=now)
    return [part.amount_minor + part.rounding_minor for part in RefundPart.objects.all()]


@pytest.mark.parametrize(("tender", "amount"), [("cash", 448), ("card", 450), ("cash", 449), ("cash", 0)])
def test_only_cash_is_rounded_and_to_nothing_but_its_step(shop: Shop, tender: str, amount: int) -> None:
    shop.store.policy = shop.store.policy | {"pricing": {"cash_step_minor": 5}}
    shop.store.save()
    url = f"checkouts/{opened(shop, make_trip(shop, items={MILK: 1, BREAD: 1})).json()['id']}"
    code = post(shop.api(), f"{url}/payments", {"method": "till", "source": "till"}).json()["payment"]["code"]

    answer = post(till_of(shop), f"till/baskets/{code}/paid", {"tender": tender, "reference": "R", "amount": amount})

    assert (answer.status_code, TillBasket.objects.get().state) == (422, "open")


@pytest.mark.parametrize("step", [1, 5, 10, 100])
def test_cash_goes_back_rounded_and_in_whatever_steps_as_much_as_was_taken(shop: Shop, step: int) -> None:
    checkout, taken = paid_in_cash(shop, step, {MILK: 3})

    out = given_back_piece_by_piece(shop, checkout)

    assert sum(out) == taken
    assert all(amount % step == 0 for amount in out)


def test_what_cash_gave_back_stays_what_was_taken_when_the_step_changes_between(shop: Shop) -> None:
    checkout, taken = paid_in_cash(shop, 100, {MILK: 3})
    shop.store.policy = shop.store.policy | {"pricing": {"cash_step_minor": 1}}
    shop.store.save()

    out = given_back_piece_by_piece(shop, checkout)

    assert (sum(out), min(out) >= 0) == (taken, True)
