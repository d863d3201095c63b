"""The plain rule that policies are held against does what the cloud's guide says."""

from datetime import timedelta

import pytest

from bot.plan.simulation import START, Point, Setting, replay
from bot.plan.tracking import TargetTracking

MINUTE = timedelta(minutes=1)


def numbers(*loads: float, begin: int) -> list[int]:
    """Hosts after each minute."""
    trace = [Point(START + number * MINUTE, load) for number, load in enumerate([*loads, loads[-1]])]
    outcome = replay(trace, TargetTracking(1, 10, 60), begin, Setting(MINUTE, MINUTE), 60)
    return [tick.decision.after for tick in outcome.ticks]


@pytest.mark.parametrize(
    ("loads", "begin", "hosts"),
    [
        pytest.param([1.6] * 4, 2, [2, 2, 3, 3], id="out at the third minute above the target"),
        pytest.param([1.6, 1.6, 1.0, 1.6, 1.6], 2, [2, 2, 2, 2, 2], id="two of three are not enough"),
        pytest.param([0.6] * 16, 3, [*[3] * 14, 1, 1], id="in at the fifteenth minute below nine tenths of it"),
        pytest.param([1.65] * 20, 3, [3] * 20, id="between nine tenths and the whole nothing happens"),
        pytest.param([30.0] * 4, 2, [2, 2, 4, 4], id="as far as the ratio says: 2 x 100/60"),
        pytest.param([0.0] * 15, 2, [*[2] * 14, 1], id="never below its least"),
    ],
)
def test_it_goes_out_soon_and_in_late(loads: list[float], begin: int, hosts: list[int]) -> None:
    assert numbers(*loads, begin=begin) == hosts


def test_nothing_is_taken_away_while_a_host_warms_up() -> None:
    found = numbers(*[1.6] * 3, *[0.2] * 19, begin=2)
    assert found.index(1) == 2 + 6 + 15 - 1 or 1 not in found[: 2 + 15]


def test_it_never_passes_its_most() -> None:
    assert max(numbers(*[30.0] * 40, begin=8)) == 10
