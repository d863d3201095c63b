from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.schedule import FIRST_ROUND, Schedule, first_slot, next_slot, spread

START = datetime(2026, 11, 20, 14, 0, 0, 250_000, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def checks(number: int, every: float = 30) -> dict[str, timedelta]:
    return {f"shop/production/http/web{i}": seconds(every) for i in range(number)}


def sweep(schedule: Schedule, begun: datetime, span: float, every: float = 1.0) -> list[tuple[float, str]]:
    """(seconds after the start, check) of every check taken by a sweep each second."""
    moments = [index * every for index in range(1, round(span / every) + 1)]
    return [(moment, check) for moment in moments for check in schedule.take(begun + seconds(moment))]


def started(found: dict[str, timedelta]) -> Schedule:
    schedule = Schedule()
    schedule.replace(found, START)
    assert schedule.take(START) == []
    return schedule


@pytest.mark.parametrize("every", [1, 5, 30, 60, 600, 86_400])
def test_every_check_is_asked_within_the_first_round_and_not_in_a_burst(every: float) -> None:
    first_round = min(every, FIRST_ROUND)
    taken = sweep(started(checks(900, every)), START, first_round + 1)
    assert {check for _, check in taken} == set(checks(900))
    firsts = Counter({check: moment for moment, check in reversed(taken)}.values())
    assert max(firsts.values()) < 2 * 900 / first_round


@pytest.mark.parametrize("every", [5, 30, 60, 300])
def test_a_check_is_asked_once_per_interval_without_drift(every: float) -> None:
    rounds = 20
    taken = sweep(started({"a": seconds(every)}), START, every * rounds)
    slots = [moment for moment, _ in taken][1:]
    assert rounds - 1 <= len(slots) <= rounds
    assert all(abs((later - earlier) - every) <= 1 for earlier, later in pairwise(slots))
    assert abs((slots[-1] - slots[0]) - every * (len(slots) - 1)) <= 1


def test_late_sweeps_do_not_move_the_slots() -> None:
    punctual, late = started({"a": seconds(30)}), started({"a": seconds(30)})
    expected = [moment for moment, _ in sweep(punctual, START, 300, 1.0)]
    seen = [moment for moment, _ in sweep(late, START, 300, 3.0)]
    assert len(seen) == len(expected)
    assert all(0 <= after - before <= 3 for before, after in zip(expected, seen, strict=True))


@pytest.mark.parametrize(
    ("pause", "why"),
    [(7200, "the machine slept"), (40, "the sweep was held up"), (-3600, "the clock was set back"), (86_400 * 40, "")],
)
def test_after_a_pause_the_checks_are_spread_anew(pause: float, why: str) -> None:
    schedule = started(checks(900))
    sweep(schedule, START, 60)
    woken = START + seconds(60 + pause)
    assert len(schedule.take(woken)) < 60, why
    taken = sweep(schedule, woken, 31)
    assert {check for _, check in taken} == set(checks(900))
    assert max(Counter(moment for moment, _ in taken).values()) < 2 * 900 / FIRST_ROUND


def test_a_changed_file_keeps_the_slots_of_what_stayed() -> None:
    schedule, same = started(checks(50)), started(checks(50))
    sweep(schedule, START, 17)
    sweep(same, START, 17)
    schedule.replace({**checks(40), "new": seconds(30)}, START + seconds(17))
    later = sweep(schedule, START + seconds(17), 30)
    assert [(moment, check) for moment, check in later if check != "new"] == [
        (moment, check) for moment, check in sweep(same, START + seconds(17), 30) if check in checks(40)
    ]
    news = [moment for moment, check in later if check == "new"]
    assert news[0] <= FIRST_ROUND + 1
    assert len(news) <= 2  # once soon, then in its slots


def test_a_changed_interval_takes_effect() -> None:
    schedule = started({"a": seconds(300)})
    sweep(schedule, START, 30)
    schedule.replace({"a": seconds(5)}, START + seconds(30))
    assert len(sweep(schedule, START + seconds(30), 60)) == 12


def test_removed_checks_are_not_asked() -> None:
    schedule = started(checks(10))
    schedule.replace({}, START)
    assert sweep(schedule, START, 60) == []


@given(st.text(max_size=30), st.floats(1, 86_400), st.floats(1_500_000_000, 4_000_000_000))
def test_the_next_slot_is_always_ahead_and_within_the_interval(check: str, every: float, moment: float) -> None:
    slot = next_slot(check, every, moment)
    assert moment < slot <= moment + every + 0.001
    assert moment <= first_slot(check, every, moment) <= moment + min(every, FIRST_ROUND) + 0.001


def test_the_spread_is_stable_over_restarts_and_even() -> None:
    assert spread("shop/production/http") == pytest.approx(0.668420592455842)  # in every process, for ever
    tenths = Counter(int(spread(check) * 10) for check in checks(10_000))
    assert all(900 < tenths[tenth] < 1100 for tenth in range(10))
