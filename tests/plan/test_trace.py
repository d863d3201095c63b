from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.simulation import START, Point
from bot.plan.trace import Unreadable, parse_trace


def test_seconds_begin_on_a_monday_and_iso_times_are_what_they_say() -> None:
    assert parse_trace("time,load\n0,1\n60,2.5\n") == (
        Point(START, 1.0),
        Point(START.replace(minute=1), 2.5),
    )
    found = parse_trace("load,who,time\n1,x,2026-11-27T08:00\n2,y,2026-11-27T10:00+01:00\n")
    assert found == (
        Point(datetime(2026, 11, 27, 8, tzinfo=UTC), 1.0),
        Point(datetime.fromisoformat("2026-11-27T10:00+01:00"), 2.0),
    )


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "there is no column time and none load"),
        ("time,cpu\n0,1\n", 1, "there is no column load"),
        ("time,load\n0,1\n", 0, "it holds 1 point,"),
        ("time,load\n0,1\nsoon,2\n", 3, "'soon' is no time"),
        ("time,load\n-5,1\n", 2, "'-5' is no time"),
        ("time,load\n0,1\n60,much\n", 3, "'much' is no load"),
        ("time,load\n0,1\n60,-1\n", 3, "'-1' is no load"),
        ("time,load\n0,1\n60,nan\n", 3, "'nan' is no load"),
        ("time,load\n0,1\n60\n", 3, "'' is no load"),
        ("time,load\n60,1\n60,1\n", 3, "not after that of the line before"),
        ("time,load\n0,1\n9000000,1\n", 0, "it spans 104 days"),
    ],
)
def test_what_cannot_be_replayed_is_said_with_its_line_and_the_shape(text: str, line: int, what: str) -> None:
    found = parse_trace(text)
    assert isinstance(found, Unreadable)
    assert (found.line, what in found.what) == (line, True), found
    assert "a trace is a header time,load" in str(found)


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    parse_trace(text)
    parse_trace(f"time,load\n{text}")
