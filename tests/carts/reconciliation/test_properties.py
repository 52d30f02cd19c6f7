"""What holds whatever is drawn: the order of simultaneous events, corrections, snapshots."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from carts.reconciliation import Engine

from .drawn import Cart, learned_book

GRAMS = {"milk": 1040, "tea": 130, "rice": 515}


def outcome(cart: Cart) -> tuple[object, ...]:
    verdict = cart.engine.verdict(cart.at)
    return verdict.outcome, round(verdict.risk, 6), sorted((d.kind, d.products, d.opened_at) for d in cart.opened())


@settings(max_examples=8, deadline=None)
@given(st.permutations(["milk", "tea", "rice"]), st.sampled_from([0, 75, 700]))
def test_permuting_events_within_their_slack_changes_nothing(order: list[str], hidden: int) -> None:
    def trip(products: list[str]) -> Cart:
        cart = Cart()
        for product in products:
            cart.said += cart.engine.scan(cart.at, product, 1, len(product))
        return cart.stand(2).put(1040 + 130 + 515 + hidden).stand(40)

    assert outcome(trip(order)) == outcome(trip(["milk", "tea", "rice"]))


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["unscanned", "hidden", "swap", "extra", "not_placed", "removed", "not_removed"]),
    st.sampled_from([1.0, 5.0]),
    st.integers(10, 35),
)
def test_every_corrected_discrepancy_is_cleared(kind: str, division: float, seconds: int) -> None:
    cart = Cart(division_g=division).scan("milk", line=1).stand(2).put(1040).stand(12)
    cart.scan("rice", line=2).stand(2)
    wrongs = {
        "unscanned": lambda: cart.put(515).stand(8).put(333),
        "hidden": lambda: cart.put(515 + 333),
        "swap": lambda: cart.put(850),
        "extra": lambda: cart.put(1030),
        "not_placed": lambda: cart,
        "removed": lambda: cart.put(515).stand(12).take(1040),
        "not_removed": lambda: cart.put(515).stand(12).remove("milk", line=1),
    }
    rights = {
        "unscanned": lambda: cart.take(333),
        "hidden": lambda: cart.take(333),
        "swap": lambda: cart.take(850, 4).put(515),
        "extra": lambda: cart.take(515),
        "not_placed": lambda: cart.put(515),
        "removed": lambda: cart.put(1040),
        "not_removed": lambda: cart.take(1040),
    }
    wrongs[kind]()
    cart.stand(28 if kind.startswith("not_") else seconds)
    assert cart.opened(), kind

    rights[kind]()
    cart.stand(40)

    assert cart.engine.verdict(cart.at).discrepancies == (), kind
    assert {d.id for d in cart.opened()} <= set(cart.cleared())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 9))
def test_a_snapshot_between_any_two_calls_changes_nothing(cut: int) -> None:
    book = learned_book()

    def trip(saved: bool) -> tuple[object, ...]:
        cart = Cart(book)
        acts: list[Callable[[], Cart]] = [
            lambda: cart.scan("milk", line=1),
            lambda: cart.stand(2),
            lambda: cart.put(1040),
            lambda: cart.roll(6),
            lambda: cart.scan("rice", line=2),
            lambda: cart.put(515 + 200),
            lambda: cart.stand(10),
            lambda: cart.take(200),
            lambda: cart.hole(9),
            lambda: cart.stand(30),
        ]
        for number, act in enumerate(acts):
            if saved and number == cut:
                cart.engine = Engine.restore(cart.engine.snapshot(), book=book)
            act()
        return outcome(cart)

    assert trip(saved=True) == trip(saved=False)
