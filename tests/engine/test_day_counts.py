"""Counts that are kept up to date are those that a fresh look finds, whatever was written and rolled up meanwhile."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.day_counts import DayCounts
from bot.engine.history import Archive
from bot.plan.showing import DAYS
from bot.rolls import Roll, Span
from bot.showing import Day
from bot.state.database import Database
from bot.state.rolls import Rolls
from bot.state.schema import apply_all
from tests.engine.watching import HandClock

START = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)
GROUPS = {"a": 0, "b": 0, "c": 1}


class Book:
    """Minutes are written once they are over, as a sweep does it."""

    def __init__(self, path: Path) -> None:
        self.db = Database(path)
        apply_all(self.db)
        self.clock = HandClock(START)
        self.rolls = Rolls(self.db)
        self.archive = Archive(self.db, self.clock)

    def write(self, checks: str, failures: int) -> None:
        minute = Span.MINUTE.number(self.clock.now()) - 1
        self.rolls.add(Span.MINUTE, {check: [Roll(minute, 2, failures, {})] for check in checks})

    def fresh(self) -> DayCounts:
        return DayCounts(self.rolls, GROUPS)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path / "state.db")
    yield made
    made.db.close()


def test_without_a_roll_there_are_ninety_empty_days(book: Book) -> None:
    past, today = book.fresh().of(START)[1]
    assert today == Day(date(2026, 11, 20))
    assert (len(past), past[0], past[-1]) == (DAYS - 1, Day(date(2026, 8, 23)), Day(date(2026, 11, 19)))


def test_a_group_counts_all_of_its_checks(book: Book) -> None:
    book.write("abc", 1)
    found = book.fresh().of(START)
    assert [today for _, today in found.values()] == [Day(START.date(), 4, 2), Day(START.date(), 2, 1)]


def test_days_that_are_over_stay_the_same_object(book: Book) -> None:
    counts = book.fresh()
    before, _ = counts.of(START)[0]
    book.write("a", 1)
    after, today = counts.of(START + timedelta(minutes=5))[0]
    assert after is before
    assert today.count == 2


def test_a_minute_is_read_again_only_until_it_has_surely_been_written(book: Book) -> None:
    counts = book.fresh()
    counts.of(START + timedelta(minutes=10))
    read: list[str] = []
    book.db.here.conn.set_trace_callback(read.append)
    counts.of(START + timedelta(minutes=11))
    book.db.here.conn.set_trace_callback(None)
    minutes = [line for line in read if f"r.span = {Span.MINUTE.value}" in line]
    begin = Span.MINUTE.number(START)
    assert [f"r.number >= {begin + 8} AND r.number < {begin + 9}" in minutes[0], len(minutes)] == [True, 2]
    assert f"r.number >= {begin + 9} AND r.number < {begin + 12}" in minutes[1]


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.sampled_from([20, 60, 130, 3600, 7200, 86400])),
        st.tuples(st.just("write"), st.sampled_from(["a", "ab", "abc", "c"])),
        st.tuples(st.just("roll"), st.just("")),
        st.tuples(st.just("look"), st.just("")),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_it_tells_what_a_fresh_look_tells(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, object]]
) -> None:
    """Across hours and days, with and without the roll-ups that belong there."""
    book = Book(tmp_path_factory.mktemp("counts") / "state.db")
    counts = book.fresh()
    for act, how in acts:
        match act, how:
            case "wait", int(seconds):
                book.clock.sleep(timedelta(seconds=seconds))
            case "write", str(checks):
                book.write(checks, 1)
            case "roll", _:
                book.archive.roll_up()
            case _:
                now = book.clock.now()
                assert counts.of(now) == book.fresh().of(now)
    now = book.clock.now()
    assert counts.of(now) == book.fresh().of(now)
    book.db.close()
