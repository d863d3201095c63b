from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Health
from bot.plan.flapping import BEGINS, CALMS, KEPT, changes, followed, share_of_changes
from bot.watch import CheckState
from tests.building import NOW


def after(results: str) -> CheckState:
    """`u` up, `d` down, `?` not known yet; one a minute."""
    state = CheckState(first_seen_at=NOW)
    for at, result in enumerate(results):
        health = {"u": Health.UP, "d": Health.DOWN, "?": Health.UNKNOWN}[result]
        judged = CheckState(NOW, health, past=state.past, flapping_since=state.flapping_since)
        state = followed(judged, NOW + timedelta(minutes=at))
    return state


@pytest.mark.parametrize(
    ("results", "flaps"),
    [
        ("", False),
        ("?" * 40, False),
        ("u" * 40, False),
        ("d" * 40, False),
        ("u" * 20 + "d" * 20, False),  # an outage is one change
        ("u" * 15 + "dddu" + "u" * 10, False),  # and its end another
        ("uudduudduudd", False),  # 28 %
        ("uudduudduudduudd", True),
        ("udududud", True),
        ("uuudddd" * 2, False),
        ("uuuddd" * 6, True),
        ("udududud" + "u" * 30, False),
        ("udududud" + "d" * 30, False),
    ],
)
def test_many_changes_among_the_last_results_are_flapping(results: str, flaps: bool) -> None:
    assert (after(results).flapping_since is not None) is flaps


def test_it_dates_from_the_result_that_made_it_so_and_stays_between_the_thresholds() -> None:
    results = "udududud"
    begun = next(at for at in range(len(results)) if after(results[: at + 1]).flapping_since)
    since = NOW + timedelta(minutes=begun)
    assert after(results).flapping_since == since
    for more in range(40):
        state = after(results + "u" * more)
        share = share_of_changes(state.past)
        assert (state.flapping_since == since) is (share >= CALMS)
        if CALMS <= share < BEGINS:
            return
    pytest.fail("there is nothing between the thresholds")


@pytest.mark.parametrize(
    ("results", "number", "share"),
    [("", 0, 0.0), ("d", 0, 0.0), ("ud", 1, 0.0625), ("ud" + "d" * 19, 1, 0.0375), ("ud" * 30, 20, 1.0)],
)
def test_newer_changes_weigh_more(results: str, number: int, share: float) -> None:
    past = after(results).past
    assert changes(past) == number
    assert share_of_changes(past) == pytest.approx(share)


@given(st.text("ud", max_size=80))
def test_only_the_last_results_count(results: str) -> None:
    past = after(results).past
    assert past.bit_length() <= KEPT + 1
    assert 0 <= share_of_changes(past) <= 1
    kept = results[-KEPT:]
    assert changes(past) == sum(a != b for a, b in pairwise(kept))
