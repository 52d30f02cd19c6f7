"""Vouchers and coupons count as often as they may, and no oftener, whoever asks at the same time."""

import threading
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from inventory.models import Claim, Coupon, MemberCard, Store
from inventory.selectors.catalogue import forget_catalogues, store_catalogue
from inventory.selectors.tokens import NoToken, Token, may_be_token, token_for
from inventory.services.claims import ClaimLost, claim_take, claims_release, claims_settle
from inventory.services.promotions import promotion_set
from inventory.services.pseudonyms import member_card_add
from tests.inventory.world import NOW, make_product, make_store

ANA, BEN = uuid.UUID(int=1), uuid.UUID(int=2)
SLIP = Token(kind="voucher", code="9810001001502", amount_minor=150, uses=1)
MILK = "4006381333931"


def _take(store: Store, token: Token, holder: uuid.UUID, have: int = 0) -> bool:
    return claim_take(retailer_id=store.retailer_id, token=token, holder=holder, have=have, now=NOW).granted


def _entry(token: Token, used: bool = True) -> dict[str, Any]:
    return {"kind": token.kind, "code": token.code, "claimed": True, "used": used}


@pytest.mark.django_db
class TestClaims:
    def test_a_voucher_is_held_by_the_trip_that_scanned_it_first(self) -> None:
        store = make_store()

        assert _take(store, SLIP, ANA)
        assert not _take(store, SLIP, BEN)
        assert _take(store, SLIP, ANA), "the same scan again, after a crash"
        assert not _take(store, SLIP, ANA, have=1), "a second use by the same trip"

    def test_a_coupon_for_three_uses_serves_three(self) -> None:
        store = make_store()
        coupon = Token(kind="coupon", code="TEN", promotion="TEN", uses=3)

        taken = [_take(store, coupon, ANA), _take(store, coupon, ANA, have=1), _take(store, coupon, BEN)]

        assert taken == [True, True, True]
        assert not _take(store, coupon, BEN, have=1)

    def test_what_has_no_limit_needs_no_claim(self) -> None:
        assert _take(make_store(), Token(kind="coupon", code="ALL", promotion="ALL"), ANA)
        assert not Claim.objects.exists()

    def test_one_retailers_voucher_is_nothing_to_another(self) -> None:
        assert _take(make_store(), SLIP, ANA)
        assert _take(make_store("Next Door"), SLIP, BEN)

    def test_paying_redeems_what_was_used_and_frees_the_rest(self) -> None:
        store = make_store()
        other = Token(kind="voucher", code="9810002009994", amount_minor=9999, uses=1)
        _take(store, SLIP, ANA), _take(store, other, ANA)

        redeemed = claims_settle(holder=ANA, presented=[_entry(SLIP), _entry(other, used=False)], now=NOW)

        assert redeemed == 1
        assert not _take(store, SLIP, BEN)
        assert _take(store, other, BEN)

    def test_nothing_is_redeemed_twice(self) -> None:
        store = make_store()
        _take(store, SLIP, ANA)
        claims_settle(holder=ANA, presented=[_entry(SLIP)], now=NOW)

        with pytest.raises(ClaimLost):
            claims_settle(holder=ANA, presented=[_entry(SLIP)], now=NOW)

    def test_a_use_that_another_holds_is_not_redeemed(self) -> None:
        _take(make_store(), SLIP, BEN)

        with pytest.raises(ClaimLost):
            claims_settle(holder=ANA, presented=[_entry(SLIP)], now=NOW)

    def test_what_is_given_back_is_free_for_another(self) -> None:
        store = make_store()
        _take(store, SLIP, ANA)

        assert claims_release(holder=ANA, kind="voucher", code=SLIP.code) == 1
        assert _take(store, SLIP, BEN)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """The race is made certain: both have seen that the voucher is free before either writes."""

    @pytest.fixture(autouse=True)
    def _only_where_two_can_write(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite lets one transaction write at a time")

    def _race(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
        barrier, taken, met = threading.Barrier(2), [], threading.local()
        insert = Claim.objects.bulk_create

        def late(*args: Any, **kwargs: Any) -> Any:
            if not hasattr(met, "once"):
                met.once = True
                barrier.wait(20)
            return insert(*args, **kwargs)

        monkeypatch.setattr(Claim.objects, "bulk_create", late, raising=False)

        def ask(holder: uuid.UUID) -> None:
            try:
                taken.append(_take(store, SLIP, holder))
            finally:
                connection.close()

        threads = [threading.Thread(target=ask, args=[holder]) for holder in (ANA, BEN)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return taken

    def test_one_gets_the_voucher(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert sorted(self._race(make_store(), monkeypatch)) == [False, True]
        assert Claim.objects.count() == 1

    def test_without_the_constraint_both_would(self, monkeypatch: pytest.MonkeyPatch) -> None:
        store = make_store()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE inventory_claim DROP CONSTRAINT each_use_claimed_once")
        try:
            self._race(store, monkeypatch)
            assert Claim.objects.count() == 2, "the one voucher, held twice"
        finally:
            Claim.objects.all().delete()
            with connection.cursor() as cursor:
                columns = "UNIQUE (retailer_id, kind, code, number)"
                cursor.execute(f"ALTER TABLE inventory_claim ADD CONSTRAINT each_use_claimed_once {columns}")


@pytest.mark.django_db
class TestRecognised:
    @pytest.fixture
    def store(self) -> Store:
        store = make_store(label_templates=["voucher:981SSSSSPPPPC:P2"])
        make_product(store, "Milk", MILK, category="Dairy")
        rule = {"kind": "percent", "on": {"groups": ["Dairy"]}, "percent_bp": 1000, "coupon": "TEN"}
        promotion_set(store_id=store.pk, code="ten", name="Ten", rule=rule, now=NOW)
        forget_catalogues()
        return store

    def _token(self, store: Store, code: str, now: datetime = NOW) -> Token | NoToken | None:
        return token_for(store_catalogue(store.pk), code, now)

    def test_goods_are_no_token_and_the_rest_may_be(self, store: Store) -> None:
        catalogue = store_catalogue(store.pk)

        assert not may_be_token(catalogue, MILK)
        assert not may_be_token(catalogue, f"]E0{MILK}")
        assert may_be_token(catalogue, "TEN")
        assert self._token(store, "never seen") is None

    def test_a_voucher_bears_its_worth(self, store: Store) -> None:
        assert self._token(store, "]E09810000101505") == Token(
            kind="voucher", code="9810000101505", amount_minor=150, uses=1
        )

    def test_a_voucher_whose_worth_cannot_be_read_is_refused(self, store: Store) -> None:
        answer = self._token(store, "9801234567892")

        assert isinstance(answer, NoToken)
        assert answer.why == "unknown_worth"

    def test_a_promotions_own_coupon_needs_no_list(self, store: Store) -> None:
        assert self._token(store, "]Q0TEN") == Token(kind="coupon", code="TEN", promotion="TEN")

    def test_a_listed_coupon_counts_as_often_as_it_says_and_while_it_is_valid(self, store: Store) -> None:
        day = timedelta(days=1)
        Coupon.objects.create(
            retailer=store.retailer, code="TEN-0007", promotion_coupon="TEN", valid_from=NOW, valid_until=NOW + day
        )

        assert self._token(store, "TEN-0007") == Token(kind="coupon", code="TEN-0007", promotion="TEN", uses=1)
        for now in (NOW - day, NOW + day):
            answer = self._token(store, "TEN-0007", now)
            assert isinstance(answer, NoToken)
            assert answer.why == "not_valid_now"

    def test_a_coupon_of_somebody_else_is_said_to_be_none_of_ours(self, store: Store) -> None:
        answer = self._token(store, "9912345678909")

        assert isinstance(answer, NoToken)
        assert answer.why == "unknown_coupon"

    def test_a_members_card_counts_only_where_it_was_issued_and_while_it_is_active(self, store: Store) -> None:
        card = member_card_add(retailer=store.retailer, number="2000123")
        member_card_add(retailer=make_store("Next Door").retailer, number="2000456")

        assert self._token(store, "]C0 2000123".replace(" ", "")) == Token(kind="member", code="2000123")
        assert self._token(store, "2000456") is None
        MemberCard.objects.filter(pk=card.pk).update(active=False)
        assert self._token(store, "2000123") is None
