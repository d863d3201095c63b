from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Blind, Health, Probe
from bot.phases import Phases
from bot.plan.health import downtime, judge, longest_gap, uptime
from bot.watch import CheckState, Flip, Outage

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
EVERY = timedelta(seconds=30)
GOOD = Probe(True, 0.01, 200)
BAD = Probe(False, 0.04, 503, "answered 503 in 41 ms")
SURE = Probe(False, 0.0, None, "the job failed", sure=True)
NOTHING = Probe(False, 0.0, None, "no key", Blind.UNKNOWN)
SEEN = {"+": GOOD, "-": BAD, "?": NOTHING, "=": Probe(False, 0.0, None, "no data", Blind.KEEP)}


def at(round_number: int) -> datetime:
    return START + round_number * EVERY


def run(results: str, down_after: int = 3, up_after: int = 2, state: CheckState | None = None) -> list[Flip]:
    """Flips of a check that answered `+` or `-`, one round after the other; a space is a round without a result, `?`
    one that saw nothing, `=` one that saw nothing new.
    """
    return follow(results, down_after, up_after, state)[1]


def follow(
    results: str, down_after: int = 3, up_after: int = 2, state: CheckState | None = None
) -> tuple[CheckState, list[Flip]]:
    """The same with how it stands in the end."""
    state = state or CheckState(first_seen_at=START)
    flips = []
    for number, sign in enumerate(results):
        if sign != " ":
            state, flip = judge(state, SEEN[sign], at(number), down_after, up_after, longest_gap(EVERY, EVERY))
            flips += [flip] if flip else []
    return state, flips


@pytest.mark.parametrize(
    ("results", "down_after", "up_after", "flips"),
    [
        ("+++", 3, 2, []),  # what comes up for the first time does so in silence
        ("+--", 3, 2, []),  # not often enough
        ("+---", 3, 2, [("down", 1)]),
        ("+-----", 3, 2, [("down", 1)]),  # once
        ("---", 3, 2, [("down", 0)]),  # down from the start
        ("--+--+--+", 3, 2, []),  # a good result begins anew
        ("+---+", 3, 2, [("down", 1)]),  # one good result is not up yet
        ("+---++", 3, 2, [("down", 1), ("up", 4)]),
        ("+---+-++", 3, 2, [("down", 1), ("up", 6)]),  # up dates from the streak that settled it
        ("+---++---++", 3, 2, [("down", 1), ("up", 4), ("down", 6), ("up", 9)]),
        ("-", 1, 1, [("down", 0)]),
        ("-+-+", 1, 1, [("down", 0), ("up", 1), ("down", 2), ("up", 3)]),
        ("---+", 3, 1, [("down", 0), ("up", 3)]),
        ("+-- - ", 3, 2, [("down", 1)]),  # one round without a result does not break a streak
        ("+--      -", 3, 2, []),  # but nobody looked for six: what was seen before is old
        ("+--      ---", 3, 2, [("down", 9)]),
        ("+---+      +", 3, 2, [("down", 1)]),
        ("+---+      ++", 3, 2, [("down", 1), ("up", 11)]),
    ],
)
def test_flips_follow_the_thresholds_and_date_from_the_first_result(
    results: str, down_after: int, up_after: int, flips: list[tuple[str, int]]
) -> None:
    assert run(results, down_after, up_after) == [Flip(Health(to), at(number)) for to, number in flips]


@pytest.mark.parametrize("before", ["", "+", "+-", "?"])
def test_what_said_itself_that_it_failed_is_down_at_once(before: str) -> None:
    state, _ = follow(before)
    state, flip = judge(state, SURE, at(len(before)), 3, 2)
    assert flip == Flip(Health.DOWN, at(1 if before == "+-" else len(before)))
    assert judge(state, SURE, at(len(before) + 1), 3, 2)[1] is None


def test_a_state_read_back_after_a_restart_goes_on_with_its_streak() -> None:
    before = CheckState(START, Health.UP, START, ok=False, streak=2, streak_since=at(1), checked_at=at(2))
    after, flip = judge(before, BAD, at(3), 3, 2, longest_gap(EVERY, EVERY))
    assert flip == Flip(Health.DOWN, at(1))
    assert (after.health, after.since, after.streak) == (Health.DOWN, at(1), 3)


def test_the_state_holds_what_was_seen_last() -> None:
    state, _ = judge(CheckState(first_seen_at=START), BAD, at(1), 3, 2)
    assert (state.ok, state.status, state.latency, state.cause) == (False, 503, 0.04, "answered 503 in 41 ms")
    state, _ = judge(state, GOOD, at(2), 3, 2)
    assert (state.ok, state.status, state.cause, state.health) == (True, 200, "", Health.UP)


def test_a_threshold_lowered_in_mid_streak_settles_at_the_next_failure() -> None:
    state = CheckState(START, Health.UP, START, ok=False, streak=5, streak_since=at(0), checked_at=at(4))
    _, flip = judge(state, BAD, at(5), 2, 2)
    assert flip == Flip(Health.DOWN, at(0))


