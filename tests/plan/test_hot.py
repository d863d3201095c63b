from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Blind, Probe, Target
from bot.plan.hot import seen
from bot.questions import CpuAsk
from bot.scaling import BusyMinute

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
NOW = NOON + timedelta(seconds=30)
MINUTE = timedelta(minutes=1)
ASK = CpuAsk(Target("shop", "production"), 85.0, 5 * MINUTE)
WELL = Probe(True, 0.0)


def minute(age: int, median: float | None, mean: float = 0.0, most: float = 100.0, missing: int = 0) -> BusyMinute:
    return BusyMinute(NOON - age * MINUTE, 4, missing, mean, median, most)


def minutes(*numbers: float | None, newest: int = 0) -> list[BusyMinute]:
    """One a minute, the oldest first."""
    return [minute(newest + age, number) for age, number in zip(range(len(numbers) - 1, -1, -1), numbers, strict=True)]


def too_busy(now: float, low: float) -> Probe:
    return Probe(False, 0.0, None, f"median {now} % on 4 hosts; never below {low} % in 5 min")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (minutes(10, 90, 91, 92, 93, 94), too_busy(94, 90)),
        (minutes(90, 91, 92, 93, 94), too_busy(94, 90)),
        (minutes(99, 99, 99, 85, 99, 99), WELL),  # just at the limit is not above
        (minutes(99, 99, 99, 99, 99, 20), WELL),
        (minutes(20, 99, 99, 99, 99), WELL),
        (minutes(10, 99, None, None, 99, 86), too_busy(86, 86)),  # holes say nothing
        (minutes(10, 99, 99, 99, 99, 99, newest=9), too_busy(99, 99)),  # late, and still the newest
        ([minute(10, 90), minute(5, 91), minute(0, 92)], too_busy(92, 92)),  # one every five minutes
        ([minute(9, 90), minute(4, 20)], WELL),
    ],
)
def test_every_minute_that_is_known_must_be_above(known: list[BusyMinute], expected: Probe) -> None:
    assert seen(ASK, known, NOW) == expected


@pytest.mark.parametrize("known", [[], minutes(None, None), minutes(99, 99, 99, 99, 99, 99, newest=11)])
def test_without_a_number_of_late_nothing_is_known(known: list[BusyMinute]) -> None:
    found = seen(ASK, known, NOW)
    assert (found.ok, found.blind, found.cause) == (False, Blind.UNKNOWN, "no CPU was told within 10 min")


@pytest.mark.parametrize(
    ("known", "so_far"), [(minutes(99, 99, 99), 3), (minutes(99), 1), (minutes(99, 99, None, 99), 4)]
)
def test_too_short_a_time_leaves_it_as_it_stood(known: list[BusyMinute], so_far: int) -> None:
    found = seen(ASK, known, NOW)
    assert (found.ok, found.blind, found.cause) == (False, Blind.KEEP, f"known for only {so_far} of 5 min")


@pytest.mark.parametrize(("of", "ok"), [("median", False), ("mean", True), ("max", False)])
def test_the_hosts_become_one_number_as_it_asks(of: str, ok: bool) -> None:
    ask = CpuAsk(ASK.target, 85.0, 5 * MINUTE, of)  # type: ignore[arg-type] # one of the three
    known = [minute(age, 90.0, mean=60.0, most=99.0) for age in range(5, -1, -1)]
    assert seen(ask, known, NOW).ok is ok


def test_hosts_that_did_not_tell_are_said() -> None:
    known = [minute(age, 90.0, missing=2) for age in range(5, -1, -1)]
    assert seen(ASK, known, NOW).cause == "median 90 % on 4 hosts, 2 more not told; never below 90 % in 5 min"


def test_one_host_is_one_host() -> None:
    known = [BusyMinute(NOON - age * MINUTE, 1, 0, 90.0, 90.0, 90.0) for age in range(5, -1, -1)]
    assert seen(ASK, known, NOW).cause.startswith("median 90 % on 1 host; ")
