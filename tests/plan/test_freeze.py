from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.fleet.windows import DAYS, parse_window
from bot.holds import Freeze, Frozen
from bot.plan.freeze import frozen as frozen_by
from bot.plan.freeze import span_of

WEEKEND = "Fri 16:00 - Mon 08:00 Europe/Madrid"
NIGHT = "22:00 - 06:00 UTC"
XMAS = "2026-12-24 00:00 - 2026-12-26 23:59 UTC"
MADRID = ZoneInfo("Europe/Madrid")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def madrid(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID, fold=fold)


def frozen(now: datetime, *windows: str, manual: Freeze | None = None) -> Frozen | None:
    return frozen_by("production", [parse_window(window) for window in windows], manual, now)


def by_window(window: str, since: str, until: str | None) -> Frozen:
    return Frozen("production", utc(since), utc(until) if until else None, window=window)


def by_lea(since: str, until: str | None = None, ended: str | None = None) -> Freeze:
    end = utc(ended) if ended else None
    return Freeze("production", "U0LEA", "audit", utc(since), utc(until) if until else None, 7, end)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-20 14:59", None),  # Friday; Madrid is an hour ahead
        ("2026-11-20 15:00", "2026-11-23 07:00"),
        ("2026-11-21 12:00", "2026-11-23 07:00"),
        ("2026-11-23 06:59", "2026-11-23 07:00"),
        ("2026-11-23 07:00", None),  # the end does not belong to it
        ("2026-11-25 12:00", None),
        ("2026-07-03 14:00", "2026-07-06 06:00"),  # in summer two hours
        ("2026-07-03 13:59", None),
    ],
)
def test_a_weekend_is_frozen_on_the_clocks_of_its_zone(now: str, until: str | None) -> None:
    found = frozen(utc(now), WEEKEND)
    assert (found.until if found else None) == (utc(until) if until else None)
    assert found is None or found.window == WEEKEND


@pytest.mark.parametrize(
    ("now", "since", "until"),
    [
        ("2026-11-20 23:00", "2026-11-20 22:00", "2026-11-21 06:00"),
        ("2026-11-21 05:59", "2026-11-20 22:00", "2026-11-21 06:00"),
        ("2026-11-21 06:00", None, None),
        ("2026-11-21 21:59", None, None),
    ],
)
def test_a_night_reaches_into_the_next_day(now: str, since: str | None, until: str | None) -> None:
    found = frozen(utc(now), NIGHT)
    assert found == (by_window(NIGHT, since, until) if since and until else None)


@pytest.mark.parametrize(
    ("now", "held"),
    [
        ("2026-12-23 23:59", False),
        ("2026-12-24 00:00", True),
        ("2026-12-26 23:58", True),
        ("2026-12-26 23:59", False),
        ("2027-12-25 00:00", False),
    ],
)
def test_a_window_of_one_time_comes_once(now: str, held: bool) -> None:
    assert (frozen(utc(now), XMAS) is not None) is held


def test_windows_that_join_on_are_one() -> None:
    """Christmas 2026 runs into a weekend, which begins before it ends."""
    found = frozen(utc("2026-12-24 12:00"), NIGHT, WEEKEND, XMAS)
    assert found == by_window(XMAS, "2026-12-24 00:00", "2026-12-28 07:00")


def test_windows_that_only_touch_are_one() -> None:
    found = frozen(utc("2026-11-20 09:00"), "08:00 - 12:00 UTC", "12:00 - 18:00 UTC")
    assert found is not None
    assert found.until == utc("2026-11-20 18:00")


def test_a_minute_between_them_is_a_gap() -> None:
    found = frozen(utc("2026-11-20 09:00"), "08:00 - 12:00 UTC", "12:01 - 18:00 UTC")
    assert found is not None
    assert found.until == utc("2026-11-20 12:00")


def test_windows_that_leave_no_gap_have_no_end() -> None:
    found = frozen(utc("2026-11-20 09:00"), "08:00 - 12:00 UTC", "12:00 - 08:00 UTC")
    assert found == by_window("08:00 - 12:00 UTC", "2026-11-20 08:00", None)


def test_without_windows_nothing_is_frozen() -> None:
    assert frozen(utc("2026-12-25 00:00")) is None


