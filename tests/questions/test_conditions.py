"""Each condition against answers that hold it, and that do not."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bot.phases import Phases
from bot.questions.conditions import BODY_LIMIT, Certificate, Condition, Json, Latency, Matches, Reply, compiled, same

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PAGE = {
    "db": {"ok": True, "lag": 0.25, "name": "primary"},
    "queue": {"length": 512},
    "hosts": [{"name": "a", "state": "up"}, {"name": "b", "state": "down"}],
    "none": None,
    "zero": 0,
    "empty": "",
}


def reply(
    body: bytes | str | Any = PAGE, cut: bool = False, expires: datetime | None = None, total: float = 0.1
) -> Reply:
    if not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    return Reply(200, body, cut, Phases(0.001, 0.002, 0.0, total - 0.01, total), NOW, expires)


@pytest.mark.parametrize(
    ("condition", "cause"),
    [
        (Json("db.ok", equals=True), ""),
        (Json("db.ok", equals=False), "db.ok is true, not false"),
        (Json("db.ok", equals=1), "db.ok is true, not 1"),
        (Json("db.ok", unlike=False), ""),
        (Json("db.ok", unlike=True), "db.ok is true"),
        (Json("db.name", equals="primary"), ""),
        (Json("db.name", equals="replica"), 'db.name is "primary", not "replica"'),
        (Json("zero", equals=0), ""),
        (Json("zero", equals=0.0), ""),
        (Json("zero", equals=False), "zero is 0, not false"),
        (Json("zero", exists=True), ""),
        (Json("empty", equals=""), ""),
        (Json("db.lag", below=1), ""),
        (Json("db.lag", below=0.25), "db.lag is 0.25, not below 0.25"),
        (Json("queue.length", above=100, below=1000), ""),
        (Json("queue.length", above=100, below=500), "queue.length is 512, not below 500"),
        (Json("queue.length", above=1000), "queue.length is 512, not above 1000"),
        (Json("db.name", above=1), 'db.name is "primary", which is not a number'),
        (Json("db.ok", above=0), "db.ok is true, which is not a number"),
        (Json("db.name", matches="^prim"), ""),
        (Json("db.name", matches="^replica$"), 'db.name is "primary", and does not match /^replica$/'),
        (Json("queue.length", matches="^5"), ""),
        (Json("db", exists=True), ""),
        (Json("db.gone", exists=True), "db.gone is not there"),
        (Json("db.gone", exists=False), ""),
        (Json("none", exists=False), ""),
        (Json("none", exists=True), "none is not there"),
        (Json("db.ok", exists=False), "db.ok is there: true"),
        # no data is no success, whatever it must not be
        (Json("db.gone", unlike="failed"), "db.gone is not there"),
        (Json("db.gone", below=5), "db.gone is not there"),
        (Json("hosts[0].state", equals="up"), ""),
        (Json("hosts[1].state", equals="up"), 'hosts[1].state is "down", not "up"'),
        (Json("length(hosts)", above=1), ""),
        (Json("length(hosts[?state != 'up'])", below=1), "length(hosts[?state != 'up']) is 1, not below 1"),
        (Json("length(zero)", above=1), "length(zero) cannot be read: "),
    ],
)
def test_values_of_a_json_answer_are_compared(condition: Json, cause: str) -> None:
    found = condition.against(reply())
    assert found == cause or (cause.endswith(": ") and found.startswith(cause)), found


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"", "its body is not JSON (answered 200: nothing)"),
        (b"<html><title>Login</title></html>", "its body is not JSON (answered 200: Login)"),
        (b'{"db": {"ok": tru', "its body is not JSON (answered 200: {"),
        (b"\xff\xfe\xfd", "its body is not JSON (answered 200: "),
        (b"[" * 60_000, "its body is not JSON (answered 200: [["),
        (b"9" * 60_000, "its body is not JSON (answered 200: 999"),
        (b"[]", "db.ok is not there"),
        (b'"text"', "db.ok is not there"),
        (b"null", "db.ok is not there"),
    ],
)
def test_a_body_that_is_not_json_is_said(body: bytes, cause: str) -> None:
    assert Json("db.ok", equals=True).against(reply(body)).startswith(cause)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("a > b", '{"a": 1, "b": "x"}'),
        ("ceil(a)", '{"a": 1e400}'),
        ("floor(a)", '{"a": -Infinity}'),
        ("sum(a)", f'{{"a": [{"9" * 400}, 0.5]}}'),
        ("avg(a)", f'{{"a": [{"9" * 400}, 0.5]}}'),
    ],
)
def test_what_cannot_be_computed_is_said_and_breaks_nothing(path: str, body: str) -> None:
    """An error here would end every other transfer too."""
    assert Json(path, above=0).against(reply(body)).startswith(f"{path} cannot be computed: ")


@pytest.mark.parametrize("path", ["a", "keys(@)", "to_string(@)"])
def test_half_a_character_is_shown_so_that_it_can_be_written_down(path: str) -> None:
    found = Json(path, equals="x").against(reply(b'{"a": "\\ud800", "\\udfff": 1}'))
    assert found.startswith(f"{path} is ")
    assert found.encode()


def test_json_that_was_cut_is_never_read() -> None:
    found = Json("ok", equals=True).against(reply(b'{"ok": true}', cut=True))
    assert found == "its body is larger than 64 KiB, and JSON that is cut cannot be read"


@given(st.binary(max_size=200), st.booleans())
def test_no_body_breaks_a_condition(body: bytes, cut: bool) -> None:
    for condition in (Json("a.b", equals=1), Json("a", exists=False), Matches("a"), Matches("a", wanted=False)):
        assert isinstance(condition.against(reply(body, cut)), str)


def test_what_a_target_said_is_shown_short_and_clean() -> None:
    found = Json("name", equals="ok").against(reply({"name": "\u202e\x1b[31m" + "x" * 500}))
    assert len(found) < 100
    assert found.isprintable()


@pytest.mark.parametrize(
    ("condition", "body", "cut", "cause"),
    [
        (Matches("status: (ok|warming)"), "status: warming", False, ""),
        (Matches("^ok$"), "not ok", False, "body does not match /^ok$/ (answered 200: not ok)"),
        (Matches("(?i)^OK"), "ok", False, ""),
        (Matches("."), b"\xff", False, "body does not match /./ (answered 200: \ufffd)"),
        (Matches("ok"), "nok", True, ""),
        (Matches("x"), "", True, "the first 64 KiB of its body do not match /x/ (answered 200: nothing)"),
        (Matches("panic|trace", wanted=False), "all is ok", False, ""),
        (Matches("panic|trace", wanted=False), "panic!", False, "body matches /panic|trace/ (answered 200: panic!)"),
        (Matches("a", wanted=False), "a", True, "the first 64 KiB of its body match /a/ (answered 200: a)"),
    ],
)
def test_patterns_are_looked_for_in_what_came(condition: Matches, body: Any, cut: bool, cause: str) -> None:
    assert condition.against(reply(body, cut)) == cause


@pytest.mark.parametrize("pattern", ["(x+x+)+y", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a|aa)+$c"])
def test_a_pattern_cannot_run_away(pattern: str) -> None:
    """Python's own would take longer than the universe is old."""
    begun = time.monotonic()
    assert Matches(pattern).against(reply(b"xa" * (BODY_LIMIT // 2)))
    assert Matches(pattern).against(reply(b"x" * BODY_LIMIT))
    assert time.monotonic() - begun < 30


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(re2.error):
        compiled("(")


@pytest.mark.parametrize(
    ("total", "cause"),
    [(0.5, ""), (0.912, "took 912 ms, 900 ms of them until the first byte; at most 500 ms is wanted")],
)
def test_a_slow_answer_says_where_its_time_went(total: float, cause: str) -> None:
    assert Latency(timedelta(milliseconds=500)).against(reply(total=total)) == cause


@pytest.mark.parametrize(
    ("left", "cause"),
    [
        (timedelta(days=15), ""),
        (timedelta(days=14), "certificate expires in 14 days, on 2026-12-11; more than 14 days are wanted"),
        (timedelta(days=9, hours=3), "certificate expires in 9 days, on 2026-12-06; more than 14 days are wanted"),
        (timedelta(days=1), "certificate expires in 1 day, on 2026-11-28; more than 14 days are wanted"),
        (timedelta(hours=5, minutes=30), "certificate expires in 5 h, on 2026-11-27; more than 14 days are wanted"),
        (timedelta(minutes=5), "certificate expires within the hour, on 2026-11-27; more than 14 days are wanted"),
        (timedelta(days=-2), "certificate expired on 2026-11-25"),
        (None, "no certificate was seen"),
    ],
)
def test_a_certificate_must_have_time_left(left: timedelta | None, cause: str) -> None:
    assert Certificate(timedelta(days=14)).against(reply(expires=None if left is None else NOW + left)) == cause


@pytest.mark.parametrize(("value", "wanted"), [(True, 1), (False, 0), (0, False), ("1", 1), (1, "1"), ([1], 1)])
def test_values_of_different_types_are_not_the_same(value: Any, wanted: Any) -> None:
    assert not same(value, wanted)


def test_equal_conditions_are_equal_whoever_made_them() -> None:
    """Answers to a question are believed only while it is still asked so."""
    made: list[list[Condition]] = [
        [Json("a", equals=1), Matches("a"), Latency(timedelta(1)), Certificate(timedelta(1))] for _ in range(2)
    ]
    assert made[0] == made[1]
    assert Json("a", equals=1) != Json("a", equals=2)
