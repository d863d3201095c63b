"""Longer rolls from shorter ones, and which are due."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.plan.rolls import KEPT, NEXT, complete, oldest, rolled
from bot.rolls import Roll, Span

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = Span.HOUR.number(NOON)


def minute(number: int, count: int = 2, failures: int = 0) -> Roll:
    return Roll(number, count, failures, {50: count - failures})


def test_minutes_become_the_hours_that_they_lie_in() -> None:
    first = HOUR * 60
    minutes = [minute(first), minute(first + 59, failures=1), minute(first + 60)]
    assert list(rolled(minutes, Span.HOUR, Span.MINUTE)) == [
        Roll(HOUR, 4, 1, {50: 3}),
        Roll(HOUR + 1, 2, 0, {50: 2}),
    ]


def test_nothing_becomes_nothing() -> None:
    assert list(rolled([], Span.DAY, Span.HOUR)) == []


@pytest.mark.parametrize(
    ("now", "done", "due"),
    [
        (NOON, None, (0, HOUR - 1)),  # the hour that ended now may still get its last minute
        (NOON + timedelta(minutes=1), None, (0, HOUR - 1)),
        (NOON + timedelta(minutes=2), None, (0, HOUR)),
        (NOON + timedelta(minutes=2), HOUR - 1, (HOUR, HOUR)),
        (NOON + timedelta(hours=3, minutes=2), HOUR - 1, (HOUR, HOUR + 3)),
    ],
    ids=["on the hour", "too early", "the first time", "nothing new", "after three hours away"],
)
def test_an_hour_is_rolled_up_when_it_is_surely_over(now: datetime, done: int | None, due: tuple[int, int]) -> None:
    assert complete(Span.HOUR, done, now) == due


def test_a_span_is_kept_until_the_next_has_taken_it_over() -> None:
    for longer, shorter in NEXT.items():
        assert KEPT[shorter] > longer.length + timedelta(minutes=5)


def test_the_oldest_that_is_kept_is_as_old_as_it_may_be() -> None:
    assert oldest(Span.MINUTE, NOON) == Span.MINUTE.number(NOON - KEPT[Span.MINUTE])


@pytest.mark.parametrize(("span", "number"), [(Span.MINUTE, 29_421_360), (Span.HOUR, 490_356), (Span.DAY, 20_431)])
def test_spans_are_counted_from_1970(span: Span, number: int) -> None:
    assert span.number(datetime(2025, 12, 9, 12, 0, 30, tzinfo=UTC)) == number
