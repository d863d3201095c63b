"""How long a host that did not answer is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.backends.busy import Busy
from bot.backends.ssh.absent import Absence

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
REFUSED = Busy(trouble="connection refused", failed=True)
LATE = Busy(trouble="the host did not answer in time", failed=True)


def asked_in(minutes: range) -> list[int]:
    """In which of these minutes a host is asked that never answers."""
    absence: Absence | None = None
    found = []
    for minute in minutes:
        now = NOON + timedelta(minutes=minute)
        if absence is None or not absence.lasts(now):
            absence = absence.again(REFUSED, now) if absence else Absence.begun(REFUSED, now)
            found.append(minute)
    return found


def test_it_is_asked_after_one_two_four_and_then_every_eight_minutes() -> None:
    assert asked_in(range(40)) == [0, 1, 3, 7, 14, 22, 30, 38]


def test_what_is_said_of_it_is_its_newest_answer() -> None:
    absence = Absence.begun(REFUSED, NOON)
    assert absence.answer == REFUSED
    assert absence.again(LATE, NOON + timedelta(minutes=1)).answer == LATE


@pytest.mark.parametrize(
    ("seconds", "lasts"),
    [(0, True), (49, True), (50, False), (60, False), (86400, False), (-1, False), (-86400, False)],
)
def test_a_clock_that_was_set_makes_nobody_wait_for_longer(seconds: int, lasts: bool) -> None:
    assert Absence.begun(REFUSED, NOON).lasts(NOON + timedelta(seconds=seconds)) is lasts
