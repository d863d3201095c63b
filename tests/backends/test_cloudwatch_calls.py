"""Which metrics share a call: as few calls as can be, and no period counted from where it does not begin."""

from datetime import timedelta

import pytest

from bot.backends.cloudwatch_calls import MOST, Call, calls
from bot.cloud import Account
from bot.questions.numbers import CloudMetric

HERE, THERE = Account("eu-west-1"), Account("us-east-1")


def metric(minutes: float, account: Account = HERE) -> CloudMetric:
    return CloudMetric("Shop", "Load", "Sum", (), timedelta(minutes=minutes), account)


def made(*metrics: CloudMetric) -> list[Call]:
    return list(calls(dict(enumerate(metrics))))


@pytest.mark.parametrize(
    ("periods", "together"),
    [
        ((), []),
        ((1, 1), [(1, {0, 1})]),
        ((1, 5, 60), [(60, {0, 1, 2})]),
        ((2, 5), [(5, {1}), (2, {0})]),
        ((4, 1, 6, 2), [(6, {1, 2, 3}), (4, {0})]),
        ((4, 5, 60), [(60, {0, 1, 2})]),
        ((0.5, 1), [(1, {0, 1})]),
    ],
)
def test_all_periods_of_a_call_divide_its_longest(
    periods: tuple[float, ...], together: list[tuple[int, set[int]]]
) -> None:
    found = made(*map(metric, periods))
    assert [(call.longest, set(call.metrics)) for call in found] == [
        (timedelta(minutes=longest), places) for longest, places in together
    ]


def test_each_account_has_calls_of_its_own() -> None:
    found = made(metric(1), metric(1, THERE), metric(1))
    assert [(call.account, list(call.metrics)) for call in found] == [(HERE, [0, 2]), (THERE, [1])]


def test_no_call_holds_more_than_aws_takes_and_a_later_one_begins_where_the_first_does() -> None:
    """Only the first holds the longest: the others still count from a time that it divides."""
    found = made(metric(60), *(metric(4 + number % 2) for number in range(2 * MOST)))
    assert [len(call.metrics) for call in found] == [MOST, MOST, 1]
    assert {call.longest for call in found} == {timedelta(hours=1)}
    assert sorted(place for call in found for place in call.metrics) == list(range(2 * MOST + 1))
