from datetime import UTC, datetime

import pytest

from bot.fleet.windows import Window, parse_window
from bot.plan.until import instant_of

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # a Friday; Madrid is an hour ahead
MADRID = [parse_window("Fri 16:00 - Mon 08:00 Europe/Madrid")]
TWO_ZONES = [*MADRID, parse_window("22:00 - 06:00 UTC")]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        (("Mon", "08:00", "Europe/Madrid"), "2026-11-23 07:00"),
        (("Mon", "08:00", "europe/madrid"), "2026-11-23 07:00"),
        (("Mon", "08:00", "UTC"), "2026-11-23 08:00"),
        (("Mon", "", "UTC"), "2026-11-23 00:00"),
        (("Fri", "18:00", "UTC"), "2026-11-20 18:00"),  # today
        (("Fri", "08:00", "UTC"), "2026-11-27 08:00"),  # that is over today
        (("Fri", "14:00", "UTC"), "2026-11-27 14:00"),
        (("", "18:00", "UTC"), "2026-11-20 18:00"),
        (("", "9:30", "UTC"), "2026-11-21 09:30"),
        (("2026-12-28", "09:00", "UTC"), "2026-12-28 09:00"),
        (("2026-12-28", "", "Europe/Madrid"), "2026-12-27 23:00"),
        (("Mon", "08:00", ""), "2026-11-23 07:00"),  # the clock of the environment's own windows
    ],
)
def test_the_next_such_moment_is_meant(said: tuple[str, str, str], instant: str) -> None:
    assert instant_of(*said, MADRID, NOW) == utc(instant)


def test_the_day_is_that_of_the_zone() -> None:
    """In Auckland it is Saturday already."""
    assert instant_of("Sat", "08:00", "Pacific/Auckland", [], NOW) == utc("2026-11-20 19:00")


def test_nothing_said_is_no_end() -> None:
    assert instant_of("", "", "", MADRID, NOW) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("Mon", "08:00", "Europe/Madird"), "`Europe/Madird` is no time zone"),
        (("2026-11-19", "08:00", "UTC"), "That is over already"),
        (("2026-02-30", "08:00", "UTC"), "`2026-02-30 08:00 UTC` is in no calendar"),
        (("Mon", "25:00", "UTC"), "`Mon 25:00 UTC` is in no calendar"),
        (("Someday", "", "UTC"), "`Someday UTC` is in no calendar"),
    ],
)
def test_what_cannot_be_told_is_said_in_words(said: tuple[str, str, str], words: str) -> None:
    assert instant_of(*said, MADRID, NOW) == words


@pytest.mark.parametrize("windows", [[], TWO_ZONES])
def test_nobodys_clock_is_guessed(windows: list[Window]) -> None:
    assert instant_of("Mon", "08:00", "", windows, NOW) == "On which clock? Name the time zone too"
