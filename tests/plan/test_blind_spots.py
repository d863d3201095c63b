"""When checks that cannot be asked are told of, who belongs to that, and when it is over."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.blind_spots import BlindSpot, Left, Lost, Unasked
from bot.hurdles import BEATS, LOGIN, MACHINE, Hurdle, HurdleKind
from bot.plan.blind_spots import QUIET, begun, followed, is_over, noted
from tests.building import NOW

PROMETHEUS = Hurdle(HurdleKind.PROMETHEUS)
OTHER = Hurdle(HurdleKind.PROMETHEUS, "prometheus.eu:9090")
PATIENCE = timedelta(minutes=5)
GAP = timedelta(minutes=3)
CPU, DISK, HTTP = "shop/production/cpu", "shop/production/disk", "api/staging/http"
CHECKS = [CPU, DISK, HTTP]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def one(check: str, since: float, at: float = 0, hurdle: Hurdle = PROMETHEUS, words: str = "away") -> Unasked:
    """Not to be asked since so many minutes, asked last so many minutes ago."""
    return Unasked(check, hurdle, words, NOW - minutes(since), NOW - minutes(at))


@pytest.mark.parametrize(
    ("before", "since"),
    [
        (None, 0),  # the first time
        (one(CPU, 4, 1), 4),
        (one(CPU, 4, 3), 4),  # just within the gap
        (one(CPU, 4, 3.1), 0),  # nobody looked meanwhile: it may have been well
        (one(CPU, 4, 1, LOGIN), 4),  # for another reason: not watched all the same
    ],
)
def test_how_long_a_check_could_not_be_asked(before: Unasked | None, since: float) -> None:
    found = noted(before, one(CPU, 0, words="refused"), GAP)
    assert found == Unasked(CPU, PROMETHEUS, "refused", NOW - minutes(since), NOW)


@pytest.mark.parametrize(
    ("unasked", "told"),
    [
        ([], {}),
        ([one(CPU, 4.9)], {}),
        ([one(CPU, 5)], {PROMETHEUS: 5}),
        ([one(CPU, 5), one(DISK, 1)], {PROMETHEUS: 5}),
        ([one(CPU, 5), one(DISK, 9, 8)], {PROMETHEUS: 9}),
        ([one(CPU, 3), one(DISK, 3)], {}),  # many of them make it no longer
        ([one(CPU, 50, 50)], {}),  # asked once in all that time: perhaps it was a bad moment
        ([one(CPU, 50, 50, BEATS)], {BEATS: 50}),  # a setting is what it is
        ([one(CPU, 4, 4, BEATS)], {}),
        ([one(CPU, 6), one(DISK, 7, hurdle=OTHER)], {PROMETHEUS: 6, OTHER: 7}),
        ([one(CPU, 6), one(DISK, 2, hurdle=OTHER)], {PROMETHEUS: 6}),
        ([one(CPU, 6, hurdle=LOGIN)], {}),  # that is told already
    ],
)
def test_a_hurdle_is_told_once_it_has_stood_for_as_long_as_the_patience(
    unasked: list[Unasked], told: dict[Hurdle, float]
) -> None:
    found = begun(unasked, [LOGIN], PATIENCE, NOW)
    assert found == {hurdle: NOW - minutes(since) for hurdle, since in told.items()}


def spot(*lost: Lost, emptied: float | None = None) -> BlindSpot:
    at = None if emptied is None else NOW - minutes(emptied)
    return BlindSpot(7, PROMETHEUS, NOW - minutes(20), "#alerts", at, lost)


def follow(
    before: BlindSpot, unasked: Sequence[Unasked], told: Sequence[str] = CHECKS, checks: Sequence[str] = CHECKS
) -> BlindSpot:
    known = {each.check_id: each for each in unasked}
    return followed(before, known, [name for name in told if name in known], checks, NOW)


IN, OUT = Lost(CPU, "away"), Lost(CPU, "away", Left.ASKED)


@pytest.mark.parametrize(
    ("before", "unasked", "checks", "after"),
    [
        (IN, [one(CPU, 9)], CHECKS, IN),
        (IN, [one(CPU, 9, words="refused")], CHECKS, Lost(CPU, "refused")),  # the newest reason
        (IN, [], CHECKS, OUT),
        (IN, [one(CPU, 9, hurdle=MACHINE)], CHECKS, Lost(CPU, "away", Left.MOVED)),
        (IN, [], [DISK], Lost(CPU, "away", Left.GONE)),
        (IN, [one(CPU, 9)], [DISK], Lost(CPU, "away", Left.GONE)),  # not swept out yet
        (OUT, [one(CPU, 0)], CHECKS, IN),  # again, and at once
        (OUT, [], [DISK], OUT),  # it was asked before it went
        (Lost(CPU, "away", Left.MOVED), [], CHECKS, OUT),
        (Lost(CPU, "away", Left.GONE), [one(CPU, 0)], CHECKS, IN),  # it came back
    ],
)
def test_a_check_is_in_it_as_long_as_that_keeps_it_from_being_asked(
    before: Lost, unasked: list[Unasked], checks: list[str], after: Lost
) -> None:
    found = follow(spot(before), unasked, checks=checks)
    assert found.lost == (after,)
    assert (found.emptied_at is None) is (after.left is None)


def test_more_checks_join_at_once_by_their_names_behind_those_that_are_there() -> None:
    found = follow(spot(IN), [one(HTTP, 0), one(DISK, 0), one(CPU, 9)])
    assert [each.check_id for each in found.lost] == [CPU, HTTP, DISK]


def test_what_is_kept_back_does_not_join_and_what_is_in_it_stays() -> None:
    found = follow(spot(IN), [one(DISK, 9), one(CPU, 9)], told=[])
    assert found.lost == (IN,)


def test_what_another_thing_keeps_from_being_asked_does_not_join() -> None:
    assert follow(spot(IN), [one(CPU, 9), one(DISK, 9, hurdle=OTHER)]).lost == (IN,)


@pytest.mark.parametrize(
    ("emptied", "over"), [(None, False), (0, False), (1.9, False), (QUIET / minutes(1), True), (9, True)]
)
def test_it_is_over_when_it_was_empty_for_a_while(emptied: float | None, over: bool) -> None:
    assert is_over(spot(OUT, emptied=emptied), NOW) is over


def test_the_while_counts_from_the_last_check_and_anew_when_one_comes_back() -> None:
    assert follow(spot(OUT, emptied=1), []).emptied_at == NOW - minutes(1)
    assert follow(spot(OUT, emptied=1), [one(CPU, 0)]).emptied_at is None
