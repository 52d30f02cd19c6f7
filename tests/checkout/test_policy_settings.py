"""What a store may set: when its cameras look, and what is let go while nobody is on duty."""

import pytest

from checkout.policy import Decision, Doubt, PolicyError, Rules, Situation, decide, rules_for

DOUBT = Doubt(kind="unscanned", probability=0.9, value_minor=400)


def judged(rules: Rules, **place: object) -> Decision:
    """A trip with a doubt worth 2.70 at cost of goods, where a camera and Ben are, unless the place says otherwise."""
    facts: dict[str, object] = {
        "outcome": "review", "risk": 0.9, "due_minor": 3000, "typical_minor": 300, "doubts": (DOUBT,),
        "verdict_reasons": ("unscanned",), "cameras": 1, "staff_on_duty": 1,
    }  # fmt: skip
    return decide(Situation(**(facts | place)), rules)  # type: ignore[arg-type]


def audited(rules: Rules, **place: object) -> Decision:
    return judged(rules, outcome="clear", risk=0.004, doubts=(), verdict_reasons=(), draw=0.0, **place)


def test_a_camera_looks_at_doubts_and_at_random_checks_unless_the_store_says_otherwise() -> None:
    assert [judged(Rules()).action, audited(Rules()).action] == ["look", "look"]
    doubts = Rules(camera_use="doubts")
    assert [judged(doubts).action, audited(doubts).action] == ["look", "ask"]
    never = Rules(camera_use="never")
    assert [judged(never).action, audited(never).action] == ["ask", "ask"]


def test_a_random_check_that_the_camera_may_not_make_and_nobody_can_is_left_out() -> None:
    decision = audited(Rules(camera_use="doubts"), staff_on_duty=0)

    assert (decision.action, decision.reasons[-1].code) == ("pay", "audit_skipped")


def test_while_nobody_is_on_duty_a_doubt_waits_unless_the_store_bears_its_worth() -> None:
    alone = {"cameras": 0, "staff_on_duty": 0}

    assert judged(Rules(), **alone).action == "ask"
    assert judged(Rules(away_tolerated_minor=200), **alone).action == "ask"
    let_go = judged(Rules(away_tolerated_minor=300), **alone)
    assert (let_go.action, let_go.reasons[0].code) == ("pay", "nobody_on_duty")


def test_with_somebody_on_duty_what_is_borne_without_them_does_not_count() -> None:
    assert judged(Rules(away_tolerated_minor=300), cameras=0, staff_on_duty=1).action == "ask"


def test_what_has_no_price_is_never_let_go() -> None:
    rules = Rules(away_tolerated_minor=100_000)
    reasons = ("unscanned", "events_lost")

    assert judged(rules, cameras=0, staff_on_duty=0, verdict_reasons=reasons).action == "ask"


def test_settings_out_of_range_are_refused() -> None:
    for wrong in ({"camera_use": "sometimes"}, {"away_tolerated_minor": -1}):
        with pytest.raises(PolicyError):
            rules_for("supermarket", wrong)
