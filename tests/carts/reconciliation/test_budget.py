"""A store sets how many false alarms honest shoppers may bear; the threshold follows."""

import random

from carts.reconciliation import Judged, Policy, Seen, within_budget

OWN = Policy(alarm_probability=0.81, alarm_budget=0.5)


def day(count: int, *alarms: Seen, every: int = 0, threshold: float = 0.81) -> list[Judged]:
    """So many trips; each `every`-th has these alarms."""
    return [Judged(threshold, alarms if every and k % every == 0 else ()) for k in range(count)]


def test_the_threshold_rises_when_looks_find_too_many_false_alarms() -> None:
    trips = day(400, Seen(0.85, False), every=20) + day(100, Seen(0.97, True), every=5)

    found = within_budget(OWN, trips)

    assert 0.85 < found.alarm_probability <= 0.97
    assert (found.found_false, found.found_true) == (20, 20)


def test_it_stays_the_stores_own_while_looks_find_the_alarms_true() -> None:
    trips = day(400, Seen(0.85, True), every=20) + day(100, Seen(0.97, True), every=5)

    assert within_budget(OWN, trips).alarm_probability == 0.81


def test_where_nobody_looked_the_alarms_own_probabilities_count() -> None:
    trips = day(500, Seen(0.84), every=10)  # 50 alarms, 8 of them false by their own word; 2.5 are granted

    assert within_budget(OWN, trips).alarm_probability > 0.84
    assert within_budget(Policy(alarm_probability=0.81, alarm_budget=2.0), trips).alarm_probability == 0.81


def test_a_young_store_keeps_its_own_threshold() -> None:
    trips = day(99, Seen(0.9, False), every=1)

    assert within_budget(OWN, trips).alarm_probability == 0.81
    assert within_budget(OWN, trips + day(1)).alarm_probability > 0.9


def test_a_quieter_time_lets_the_threshold_down_step_by_step() -> None:
    quiet = day(500, threshold=0.93)

    first = within_budget(OWN, quiet).alarm_probability
    second = within_budget(OWN, quiet[100:] + day(100, threshold=first)).alarm_probability

    assert first == 0.91
    assert second == 0.89


def test_alarms_that_most_trips_could_not_show_are_counted_over_those_that_could() -> None:
    hidden = day(400, threshold=0.95) + day(100, Seen(0.85, False), every=50, threshold=0.83)

    # Two false alarms in the 100 trips that could show them are ten in 500: four times what is granted.
    assert within_budget(OWN, hidden).alarm_probability > 0.85
    assert within_budget(OWN, day(400) + hidden[400:]).alarm_probability == 0.81


def test_only_honest_trips_are_granted_false_alarms() -> None:
    trips = day(250, Seen(0.95, True), every=1) + day(250)

    assert within_budget(OWN, trips).allowed_false == 1.25


def test_kept_over_a_year_the_budget_holds_where_a_fixed_threshold_breaks_it() -> None:
    rng = random.Random(5)
    threshold, trips, false = OWN.alarm_probability, [], []
    fixed = 0
    for _ in range(6000):
        # A store whose scales are worse than the engine believes: alarms below 0.93 are mostly false.
        alarm = Seen(p := round(rng.uniform(0.81, 0.985), 3), rng.random() < (0.9 if p > 0.93 else 0.2))
        happened = rng.random() < 0.03
        shown = happened and alarm.probability >= threshold
        trips.append(Judged(threshold, (alarm,) if shown else ()))
        false.append(shown and not alarm.true)
        fixed += happened and not alarm.true
        if len(trips) % 20 == 0:
            threshold = within_budget(OWN, trips).alarm_probability

    assert sum(false[1000:]) / 5000 <= 0.005
    assert fixed / 6000 > 0.01
