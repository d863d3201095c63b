from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Health
from bot.plan.showing import DAYS, HOURS, day_of, health_of, hours, pieces
from bot.rolls import Span

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
TODAY = Span.DAY.number(NOW)
HOUR = Span.HOUR.number(NOW)
MINUTE = Span.MINUTE.number(NOW)


@pytest.mark.parametrize(
    ("days_done", "hours_done"),
    [
        (None, None),  # nothing was ever rolled up
        (None, HOUR - 1),
        (TODAY - 1, HOUR - 1),  # as it mostly is
        (TODAY - 1, None),
        (TODAY - 2, HOUR - 2),  # just after an hour, or midnight
        (TODAY - 400, HOUR - 400 * 24),  # the bot was off for long
    ],
)
def test_the_pieces_cover_every_minute_of_ninety_days_once(days_done: int | None, hours_done: int | None) -> None:
    found = pieces(NOW, days_done, hours_done)
    reached = (TODAY - DAYS + 1) * Span.DAY
    for span, first, end in found:
        assert first * span == reached
        assert end >= first
        reached = end * span
    assert reached == (MINUTE + 1) * Span.MINUTE


def test_only_what_is_not_rolled_up_is_read_from_short_spans() -> None:
    assert pieces(NOW, TODAY - 1, HOUR - 1) == [
        (Span.DAY, TODAY - DAYS + 1, TODAY),
        (Span.HOUR, TODAY * 24, HOUR),
        (Span.MINUTE, HOUR * 60, MINUTE + 1),
    ]


@pytest.mark.parametrize(("span", "number"), [(Span.DAY, TODAY), (Span.HOUR, HOUR), (Span.MINUTE, MINUTE)])
def test_a_span_lies_in_its_day(span: Span, number: int) -> None:
    assert day_of(span, number) == TODAY


def test_hours_are_the_last_that_are_over() -> None:
    found = hours({HOUR: (9.0, 9.0), HOUR - 1: (0.1, 0.2)}, NOW)
    assert len(found) == HOURS
    assert (found[-1].begins, found[-1].median, found[-1].p95) == (NOW.replace(hour=13, minute=0), 0.1, 0.2)
    assert found[0].begins == NOW.replace(minute=0) - timedelta(hours=24)
    assert found[0].median is None


@pytest.mark.parametrize(
    ("checks", "health"),
    [
        ([], Health.UNKNOWN),
        ([Health.UP], Health.UP),
        ([Health.UP, Health.UNKNOWN], Health.UNKNOWN),
        ([Health.UP, Health.UNKNOWN, Health.DOWN], Health.DOWN),
    ],
)
def test_one_check_that_is_down_is_the_worst(checks: list[Health], health: Health) -> None:
    assert health_of(checks) is health
