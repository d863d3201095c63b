"""Virtual time: what a replay counts, and that the defaults beat a plain rule on three shapes of load."""

from datetime import datetime, timedelta

import pytest

from benchmarks.scaling import TRACES, compared
from bot.plan.scaling import decide
from bot.plan.simulation import START, Outcome, Point, Setting, by, fewest, replay
from bot.scaling import Capacity, Decision, Rule, Seen, Why
from tests.plan.scaled import policy

MINUTE = timedelta(minutes=1)
SETTING = Setting(every=MINUTE, boot=2 * MINUTE)


def trace(*loads: float) -> list[Point]:
    """One point a minute."""
    return [Point(START + number * MINUTE, load) for number, load in enumerate(loads)]


class Script:
    """A rule that wants these numbers, one after the other, and keeps what it was shown."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = list(numbers)
        self.shown: list[Capacity] = []

    def __call__(self, capacity: Capacity, now: datetime) -> Decision:
        self.shown.append(capacity)
        after = self.numbers.pop(0) if self.numbers else capacity.desired
        return Decision(capacity.desired, after, after, Rule.STEP, Why.DONE, Seen(None, 0, 0, 0), 1, 99)


def test_a_host_serves_once_it_has_booted() -> None:
    found = replay(trace(*[1.0] * 7), Script(2, 3), 2, SETTING, 60)
    assert [tick.serving for tick in found.ticks] == [2, 2, 2, 3, 3, 3]
    assert [round(tick.cpu) for tick in found.ticks] == [50, 50, 50, 33, 33, 33]


def test_what_starts_is_paid_for_and_what_goes_is_gone_at_once() -> None:
    found = replay(trace(*[1.0] * 5), Script(2, 3, 1), 2, SETTING, 60)
    assert [tick.serving for tick in found.ticks] == [2, 2, 2, 1]
    assert found.host_hours == pytest.approx((2 + 3 + 1 + 1) / 60)


def test_the_host_that_still_starts_goes_before_one_that_serves() -> None:
    found = replay(trace(*[1.0] * 6), Script(2, 3, 2), 2, SETTING, 60)
    assert [tick.serving for tick in found.ticks] == [2, 2, 2, 2, 2]


def test_time_over_target_and_saturation_are_counted_by_the_minute() -> None:
    found = replay(trace(0.5, 0.6, 0.61, 1.2, 1.0, 0.1), Script(), 1, SETTING, 60)
    assert (found.over, found.saturated) == (3 * MINUTE, MINUTE)


def test_a_rule_sees_at_most_a_whole_cpu_and_its_mean_over_the_span() -> None:
    plain = Script()
    replay(trace(0.2, 3.0, 0.4, 0.4), plain, 1, SETTING, 60)
    assert [capacity.loads[0].cpu for capacity in plain.shown] == [20, 100, 40]
    smooth = Script()
    replay(trace(0.2, 3.0, 0.4, 0.4), smooth, 1, Setting(MINUTE, MINUTE, over=2 * MINUTE), 60)
    assert [capacity.loads[0].cpu for capacity in smooth.shown] == [20, 60, 70]


def test_changes_and_wishes_are_handed_back_to_the_rule() -> None:
    rule = Script(2, 3)
    replay(trace(*[1.0] * 4), rule, 2, SETTING, 60)
    (change,) = rule.shown[-1].changes
    assert (change.before, change.after, change.at) == (2, 3, START + MINUTE)
    assert [wish.hosts for wish in rule.shown[-1].wishes] == [2, 3]


def test_turns_count_how_often_the_direction_changed() -> None:
    found = replay(trace(*[1.0] * 8), Script(3, 4, 2, 3, 3, 2), 2, SETTING, 60)
    assert (len(found.acts), found.turns) == (5, 3)


def test_a_trace_begins_with_as_many_hosts_as_its_first_load_needs() -> None:
    assert fewest(policy(), trace(3.0, 1.0)) == 5
    assert fewest(policy(min=7), trace(3.0, 1.0)) == 7
    assert fewest(policy(max=4), trace(3.0, 1.0)) == 4


def test_the_orchestrators_own_decision_is_what_is_tried() -> None:
    tried = policy(max=10)
    found = replay(trace(*[3.0] * 5), by(tried), 2, SETTING, 60)
    first = found.ticks[0]
    assert first.decision == decide(_seen(first.decision.before, first.cpu), tried, START)
    assert first.decision.after > first.decision.before


def _seen(number: int, cpu: float) -> Capacity:
    rule = Script()
    replay(trace(cpu * number / 100, 0), rule, number, SETTING, 60)
    return rule.shown[0]


@pytest.fixture(scope="module")
def beside() -> dict[str, dict[str, dict[str, float]]]:
    return compared()


@pytest.mark.parametrize("name", TRACES)
@pytest.mark.parametrize("figure", ["minutes_over", "hours"])
def test_the_defaults_are_no_worse_than_plain_target_tracking(
    beside: dict[str, dict[str, dict[str, float]]], name: str, figure: str
) -> None:
    both = beside[name]
    assert both["ours"][figure] <= both["plain"][figure]


def test_an_outcome_without_a_change_has_no_turns() -> None:
    assert Outcome((), MINUTE, 60).turns == 0