@pytest.mark.parametrize(
    ("manual", "until"),
    [
        (by_lea("2026-11-20 09:00"), None),  # until somebody unfreezes it
        (by_lea("2026-11-20 09:00", "2026-11-20 13:00"), "2026-11-20 13:00"),
        (by_lea("2026-11-20 09:00", "2026-11-20 22:00"), "2026-11-23 07:00"),  # the weekend's begins before it ends
    ],
)
def test_a_persons_freeze_is_told_with_the_end_of_the_windows_that_join_on(manual: Freeze, until: str | None) -> None:
    found = frozen(utc("2026-11-20 12:00"), WEEKEND, manual=manual)
    end = utc(until) if until else None
    assert found == Frozen("production", utc("2026-11-20 09:00"), end, by="U0LEA", reason="audit")


@pytest.mark.parametrize(
    "manual",
    [by_lea("2026-11-20 09:00", "2026-11-20 12:00"), by_lea("2026-11-20 09:00", ended="2026-11-20 10:00")],
)
def test_a_freeze_that_is_over_freezes_nothing(manual: Freeze) -> None:
    assert frozen(utc("2026-11-20 12:00"), WEEKEND, manual=manual) is None


@pytest.mark.parametrize(
    ("window", "now", "hours"),
    [
        ("Fri 16:00 - Mon 08:00 Europe/Madrid", madrid("2026-10-24 12:00"), 65),  # the clock is set back on Sunday
        ("Fri 16:00 - Mon 08:00 Europe/Madrid", madrid("2026-03-28 12:00"), 63),  # forward
        ("Fri 16:00 - Mon 08:00 Europe/Madrid", madrid("2026-11-21 12:00"), 64),
        ("02:30 - 04:00 Europe/Madrid", madrid("2026-10-25 02:45", fold=0), 2.5),  # 02:30 comes twice: from the first
        ("02:30 - 04:00 Europe/Madrid", madrid("2026-10-25 02:15", fold=1), 2.5),
        ("01:00 - 02:30 Europe/Madrid", madrid("2026-10-25 02:15", fold=1), 2.5),  # until the second
        ("01:00 - 02:30 Europe/Madrid", madrid("2026-03-29 01:30"), 1.5),  # 02:30 never comes: until 03:30
        ("02:30 - 04:00 Europe/Madrid", madrid("2026-03-29 03:15"), 1.5),
    ],
)
def test_where_the_clock_is_changed_a_window_is_as_long_as_can_be_read(
    window: str, now: datetime, hours: float
) -> None:
    span = span_of(parse_window(window), now)
    assert span is not None
    assert span[1] - span[0] == timedelta(hours=hours)


@pytest.mark.parametrize("fold", [0, 1])
def test_half_past_two_is_frozen_both_times(fold: int) -> None:
    assert frozen(madrid("2026-10-25 02:30", fold), "02:00 - 03:00 Europe/Madrid") is not None


clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
zones = st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
ends = st.tuples(st.sampled_from(DAYS), clocks).map(" ".join)
windows = (
    st.one_of(st.tuples(clocks, clocks, zones), st.tuples(ends, ends, zones))
    .filter(lambda parts: parts[0] != parts[1])
    .map(lambda parts: f"{parts[0]} - {parts[1]} {parts[2]}")
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None)  # windows that leave hardly a gap are followed for a year
@given(st.lists(windows, min_size=1, max_size=3), moments)
def test_it_thaws_at_the_first_moment_that_no_window_holds(texts: list[str], now: datetime) -> None:
    found = frozen(now, *texts)
    assume(found is not None)
    assert found is not None
    assert found.since <= now
    if found.until is None:
        return
    assert found.until > now
    assert frozen(found.until, *texts) is None
    for part in range(1, 20):
        assert frozen(now + (found.until - now) * part / 20, *texts) is not None


@given(windows, moments)
def test_what_the_wall_clock_says_is_frozen_is_frozen(text: str, now: datetime) -> None:
    """The plain reading: minutes of the week on that zone's clock, between two others."""
    window = parse_window(text)
    local = now.astimezone(window.zone)
    day = local.weekday() * 1440 if text[0].isalpha() else 0
    minute = day + local.hour * 60 + local.minute
    begin, end = map(minute_of, text.rsplit(" ", 1)[0].split(" - "))
    inside = begin <= minute < end if begin < end else minute >= begin or minute < end
    if inside:
        assert frozen(now, text) is not None


def minute_of(end: str) -> int:
    *day, clock = end.split(" ")
    hours, minutes = clock.split(":")
    return (DAYS.index(day[0]) * 1440 if day else 0) + int(hours) * 60 + int(minutes)
