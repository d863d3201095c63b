from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from bot.fleet.duration import ALLOWED, Between, duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("30s", 30), ("5m", 300), ("2h", 7200), ("1d", 86400), ("90s", 90), ("0s", 0)],
)
def test_a_duration_is_a_number_with_its_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "s", "30", "30 s", "-5s", "1.5h", "5min", "1h30m", "30S", "٣s", "9999999s", "1w"])
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        parse_duration(text)
    assert refused.value.context == {"what": "is not a duration", "allowed": ALLOWED, "hint": ""}


@pytest.mark.parametrize(("value", "hint"), [(30, "write 30s"), (1.5, "write 1.5s")])
def test_a_bare_number_is_asked_for_its_unit(value: float, hint: str) -> None:
    with pytest.raises(PydanticCustomError, match="needs its unit") as refused:
        parse_duration(value)
    assert refused.value.context is not None
    assert refused.value.context["hint"].startswith(hint)


@pytest.mark.parametrize("value", [True, None, [], {"seconds": 30}])
def test_what_is_no_text_is_no_duration(value: object) -> None:
    with pytest.raises(PydanticCustomError, match="is not a duration"):
        parse_duration(value)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.25, "250ms"), (1, "1s"), (60, "1m"), (90, "90s"), (3600, "1h"), (86400, "1d"), (90000, "25h")],
)
def test_a_duration_is_written_in_its_largest_whole_unit(seconds: float, text: str) -> None:
    assert duration_text(timedelta(seconds=seconds)) == text


@given(st.integers(min_value=0, max_value=999_999))
def test_what_is_written_reads_back_as_the_same_duration(milliseconds: int) -> None:
    value = timedelta(milliseconds=milliseconds)
    assert parse_duration(duration_text(value)) == value


@pytest.mark.parametrize("text", ["1s", "30s", "60s", "1m"])
def test_both_ends_of_a_range_are_in_it(text: str) -> None:
    assert Between("1s", "1m")(parse_duration(text)) == parse_duration(text)


@pytest.mark.parametrize("text", ["999ms", "61s", "2h"])
def test_out_of_range_says_the_range(text: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        Between("1s", "1m")(parse_duration(text))
    assert refused.value.context == {"what": "is out of range", "allowed": "1s to 1m", "hint": ""}
