"""When to look: what could be lost against what a look costs."""

from typing import Any

import pytest

from checkout.audits import commitment, day_seed, draw, loss_estimate
from checkout.policy import (
    PRESETS,
    Doubt,
    PolicyError,
    Rules,
    Situation,
    Suspect,
    decide,
    rules_for,
    value_at_risk,
)

RULES = Rules(audit_share=0.0)


def situation(**fields: Any) -> Situation:
    values: dict[str, Any] = {
        "outcome": "clear", "risk": 0.004, "due_minor": 3000, "typical_minor": 250, "cameras": 1, "staff_on_duty": 1,
    }  # fmt: skip
    return Situation(**(values | fields))


def doubted(value: int = 300, probability: float = 0.9, **fields: Any) -> Situation:
    doubt = Doubt("unscanned", probability, value)
    return situation(outcome="review", risk=0.9, doubts=(doubt,), verdict_reasons=("unscanned",), **fields)


def codes(decision: Any) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_a_trip_that_agrees_goes_straight_to_payment() -> None:
    decision = decide(situation(), RULES)

    assert (decision.action, codes(decision)) == ("pay", ["weights_agree"])


def test_a_doubt_worth_more_than_a_look_is_looked_at_by_camera() -> None:
    decision = decide(doubted(), RULES)

    assert decision.action == "look"
    assert decision.expected_loss_minor == pytest.approx(0.9 * 300 * 0.75, abs=0.01)


def test_a_doubt_worth_less_than_a_look_is_let_go_and_says_so() -> None:
    decision = decide(doubted(value=8), RULES)

    assert decision.action == "pay"
    assert codes(decision) == ["below_cost", "unscanned"]


def test_the_same_doubt_is_looked_at_where_the_store_tolerates_nothing() -> None:
    assert decide(doubted(value=8), Rules(tolerated_loss_minor=0)).action == "look"


def test_without_a_camera_a_doubt_is_for_a_person() -> None:
    decision = decide(doubted(cameras=0), RULES)

    assert (decision.action, codes(decision)) == ("ask", ["unscanned", "no_camera"])


@pytest.mark.parametrize("value", [30, 300, 9000])
def test_with_neither_camera_nor_staff_a_doubt_waits_and_never_passes(value: int) -> None:
    decision = decide(doubted(value=value, cameras=0, staff_on_duty=0), RULES)

    assert decision.action == "ask"
    assert codes(decision)[-1] == "no_staff"


@pytest.mark.parametrize("reasons", [("events_lost",), ("risk",), ()])
def test_a_doubt_without_a_price_is_never_let_go(reasons: tuple[str, ...]) -> None:
    decision = decide(situation(outcome="review", risk=0.01, verdict_reasons=reasons, typical_minor=1), RULES)

    assert decision.action == "look"


def test_an_unknown_verdict_is_a_doubt() -> None:
    assert decide(situation(outcome=""), RULES).action == "look"


def test_an_age_limit_is_for_a_person_also_when_all_agrees() -> None:
    decision = decide(situation(age_limit=18), RULES)

    assert (decision.action, codes(decision)) == ("ask", ["age_check"])
    assert "18" in decision.reasons[0].text


def test_audits_fall_on_the_trips_that_the_draw_picks() -> None:
    rules = Rules(audit_share=0.01)

    picked, spared = decide(situation(draw=0.0099), rules), decide(situation(draw=0.01), rules)

    assert (picked.action, picked.audit, codes(picked)) == ("look", True, ["audit"])
    assert (spared.action, spared.audit) == ("pay", False)


def test_an_audit_never_keeps_an_honest_shopper_where_nobody_is() -> None:
    decision = decide(situation(draw=0.0, cameras=0, staff_on_duty=0), Rules(audit_share=0.01))

    assert (decision.action, codes(decision)) == ("pay", ["audit", "audit_skipped"])


def test_a_phone_is_checked_the_likelier_the_dearer_its_basket_up_to_the_ceiling() -> None:
    rules = Rules(audit_share=0.0, phone_loss_rate=0.02, ask_cost_minor=90, phone_check_ceiling=0.1, margin=0.0)

    def checked(due: int, drawn: float) -> bool:
        return decide(situation(has_scale=False, due_minor=due, draw=drawn), rules).action != "pay"

    assert not checked(450, 0.011)
    assert checked(450, 0.009)
    assert checked(4500, 0.099)
    assert not checked(450_000, 0.101)


def test_the_draw_is_fixed_for_a_trip_even_over_trips_and_depends_on_the_secret() -> None:
    numbers = [draw(b"secret", f"trip {number}") for number in range(4000)]

    assert draw(b"secret", "trip 1") == numbers[1] != draw(b"other", "trip 1")
    assert all(0 <= number < 1 for number in numbers)
    assert 0.08 < sum(number < 0.1 for number in numbers) / len(numbers) < 0.12


@pytest.mark.parametrize(
    ("kind", "line", "candidates", "worth"),
    [
        ("unscanned", None, [(0.6, 500), (0.2, 100)], 400),
        ("unscanned", None, [], 250),
        ("mismatch", 189, [(0.9, 4999)], 4810),
        ("mismatch", 189, [(0.9, 189)], 189),
        ("not_removed", 799, [], 799),
        ("not_placed", None, [], 250),
    ],
)
def test_what_is_at_risk_follows_the_kind_of_discrepancy(
    kind: str, line: int | None, candidates: list[tuple[float, int]], worth: int
) -> None:
    assert value_at_risk(kind, line, candidates, 250) == worth


