from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from bot.fleet.windows import Once, Recurring, WindowField, parse_window
from tests.fleet.samples import changed, load, only_problem

MADRID = "Europe/Madrid"


@pytest.mark.parametrize(
    ("text", "period", "weekday", "begins", "days", "ends"),
    [
        ("Fri 16:00 - Mon 08:00 Europe/Madrid", 7, 4, time(16), 3, time(8)),
        ("fri 16:00–mon 8:00 europe/madrid", 7, 4, time(16), 3, time(8)),
        ("Friday 16:00 - Monday 08:00 Europe/Madrid", 7, 4, time(16), 3, time(8)),
        ("Wednesday 10:00 - wed 12:30 Europe/Madrid", 7, 2, time(10), 0, time(12, 30)),
        ("Wed 12:00 - Wed 10:00 Europe/Madrid", 7, 2, time(12), 7, time(10)),  # all week but for two hours
        ("Sat 00:00 - Mon 00:00 Europe/Madrid", 7, 5, time(0), 2, time(0)),
        ("22:00 - 06:00 Europe/Madrid", 1, 0, time(22), 1, time(6)),
        ("  09:00   -  17:00 Europe/Madrid ", 1, 0, time(9), 0, time(17)),
    ],
)
def test_a_window_that_comes_again(text: str, period: int, weekday: int, begins: time, days: int, ends: time) -> None:
    found = parse_window(text)
    assert isinstance(found, Recurring)
    assert (found.period, found.weekday, found.begins) == (period, weekday, begins)
    assert (found.days, found.ends, found.zone.key) == (days, ends, MADRID)


def test_a_window_of_one_time() -> None:
    found = parse_window("2026-12-24 00:00 - 2026-12-26 23:59 UTC")
    assert isinstance(found, Once)
    assert (found.begins, found.ends) == (datetime(2026, 12, 24), datetime(2026, 12, 26, 23, 59))  # noqa: DTZ001
    assert found.zone.key == "UTC"


@pytest.mark.parametrize(
    ("value", "what", "hint"),
    [
        ("", "is not a window of time", ""),
        (16, "is not a window of time", ""),
        (None, "is not a window of time", ""),
        ("always", "is not a window of time", ""),
        ("Fri - Mon UTC", "is not a window of time", ""),
        ("Frx 16:00 - Mon 08:00 UTC", "is not a window of time", ""),
        ("Fri 16:00 Mon 08:00 UTC", "is not a window of time", ""),
        ("22:00 - 06:00 UTC and more", "is not a window of time", ""),
        ("Fri 16:00 - Mon 08:00", "has no time zone", "put UTC or a name such as Europe/Madrid behind it"),
        ("22:00 - 06:00 Europe/Madird", "Europe/Madird is no time zone", "write Europe/Madrid"),
        ("22:00 - 06:00 ../../etc/passwd", "../../etc/passwd is no time zone", ""),
        ("22:00 - 06:00 Europe", "Europe is no time zone", None),
        ("22:00 - 25:00 UTC", "25:00 is no time of day", ""),
        ("22:00 - 24:00 UTC", "24:00 is no time of day", "write 00:00 of the day after"),
        ("22:61 - 23:00 UTC", "22:61 is no time of day", ""),
        ("22:00 - 22:00 UTC", "ends when it begins, so it is never or always", "say how long it is"),
        ("Mon 08:00 - Mon 08:00 UTC", "ends when it begins, so it is never or always", "say how long it is"),
        ("Fri 16:00 - 08:00 UTC", "names a day at one end only, or a weekday and a date", ""),
        ("16:00 - Mon 08:00 UTC", "names a day at one end only, or a weekday and a date", ""),
        ("Fri 16:00 - 2026-12-26 08:00 UTC", "names a day at one end only, or a weekday and a date", ""),
        ("2026-02-30 00:00 - 2026-03-01 00:00 UTC", "2026-02-30 is not in the calendar", ""),
        ("2026-12-24 99:00 - 2026-12-26 00:00 UTC", "99:00 is no time of day", ""),
        ("2026-12-26 00:00 - 2026-12-24 00:00 UTC", "ends before it begins", "exchange the two"),
        ("2026-12-26 00:00 - 2026-12-26 00:00 UTC", "ends before it begins", "say how long it is"),
    ],
)
def test_what_is_no_window_is_refused_with_the_part_that_is_wrong(value: object, what: str, hint: str | None) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        parse_window(value)
    context = refused.value.context or {}
    assert context["what"] == what
    assert context["allowed"]
    assert hint is None or context["hint"] == hint


@given(st.text(alphabet="FriMon 0123456789:-–UTC/", max_size=40))
def test_any_other_text_is_refused_and_never_breaks(text: str) -> None:
    try:
        found = parse_window(text)
    except PydanticCustomError:
        return
    assert str(found) == " ".join(text.split())


class Frozen(BaseModel):
    windows: tuple[WindowField, ...]


def test_a_model_reads_windows_and_writes_them_as_they_were() -> None:
    text = "Fri 16:00 - Mon 08:00 Europe/Madrid"
    frozen = Frozen.model_validate({"windows": [text]})
    assert frozen.windows == (parse_window(text),)
    assert frozen.model_dump(mode="json") == {"windows": [text]}
    assert Frozen.model_validate(frozen.model_dump()) == frozen
    assert Frozen.model_json_schema()["properties"]["windows"]["items"] == {"type": "string"}


def test_a_model_names_the_window_that_is_wrong() -> None:
    with pytest.raises(ValidationError) as refused:
        Frozen.model_validate({"windows": ["22:00 - 06:00 UTC", "22:00 - 06:00"]})
    (error,) = refused.value.errors()
    assert (error["loc"], error["msg"]) == (("windows", 1), "has no time zone")


def test_a_fleet_knows_its_freezes_by_environment() -> None:
    fleet = load(changed((("freezes",), {"production": ["Fri 16:00 - Mon 08:00 Europe/Madrid", "22:00 - 06:00 UTC"]})))
    assert [str(window) for window in fleet.freezes["production"]] == [
        "Fri 16:00 - Mon 08:00 Europe/Madrid",
        "22:00 - 06:00 UTC",
    ]


def test_a_window_that_cannot_be_read_is_told_with_its_place() -> None:
    found = only_problem((("freezes",), {"production": ["Fri 16:00 - Mon 08:00"]}))
    assert found.path == "freezes.production.0"
    assert found.what.startswith("has no time zone")


def test_a_freeze_of_an_environment_that_nobody_declared_is_told() -> None:
    found = only_problem((("freezes",), {"prodution": ["22:00 - 06:00 UTC"]}))
    assert (found.path, found.hint) == ("freezes.prodution", "did you mean production?")
