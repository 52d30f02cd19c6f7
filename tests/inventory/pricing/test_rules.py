"""A store's own rules of pricing."""

import pytest

from inventory.pricing import BagLevy, PricingError, StorePricing, pricing_from


@pytest.mark.parametrize(("rule", "cheaper", "dearer"), [("lower", 90, 100), ("always", 90, 110), ("never", 100, 100)])
def test_a_new_price_counts_for_what_lies_in_a_cart_by_the_rule(rule: str, cheaper: int, dearer: int) -> None:
    rules = pricing_from({"price_changes": rule})

    assert (rules.price_now(100, 90), rules.price_now(100, 110), rules.price_now(100, 100)) == (cheaper, dearer, 100)


def test_without_settings_only_lower_prices_count_and_dates_are_kept() -> None:
    rules = pricing_from({})

    assert rules == StorePricing()
    assert (rules.price_changes, rules.best_before, rules.deposit_taxed, rules.bag_levy) == (
        "lower", "refuse", False, None,
    )  # fmt: skip
    assert rules.cash_step_minor is None


def test_the_cash_step_is_the_currencys_unless_the_store_has_its_own() -> None:
    assert pricing_from({}).currency("CHF", 2).cash_step_minor == 5
    assert pricing_from({"cash_step_minor": 10}).currency("CHF", 2).cash_step_minor == 10
    assert pricing_from({"cash_step_minor": 5}).currency("EUR", 2).cash(178) == 180
    # In other places than the currency's usual ones, its usual step means nothing.
    assert pricing_from({}).currency("CHF", 3).cash_step_minor == 1
    assert pricing_from({}).currency("JPY", 0).exponent == 0


def test_a_bag_levy_is_read_whole() -> None:
    rules = pricing_from({"bag_levy": {"amount_minor": 10, "group": "bags", "tax_rate_bp": 2000}})

    assert rules.bag_levy == BagLevy(amount_minor=10, group="bags", tax_rate_bp=2000)
    assert pricing_from({"bag_levy": {"amount_minor": 0}}).bag_levy == BagLevy(amount_minor=0)


@pytest.mark.parametrize(
    "settings",
    [
        {"price_changes": "sometimes"}, {"cash_step_minor": 0}, {"cash_step_minor": "5"}, {"unknown": 1}, [], "lower",
        {"bag_levy": {"amount_minor": -1}}, {"bag_levy": {"amount_minor": 1, "tax_rate_bp": -1}},
        {"best_before": "maybe"}, {"groups": "offers"},
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_refused(settings: object) -> None:
    with pytest.raises(PricingError) as refusal:
        pricing_from(settings)

    assert refusal.value.code == "invalid_terms"
