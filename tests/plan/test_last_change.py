from datetime import timedelta

import pytest

from bot.plan.last_change import Deed, last_changes
from tests.building import NOW, seconds

DAY = 24 * 3600


def deed(name: str, ago: float, alters: bool = True) -> Deed:
    return Deed(name, NOW - timedelta(seconds=ago), alters)


DEPLOY, OLD, FLEET = deed("deploy", 94), deed("old deploy", 3 * DAY), deed("fleet", 60)
LOCK, FREEZE, SILENCE = deed("lock", 50, False), deed("freeze", 3000, False), deed("silence", 2 * DAY, False)
AFTER = deed("restart", -5)


@pytest.mark.parametrize(
    ("deeds", "told"),
    [
        ([], []),
        ([AFTER], []),  # an answer to the failure is not its cause
        ([DEPLOY], ["deploy"]),
        ([deed("now", 0)], ["now"]),
        ([OLD], ["old deploy"]),  # however long ago: nothing came since
        ([DEPLOY, FLEET], ["fleet", "deploy"]),
        ([FLEET, DEPLOY, AFTER], ["fleet", "deploy"]),
        ([DEPLOY, LOCK], ["deploy", "lock"]),  # a lock alters nothing, and says that somebody is at work
        ([OLD, LOCK], ["lock"]),  # what was altered days ago is no news beside it
        ([OLD, SILENCE], ["old deploy"]),
        ([SILENCE], []),
        ([DEPLOY, LOCK, FREEZE, FLEET], ["fleet", "lock", "deploy"]),  # two besides, the newest
        ([DEPLOY, OLD], ["deploy"]),
    ],
)
def test_the_newest_alteration_before_the_first_failure_stands_first(deeds: list[Deed], told: list[str]) -> None:
    assert [found.text for found in last_changes(deeds, NOW)] == told


@pytest.mark.parametrize(("ago", "told"), [(DAY, ["deploy", "freeze"]), (DAY + 1, ["deploy"])])
def test_besides_is_told_for_a_day(ago: float, told: list[str]) -> None:
    found = last_changes([DEPLOY, deed("freeze", ago, False)], NOW)
    assert [one.text for one in found] == told


def test_the_order_in_which_deeds_come_says_nothing() -> None:
    deeds = [DEPLOY, LOCK, FREEZE, FLEET, OLD]
    assert last_changes(deeds, NOW) == last_changes(deeds[::-1], NOW)
    assert last_changes(deeds, NOW - seconds(70)) == (DEPLOY, FREEZE)