def test_every_venue_has_a_preset_and_a_stop_in_a_stadium_costs_more() -> None:
    assert set(PRESETS) == {"supermarket", "convenience", "stadium", "cafeteria", "airport"}
    assert PRESETS["stadium"].ask_cost_minor > PRESETS["supermarket"].ask_cost_minor


def test_a_store_may_differ_from_its_venue_and_presets_follow_the_currency() -> None:
    assert rules_for("airport", {"audit_share": 0.5}).audit_share == 0.5
    assert rules_for("supermarket", {}, exponent=3).ask_cost_minor == 900
    assert rules_for("supermarket", {}, exponent=0).ask_cost_minor == 1


@pytest.mark.parametrize("overrides", [{"audit_shares": 0.1}, {"margin": 2}, {"ask_cost_minor": -1}, {"margin": "a"}])
def test_a_policy_that_can_not_be_read_is_refused(overrides: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        rules_for("supermarket", overrides)


LINES = (Suspect(1, "Milk", 150, 0.02), Suspect(2, "Caviar", 4999, 0.02), Suspect(3, "Bread", 300, 0.02))


def test_on_a_phone_the_dearest_lines_are_scanned_again_in_the_scales_stead() -> None:
    rules = Rules(rescan_lines=2, phone_check_ceiling=1.0, margin=0.0)

    decision = decide(situation(has_scale=False, due_minor=5449, draw=0.0, lines=LINES, cameras=0), rules)

    assert (decision.action, decision.lines, decision.audit) == ("rescan", (2, 3), True)


def test_lines_in_doubt_are_scanned_again_where_no_camera_looks_and_that_costs_less_than_asking() -> None:
    doubt = Doubt("mismatch", 0.9, 4999)
    fields = {"outcome": "review", "doubts": (doubt,), "verdict_reasons": ("mismatch",), "lines": LINES, "cameras": 0}

    few, many = Rules(rescan_lines=1), Rules(rescan_lines=3, rescan_line_cost_minor=40)

    assert decide(situation(**fields), few).action == "rescan"
    assert decide(situation(**fields), many).action == "ask"
    assert decide(situation(**fields, waiting=5), many).action == "rescan", "those who wait make asking dearer"


@pytest.mark.parametrize("kind", ["unscanned", "basket", "removed", "scale_fault"])
def test_no_rescan_settles_weight_that_is_on_no_line(kind: str) -> None:
    doubt = Doubt(kind, 0.9, 4999)
    fields = {"outcome": "review", "doubts": (doubt,), "verdict_reasons": (kind,), "lines": LINES, "cameras": 0}

    assert decide(situation(**fields), Rules(rescan_lines=1)).action == "ask"


def test_a_store_over_its_budget_of_false_alarms_lets_small_doubts_go_and_no_large_ones() -> None:
    small, large = doubted(value=20), doubted(value=400)

    def over(one: Situation) -> str:
        from msgspec.structs import replace

        return str(decide(replace(one, false_alarm_share=0.06), Rules(false_alarm_budget=0.02)).action)

    assert (decide(small, RULES).action, over(small)) == ("look", "pay")
    assert over(large) == "look"


def test_nobody_is_audited_more_often_than_the_store_allows() -> None:
    rules = Rules(audit_share=1.0, audits_per_shopper=2)

    assert decide(situation(shopper_audits=1, draw=0.5), rules).audit
    assert not decide(situation(shopper_audits=2, draw=0.5), rules).audit
    assert decide(doubted(shopper_audits=2), rules).action == "look", "a doubt is no random check"


@pytest.mark.parametrize(("away", "word"), [("wait", "waits"), ("page", "called"), ("till", "till")])
def test_while_nobody_is_on_duty_the_stores_setting_says_what_happens_and_it_is_no_pass(away: Any, word: str) -> None:
    decision = decide(doubted(value=9000, cameras=0, staff_on_duty=0), Rules(away=away))

    assert decision.action == "ask"
    assert word in decision.reasons[-1].text


def test_a_days_seed_is_bound_before_the_day_and_tells_every_draw_after_it() -> None:
    seed = day_seed(b"secret", 7, "2026-03-02")
    published = commitment(seed)

    assert commitment(day_seed(b"secret", 7, "2026-03-02")) == published
    assert published not in {commitment(day_seed(b"secret", 8, "2026-03-02")), commitment(day_seed(b"other", 7, "x"))}
    assert draw(seed, "trip") == draw(day_seed(b"secret", 7, "2026-03-02"), "trip")


def test_true_loss_is_estimated_from_audits_by_the_chance_that_each_had() -> None:
    import random

    chance = random.Random(4)
    trips = [(0.5 if dear else 0.05, 900 if dear and chance.random() < 0.3 else 40) for dear in [True, False] * 4000]
    audits = [(p, loss) for p, loss in trips if chance.random() < p]

    estimate, error = loss_estimate(audits, len(trips))

    truth = sum(loss for _, loss in trips)
    assert abs(estimate - truth) < 3 * error
    assert abs(sum(loss for _, loss in audits) / len(audits) * len(trips) - truth) > 3 * error, "the plain mean lies"


def test_an_audit_that_could_not_have_been_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="probability"):
        loss_estimate([(0.0, 5)], 10)
    assert loss_estimate([], 10) == (0.0, float("inf"))
