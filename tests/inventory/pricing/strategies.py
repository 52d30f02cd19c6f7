"""Baskets and promotions at random. Few products and round prices, so that promotions meet often."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from inventory.pricing import (
    AmountOff,
    BagLevy,
    BasketThreshold,
    CheapestFree,
    FixedPrice,
    Item,
    MixAndMatch,
    NForM,
    NForPrice,
    Part,
    Percent,
    Promotion,
    SecondUnit,
    Target,
    Terms,
    Voucher,
    currency,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PRODUCTS = {"ale": ("drink",), "bun": ("food",), "cod": ("food", "fish"), "dip": ("food", "bag")}

targets = st.one_of(
    st.just(Target(everything=True)),
    st.sampled_from(sorted(PRODUCTS)).map(lambda name: Target(products=frozenset({name}))),
    st.sampled_from(["drink", "food", "fish"]).map(lambda name: Target(groups=frozenset({name}))),
    st.just(Target(everything=True, but_not_groups=frozenset({"fish"}))),
)
amounts = st.integers(0, 600)
shares_bp = st.sampled_from([500, 1000, 2500, 3333, 5000, 10000])


@st.composite
def items(draw: st.DrawFn, line: int, most: int = 2) -> Item:
    """A line, by the piece or by weight."""
    product = draw(st.sampled_from(sorted(PRODUCTS)))
    weighed = draw(st.integers(0, 5)) == 0
    labelled = draw(st.integers(0, 7)) == 0
    return Item(
        line=line,
        product=product,
        quantity=draw(st.integers(1, most)),
        weight_g=draw(st.integers(1, 3000)) if weighed else None,
        unit_price_minor=draw(st.sampled_from([1, 99, 100, 250, 333, 500])),
        fixed_amount_minor=draw(amounts) if labelled else None,
        member_price_minor=draw(st.sampled_from([None, None, 80, 240])),
        tax_rate_bp=draw(st.sampled_from([0, 500, 700, 1900, 2000])),
        deposit_minor=draw(st.sampled_from([0, 0, 8, 25])),
        groups=PRODUCTS[product],
        discountable=draw(st.integers(0, 9)) != 0,
    )


@st.composite
def baskets(draw: st.DrawFn, lines: int = 8, most: int = 3) -> list[Item]:
    """Up to `lines` lines of up to `most` pieces."""
    return [draw(items(line + 1, most)) for line in range(draw(st.integers(0, lines)))]


@st.composite
def promotions(draw: st.DrawFn, name: str) -> Promotion:
    """A promotion of any kind."""
    common: dict[str, Any] = {
        "id": name,
        "name": f"Offer {name}",
        "group": draw(st.sampled_from(["offers", "offers", "members", "coupons", "zebra"])),
        "exclusive": draw(st.integers(0, 4)) == 0,
        "limit": draw(st.sampled_from([None, None, 1, 2])),
        "members_only": draw(st.integers(0, 5)) == 0,
        "coupon": draw(st.sampled_from([None, None, None, "SPRING", "AUTUMN"])),
        "coupon_uses": draw(st.sampled_from([1, 2, None])),
    }
    on, more, minor, share = draw(targets), draw(targets), draw(amounts), draw(shares_bp)
    same = draw(st.booleans())
    take = draw(st.integers(2, 3))
    kind = draw(st.integers(0, 8))
    if kind == 0:
        return Percent(on=on, percent_bp=share, **common)
    if kind == 1:
        return AmountOff(on=on, amount_minor=minor, **common)
    if kind == 2:
        return FixedPrice(on=on, price_minor=minor, **common)
    if kind == 3:
        return NForM(on=on, take=take, pay=draw(st.integers(1, take - 1)), same_product=same, **common)
    if kind == 4:
        return NForPrice(on=on, take=take, price_minor=minor, same_product=same, **common)
    if kind == 5:
        return SecondUnit(on=on, percent_bp=share, same_product=same, **common)
    if kind == 6:
        return CheapestFree(on=on, buy=draw(st.integers(1, 2)), free_on=draw(st.sampled_from([None, more])), **common)
    if kind == 7:
        parts = (Part(on=on, count=draw(st.integers(1, 2))), Part(on=more))
        reward: dict[str, Any] = draw(
            st.sampled_from([{"price_minor": minor}, {"percent_bp": share}, {"amount_minor": minor}])
        )
        return MixAndMatch(parts=parts, **reward, **common)
    common["group"] = draw(st.sampled_from(["basket", "basket", "offers", "coupons"]))
    minimum = draw(st.integers(1, 1500))
    if draw(st.booleans()):
        before = draw(st.booleans())
        return BasketThreshold(on=on, minimum_minor=minimum, percent_bp=share, counts_before_offers=before, **common)
    return BasketThreshold(on=on, minimum_minor=minimum, amount_minor=minor, repeats=draw(st.booleans()), **common)


@st.composite
def rule_sets(draw: st.DrawFn, most: int = 5) -> list[Promotion]:
    """Up to `most` promotions."""
    return [draw(promotions(f"p{i}")) for i in range(draw(st.integers(0, most)))]


@st.composite
def terms(draw: st.DrawFn, rules: list[Promotion]) -> Terms:
    """Terms of a store with these promotions."""
    return Terms(
        currency=currency(draw(st.sampled_from(["EUR", "JPY", "KWD", "CHF"]))),
        now=NOW,
        tax_inclusive=draw(st.booleans()),
        promotions=rules,
        member=draw(st.booleans()),
        coupons=tuple(draw(st.lists(st.sampled_from(["SPRING", "AUTUMN"]), max_size=3))),
        vouchers=tuple(
            Voucher(code=code, amount_minor=amount)
            for code, amount in draw(st.lists(st.tuples(st.sampled_from("vwx"), st.integers(1, 400)), max_size=3))
        ),
        redeemed=frozenset(draw(st.sets(st.sampled_from("vwx"), max_size=1))),
        bag_levy=draw(st.sampled_from([None, BagLevy(amount_minor=10, tax_rate_bp=1900)])),
        deposit_taxed=draw(st.booleans()),
        tender=draw(st.sampled_from(["card", "cash"])),
    )
