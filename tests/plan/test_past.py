from datetime import timedelta

import pytest

from bot.model import DeployKind, DeployState, Target
from bot.plan.past import took
from bot.preview import Preview
from tests.building import NOW, a_deploy, a_plan, seconds

PLAN = a_plan(4)
GOOD = DeployState.SUCCEEDED


def test_only_good_deploys_of_that_kind_there_count() -> None:
    past = [
        a_deploy(PLAN),  # runs
        a_deploy(PLAN, GOOD, took=71),
        a_deploy(PLAN, DeployState.FAILED, took=5),
        a_deploy(PLAN, DeployState.ROLLED_BACK, took=6),
        a_deploy(a_plan(4, DeployKind.ROLLBACK), GOOD, took=7),
        a_deploy(a_plan(4, target=Target("shop", "staging")), GOOD, took=8),
        a_deploy(PLAN, GOOD, took=64),
    ]
    assert took(past, PLAN, NOW) == (seconds(71), seconds(64))
    assert took(past, a_plan(4, DeployKind.ROLLBACK), NOW) == (seconds(7),)


def test_the_last_five_count_and_no_older_ones() -> None:
    past = [a_deploy(PLAN, GOOD, took=length) for length in range(10, 20)]
    assert took(past, PLAN, NOW) == tuple(map(seconds, range(10, 15)))


@pytest.mark.parametrize(
    ("lengths", "usual"),
    [((), None), ((60,), 60), ((60, 600, 61), 61), ((60, 70), 65), ((100, 90, 2000, 110, 95), 100)],
)
def test_what_is_usual_is_not_moved_by_one_that_took_long(lengths: tuple[float, ...], usual: float | None) -> None:
    found = Preview(PLAN, (), tuple(map(seconds, lengths))).usual
    assert found == (None if usual is None else timedelta(seconds=usual))
