"""What a deploy's restart excuses, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.plan.grace import excused, hurried

TOUCHED = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
GRACE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("touched", "after", "excuses"),
    [(TOUCHED, 0, True), (TOUCHED, 59, True), (TOUCHED, 60, False), (TOUCHED, -1, False), (None, 0, False)],
)
def test_a_restart_excuses_until_its_grace_is_over(touched: datetime | None, after: int, excuses: bool) -> None:
    assert excused(touched, GRACE, TOUCHED + timedelta(seconds=after)) is excuses


def test_no_grace_excuses_nothing() -> None:
    assert not excused(TOUCHED, timedelta(), TOUCHED)


@pytest.mark.parametrize(("usually", "then"), [(1, 1), (2, 1), (3, 2), (4, 2), (10, 5)])
def test_a_new_release_is_judged_by_half_as_many_failures(usually: int, then: int) -> None:
    assert hurried(usually) == then
