import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import Verdict
from bot.plan.judge.limits import (
    Bounds,
    Condition,
    Limits,
    Tally,
    counted,
    measured,
    next_look,
    settled,
    stopped,
)

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SIGNS = {"+": Verdict.SUCCESSFUL, "-": Verdict.FAILED, "?": Verdict.INCONCLUSIVE, "!": Verdict.ERROR}
GOOD, BAD = Bounds(least=0.95), Bounds(most=0.9)


@pytest.mark.parametrize(
    ("value", "passes", "fails", "verdict"),
    [
        (0.99, GOOD, None, Verdict.SUCCESSFUL),
        (0.95, GOOD, None, Verdict.SUCCESSFUL),  # both ends belong to it
        (0.94, GOOD, None, Verdict.FAILED),
        (0.94, None, BAD, Verdict.SUCCESSFUL),
        (0.9, None, BAD, Verdict.FAILED),
        (0.99, GOOD, BAD, Verdict.SUCCESSFUL),
        (0.92, GOOD, BAD, Verdict.INCONCLUSIVE),
        (0.5, GOOD, BAD, Verdict.FAILED),
        (0.5, Bounds(least=0.1), BAD, Verdict.FAILED),  # failing wins
        (None, GOOD, BAD, Verdict.INCONCLUSIVE),
        (math.nan, GOOD, None, Verdict.INCONCLUSIVE),
        (math.nan, None, BAD, Verdict.INCONCLUSIVE),
        (math.inf, Bounds(most=500), None, Verdict.FAILED),
        (3, Bounds(least=1, most=3), None, Verdict.SUCCESSFUL),
        (4, Bounds(least=1, most=3), None, Verdict.FAILED),
    ],
)
def test_one_measurement(value: float | None, passes: Bounds | None, fails: Bounds | None, verdict: Verdict) -> None:
    assert measured(value, Condition(passes, fails)) is verdict


def test_a_condition_without_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="what passes or what fails"):
        Condition()
    with pytest.raises(ValueError, match="least or a most"):
        Bounds()
    with pytest.raises(ValueError, match="at least 3 and at most 2"):
        Bounds(3, 2)


def tally_of(signs: str) -> Tally:
    tally = Tally()
    for sign in signs:
        tally = counted(tally, SIGNS[sign])
    return tally


@pytest.mark.parametrize(
    ("signs", "limits", "verdict"),
    [
        ("", Limits(), None),
        ("+++++", Limits(), None),  # without a count it runs until stopped
        ("+-+-", Limits(), None),
        ("+-+--", Limits(), Verdict.FAILED),  # the third failure, in a row or not
        ("-", Limits(failures=0), Verdict.FAILED),  # Argo's own default
        ("-" * 50, Limits(failures=None), None),
        ("?", Limits(), Verdict.INCONCLUSIVE),
        ("?+?", Limits(inconclusive=2), None),
        ("?+??", Limits(inconclusive=2), Verdict.INCONCLUSIVE),
        ("!!!!", Limits(), None),
        ("!!!!!", Limits(), Verdict.ERROR),
        ("!!!!+!!!!", Limits(), None),  # any answer begins them anew
        ("+++", Limits(count=3), Verdict.SUCCESSFUL),
        ("+-+", Limits(count=3), Verdict.SUCCESSFUL),  # within the limits
        ("+!+", Limits(count=3), None),  # an error is no measurement
        ("+!++", Limits(count=3), Verdict.SUCCESSFUL),
        ("++", Limits(consecutive_successes=3), None),
        ("-+++", Limits(consecutive_successes=3), Verdict.SUCCESSFUL),
        ("++!+", Limits(consecutive_successes=3), None),
        ("+-+-+", Limits(count=5, consecutive_successes=2), Verdict.INCONCLUSIVE),
        ("+-+-+", Limits(count=5, consecutive_successes=2, failures=None), Verdict.FAILED),
        ("---?", Limits(), Verdict.FAILED),  # the worst of what was broken
    ],
)
def test_the_counters_settle_it(signs: str, limits: Limits, verdict: Verdict | None) -> None:
    assert settled(tally_of(signs), limits) is verdict


@pytest.mark.parametrize(
    ("signs", "limits", "verdict"),
    [
        ("", Limits(), Verdict.INCONCLUSIVE),  # Argo says successful; no data is no success here
        ("!!", Limits(), Verdict.INCONCLUSIVE),
        ("--", Limits(), Verdict.INCONCLUSIVE),
        ("+", Limits(), Verdict.SUCCESSFUL),
        ("--+", Limits(), Verdict.SUCCESSFUL),
        ("+++---", Limits(), Verdict.FAILED),
        ("++", Limits(consecutive_successes=3), Verdict.INCONCLUSIVE),
    ],
)
def test_when_the_time_is_up(signs: str, limits: Limits, verdict: Verdict) -> None:
    assert stopped(tally_of(signs), limits) is verdict


@given(st.text("+-?!", max_size=40))
def test_the_tally_counts_what_it_was_given(signs: str) -> None:
    tally = tally_of(signs)
    assert (tally.successful, tally.failed, tally.inconclusive, tally.errors) == tuple(map(signs.count, "+-?!"))
    assert tally.measurements == len(signs.replace("!", ""))
    assert tally.consecutive_errors == len(signs) - len(signs.rstrip("!"))
    assert tally.consecutive_successes == len(signs) - len(signs.rstrip("+"))


@given(st.text("+-?!", min_size=1, max_size=40))
def test_a_violated_limit_stays_violated(signs: str) -> None:
    """All but that on errors in a row, which is read at every look."""
    limits = Limits(consecutive_errors=100)
    found = [settled(tally_of(signs[: end + 1]), limits) for end in range(len(signs))]
    broken = [verdict is not None for verdict in found]
    assert broken == sorted(broken)


@pytest.mark.parametrize(
    ("last", "after"),
    [
        (None, 120),
        ((300, Verdict.SUCCESSFUL), 360),
        ((300, Verdict.FAILED), 360),
        ((300, Verdict.INCONCLUSIVE), 360),
        ((300, Verdict.ERROR), 310),
    ],
)
def test_when_to_look_next(last: tuple[int, Verdict] | None, after: int) -> None:
    seen = None if last is None else (START + timedelta(seconds=last[0]), last[1])
    assert next_look(START, seen, Limits()) == START + timedelta(seconds=after)


def test_after_an_error_it_never_waits_longer_than_the_interval() -> None:
    limits = Limits(interval=timedelta(seconds=5))
    assert next_look(START, (START, Verdict.ERROR), limits) == START + timedelta(seconds=5)