@given(st.text("+- ", max_size=60), st.integers(1, 4), st.integers(1, 4))
def test_flips_alternate_and_never_run_backwards(results: str, down_after: int, up_after: int) -> None:
    flips = run(results, down_after, up_after)
    assert [flip.to for flip in flips] == [(Health.DOWN, Health.UP)[number % 2] for number in range(len(flips))]
    assert all(one.at < two.at for one, two in pairwise(flips))


DAY = timedelta(hours=24)
NOW = START
SINCE = NOW - DAY


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("seen", "outages", "share"),
    [
        ({}, [], None),
        ({"a": 48}, [], 1.0),
        ({"a": 48}, [("a", 12, 6)], 0.75),
        ({"a": 48}, [("a", 12, None)], 0.5),  # it goes on
        ({"a": 48}, [("a", 30, 18)], 0.75),  # only what lies within the day counts
        ({"a": 48}, [("a", 40, None)], 0.0),
        ({"a": 12}, [("a", 6, 3)], 0.75),  # a young check counts from when it was first seen
        ({"a": 12}, [("a", 24, 9)], 0.75),  # not what a check of the same name saw before
        ({"a": 48, "b": 48}, [("a", 12, None)], 0.75),  # the mean of the checks, not the union
        ({"a": 48, "b": 48}, [("a", 12, None), ("b", 12, None)], 0.5),
        ({"a": 48}, [("other", 12, None)], 1.0),
        ({"a": 48}, [("a", 20, 14), ("a", 6, None)], 0.5),
        ({"a": 0}, [], None),  # seen this very moment
    ],
)
def test_uptime_is_the_mean_share_of_the_time_each_check_was_seen(
    seen: dict[str, float], outages: list[tuple[str, float, float | None]], share: float | None
) -> None:
    first_seen = {check: hours_ago(hours) for check, hours in seen.items()}
    found = [
        Outage(check, hours_ago(begun), None if ended is None else hours_ago(ended)) for check, begun, ended in outages
    ]
    assert uptime(first_seen, found, SINCE, NOW) == (None if share is None else pytest.approx(share))


def test_downtime_names_only_checks_that_were_down() -> None:
    seen = {"a": hours_ago(48), "b": hours_ago(48)}
    outages = [Outage("a", hours_ago(2), hours_ago(1)), Outage("a", hours_ago(30), hours_ago(26))]
    assert downtime(seen, outages, SINCE, NOW) == {"a": timedelta(hours=1)}


@pytest.mark.parametrize(
    ("every", "timeout", "gap"), [(1, 1, 60), (30, 10, 90), (30, 60, 180), (300, 10, 900), (5, 30, 90)]
)
def test_results_count_as_in_a_row_for_three_rounds_and_a_minute_at_least(every: int, timeout: int, gap: int) -> None:
    assert longest_gap(timedelta(seconds=every), timedelta(seconds=timeout)) == timedelta(seconds=gap)


@pytest.mark.parametrize(
    ("results", "flips", "health"),
    [
        ("?", [], Health.UNKNOWN),
        ("+?", [], Health.UNKNOWN),  # what was up is not known to be so any more
        ("+?+", [], Health.UP),  # and comes back in silence
        ("+--?-", [], Health.UNKNOWN),  # a streak does not reach over it
        ("+--?---", [("down", 4)], Health.DOWN),
        ("?---", [("down", 1)], Health.DOWN),
        ("+---????", [("down", 1)], Health.DOWN),  # no data is no recovery
        ("+---?+?+", [("down", 1)], Health.DOWN),
        ("+---??++", [("down", 1), ("up", 6)], Health.UP),
        ("+====", [], Health.UP),
        ("+--=-", [("down", 1)], Health.DOWN),  # nothing new: the streak goes on
        ("=", [], Health.UNKNOWN),
    ],
)
def test_what_saw_nothing_is_neither_a_failure_nor_a_recovery(
    results: str, flips: list[tuple[str, int]], health: Health
) -> None:
    state, found = follow(results)
    assert [(flip.to.value, flip.at) for flip in found] == [(to, at(number)) for to, number in flips]
    assert state.health is health


def test_the_state_says_why_nothing_was_seen_and_keeps_when_it_went_down() -> None:
    state, _ = follow("+---?")
    assert (state.cause, state.since, state.ok, state.status) == ("no key", at(1), None, None)
    state, _ = follow("+?")
    assert (state.cause, state.since) == ("no key", None)


def test_where_the_time_of_the_last_answer_went_is_kept_until_there_is_no_answer() -> None:
    phases = Phases(0.001, 0.002, 0.0, 0.04, 0.041)
    seen, _ = judge(CheckState(first_seen_at=START), replace(GOOD, phases=phases), at(1), 3, 2)
    assert seen.phases == phases
    blind, _ = judge(seen, Probe(False, 0.0, None, "no data", Blind.UNKNOWN), at(2), 3, 2)
    assert blind.phases is None
