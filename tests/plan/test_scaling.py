"""Limits, windows, guards and pace, each by a table: what is done, and why not more."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fleet.scale import Scale
from bot.plan.scaling import decide
from bot.scaling import Capacity, Change, Decision, Load, Rule, Why, Wish
from tests.plan.scaled import AGES_AGO, NOW, ago, capacity, hosts, policy

IDLE, BUSY = [20.0] * 6, [90.0] * 4


def decided(cpu: list[float], words: dict[str, Any] | None = None, **more: Any) -> Decision:
    return decide(capacity(*cpu, **more), policy(**(words or {})), NOW)


def came_to(decision: Decision) -> tuple[int, Why]:
    return decision.after, decision.why


@pytest.mark.parametrize(
    ("cpu", "words", "after", "why"),
    [
        pytest.param(BUSY, {}, 6, Why.DONE, id="as far as is wanted"),
        pytest.param(BUSY, {"max": 5}, 5, Why.MOST, id="no further than the most"),
        pytest.param(BUSY, {"max": 4}, 4, Why.MOST, id="the most is reached, and that is said"),
        pytest.param(IDLE, {"min": 3}, 3, Why.LEAST, id="no further than the least"),
        pytest.param([60] * 4, {}, 4, Why.ENOUGH, id="nothing to do"),
        pytest.param([60] * 2, {"min": 4}, 4, Why.DONE, id="below the least it is brought back whatever the CPU says"),
        pytest.param([60] * 6, {"max": 4}, 4, Why.DONE, id="above the most too"),
        pytest.param([95] * 2, {"min": 3, "max": 9}, 4, Why.DONE, id="below the least, and more than that is wanted"),
    ],
)
def test_the_number_stays_within_its_limits(cpu: list[float], words: dict[str, Any], after: int, why: Why) -> None:
    words = {"cooldown": "0s", **words}
    assert came_to(decided(cpu, words)) == (after, why)


def test_limits_hold_without_data_and_nothing_else_is_done() -> None:
    blind = capacity(None, None)
    assert came_to(decide(blind, policy(), NOW)) == (2, Why.NO_DATA)
    assert came_to(decide(blind, policy(min=3), NOW)) == (3, Why.DONE)


def test_a_held_number_stays_until_its_time_is_over() -> None:
    held = ago(minutes=-5)
    assert came_to(decided(BUSY, held_until=held)) == (4, Why.HELD)
    assert came_to(decided(BUSY, held_until=ago(seconds=0))) == (6, Why.DONE)


@pytest.mark.parametrize(
    ("more", "young", "why"),
    [
        ({"deploying": "deploy 41"}, 0, Why.DEPLOYING),
        ({"incident": "incident 7"}, 0, Why.INCIDENT),
        ({}, 1, Why.WARMING),
        ({"changes": (Change(ago(minutes=4), 5, 6),)}, 0, Why.COOLING),
        ({"changes": (Change(ago(minutes=4), 7, 6),)}, 0, Why.COOLING),
    ],
    ids=["a deploy runs", "an incident is open", "a host warms up", "one was added just now", "one was taken just now"],
)
def test_nothing_is_taken_away_at_a_bad_moment(more: dict[str, Any], young: int, why: Why) -> None:
    decision = decided(IDLE, young=young, **more)
    assert came_to(decision) == (6 + young, why)
    assert decision.wish == 2


@pytest.mark.parametrize(
    ("minutes", "tried", "after", "why"),
    [
        ([4], (4, 6), 4, Why.REFUSED),
        ([5], (4, 6), 6, Why.DONE),
        ([4], (4, 3), 6, Why.DONE),
        ([14, 9], (4, 5), 4, Why.REFUSED),
        ([15, 10], (4, 5), 6, Why.DONE),
        ([59, 55, 45, 19], (4, 6), 4, Why.REFUSED),
        ([59, 55, 45, 20], (4, 6), 6, Why.DONE),
    ],
    ids=["a moment ago", "5 min ago", "the other way", "twice", "twice, 10 min ago", "often", "at the latest"],
)
def test_what_the_cloud_refused_is_asked_for_again_ever_later(
    minutes: list[int], tried: tuple[int, int], after: int, why: Why
) -> None:
    failures = tuple(Change(ago(minutes=one), *tried) for one in minutes)
    assert came_to(decided(BUSY, failures=failures)) == (after, why)


def test_nor_is_anybody_told_to_go_whom_the_cloud_just_kept() -> None:
    assert came_to(decided(IDLE, failures=(Change(ago(minutes=1), 6, 2),))) == (6, Why.REFUSED)
    assert came_to(decided(IDLE, failures=(Change(ago(minutes=1), 6, 7),))) == (2, Why.DONE)


@pytest.mark.parametrize("more", [{"deploying": "deploy 41"}, {"incident": "incident 7"}])
def test_hosts_are_added_in_a_deploy_and_in_an_outage(more: dict[str, Any]) -> None:
    assert came_to(decided(BUSY, **more)) == (6, Why.DONE)


@pytest.mark.parametrize(
    ("wishes", "cpu", "words", "after", "why"),
    [
        pytest.param([(299, 5)], IDLE, {}, 5, Why.STEADYING, id="inwards the most of five minutes counts"),
        pytest.param([(301, 5)], IDLE, {}, 2, Why.DONE, id="what is older does not"),
        pytest.param([(60, 9)], IDLE, {}, 6, Why.STEADYING, id="a wish for more than there are keeps what there is"),
        pytest.param([(60, 2)], BUSY, {}, 6, Why.DONE, id="outwards nothing waits by default"),
        pytest.param([(60, 4)], BUSY, {"out": {"after": "2m"}}, 4, Why.STEADYING, id="unless the policy says so"),
        pytest.param([(60, 5)], BUSY, {"out": {"after": "2m"}}, 5, Why.STEADYING, id="then the least counts"),
        pytest.param([(60, 8)], BUSY, {"out": {"after": "2m"}}, 6, Why.DONE, id="all wanted as many"),
    ],
)
def test_the_window_keeps_the_number_from_flapping(
    wishes: list[tuple[int, int]], cpu: list[float], words: dict[str, Any], after: int, why: Why
) -> None:
    kept = tuple(Wish(ago(seconds=age), number) for age, number in wishes)
    assert came_to(decided(cpu, words, wishes=kept)) == (after, why)


ONE_IN_TWO_MINUTES = {"at_most": 1, "every": "2m"}


@pytest.mark.parametrize(
    ("changes", "cpu", "words", "after", "why"),
    [
        pytest.param([], BUSY, {"out": ONE_IN_TWO_MINUTES}, 5, Why.LIMIT, id="one host per two minutes"),
        pytest.param([(60, 3, 4)], BUSY, {"out": ONE_IN_TWO_MINUTES}, 4, Why.LIMIT, id="and it was added already"),
        pytest.param([(121, 3, 4)], BUSY, {"out": ONE_IN_TWO_MINUTES}, 5, Why.LIMIT, id="the span is over"),
        pytest.param([(60, 5, 4)], BUSY, {"out": ONE_IN_TWO_MINUTES}, 5, Why.LIMIT, id="one taken away is another way"),
        pytest.param([], [100.0] * 4, {"target_cpu": 20, "out": {"at_most": "50%"}}, 6, Why.LIMIT, id="half of four"),
        pytest.param([], [100.0], {"target_cpu": 20, "out": {"at_most": "50%"}}, 2, Why.LIMIT, id="one may always go"),
        pytest.param(
            [(30, 4, 6)], [100.0] * 6, {"target_cpu": 20, "out": {"at_most": "100%"}}, 8, Why.LIMIT,
            id="a share is of what there was when the span began",
        ),
        pytest.param([], IDLE, {"in": {"at_most": 1}}, 5, Why.LIMIT, id="inwards one at a time"),
    ],
)  # fmt: skip
def test_so_many_hosts_are_changed_within_a_span(
    changes: list[tuple[int, int, int]], cpu: list[float], words: dict[str, Any], after: int, why: Why
) -> None:
    kept = tuple(Change(ago(seconds=age), old, new) for age, old, new in changes)
    assert came_to(decided(cpu, words, changes=kept)) == (after, why)


def test_no_release_loses_its_only_host() -> None:
    two = Capacity(4, hosts(10, 10, 10, 10, releases=["1.4.1", "1.4.1", "1.4.1", "1.4.2"]))
    assert came_to(decide(two, policy(), NOW)) == (2, Why.ONLY_HOST)
    one = Capacity(4, hosts(10, 10, 10, 10, releases=["1.4.1"] * 4))
    assert came_to(decide(one, policy(), NOW)) == (1, Why.DONE)


def test_a_decision_says_which_rule_and_which_limits_it_kept_to() -> None:
    decision = decided([95] * 2, {"min": 1, "max": 3})
    assert (decision.before, decision.after, decision.wish, decision.rule) == (2, 3, 4, Rule.TRACKING)
    assert (decision.least, decision.most, decision.acts) == (1, 3, True)


numbers = st.one_of(st.none(), st.floats(0, 100))
policies = st.builds(
    lambda least, room, target, of: policy(min=least, max=least + room, target_cpu=target, of=of),
    st.integers(1, 5),
    st.integers(0, 20),
    st.integers(1, 100),
    st.sampled_from(["median", "mean", "max"]),
)


@given(st.lists(numbers, max_size=12), st.integers(0, 12), policies, st.booleans())
def test_whatever_is_seen_the_number_moves_towards_its_limits_and_never_past_them(
    cpu: list[float | None], desired: int, rule: Scale, deploying: bool
) -> None:
    loads = tuple(Load(f"web{number}", AGES_AGO, value) for number, value in enumerate(cpu))
    decision = decide(Capacity(desired, loads, deploying="deploy 1" if deploying else ""), rule, NOW)
    low, high = min(desired, rule.min), max(desired, rule.max)
    assert low <= decision.after <= high
    if deploying or not any(value is not None for value in cpu):
        assert decision.after >= min(desired, rule.max)
    if decision.acts and decision.after < desired:
        assert decision.after >= rule.min


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12), policies)
def test_a_second_look_a_moment_later_never_turns_round(cpu: list[float], rule: Scale) -> None:
    first = decide(capacity(*cpu), rule, NOW)
    then = NOW + timedelta(seconds=1)
    loads = tuple(Load(f"web{number}", AGES_AGO, 0.0) for number in range(len(cpu)))
    again = Capacity(
        first.after, loads, changes=(Change(NOW, first.before, first.after),), wishes=(Wish(NOW, first.wish),)
    )
    if first.after > first.before:
        assert decide(again, rule, then).after >= first.after
