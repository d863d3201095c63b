from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.messages.plain import plain
from bot.messages.sights import checks_message
from bot.model import Content, Health, Target
from bot.phases import Phases
from bot.showing import Hour, Trace, Traces
from bot.watch import CheckState, CheckView
from tests.building import HOSTILE, problems, said

NOW = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
SHOP = Target("shop", "production")


def hours(*medians: float | None) -> tuple[Hour, ...]:
    """24 hours up to 14:00, the last of them with these medians, the others without an answer."""
    known = [None] * (24 - len(medians)) + [*medians]
    first = NOW.replace(minute=0) - timedelta(hours=24)
    return tuple(Hour(first + timedelta(hours=place), value, value and value * 3) for place, value in enumerate(known))


def trace(
    name: str = "http",
    health: Health = Health.UP,
    cause: str = "",
    seen: tuple[Hour, ...] = hours(*[0.04] * 24),
    target: Target = SHOP,
) -> Trace:
    state = CheckState(NOW, health, cause=cause)
    return Trace(target, CheckView(f"{target.service}/{target.environment}/{name}", "GET https://x", None, state), seen)


def shown(*traces: Trace) -> Content:
    return checks_message(Traces("shop", traces))


def chart_of(message: Content) -> dict[str, Any]:
    """The chart as {line: values}, with the hours under ''."""
    [block] = [block for block in message.blocks if block["type"] == "data_visualization"]
    lines = {one["name"]: [point["value"] for point in one["data"]] for one in block["chart"]["series"]}
    return {"": block["chart"]["axis_config"]["categories"], **lines}


def has_chart(message: Content) -> bool:
    return any(block["type"] == "data_visualization" for block in message.blocks)


def test_a_service_without_checks_is_told_where_to_add_some() -> None:
    assert shown().text == "shop has no checks: add some under `checks` in the fleet file"


def test_what_is_down_comes_first_and_is_counted() -> None:
    message = shown(trace("a"), trace("b", Health.DOWN, "answered 503"))
    assert message.text == "shop: 2 checks, 1 down"
    words = said(message.blocks)
    assert words.index("answered 503") < words.index("*a*")
    assert "median 40 ms · p95 120 ms" in words


def test_the_last_answer_is_told_phase_by_phase_where_it_had_phases() -> None:
    state = CheckState(NOW, Health.UP, phases=Phases(0.001, 0.003, 0.012, 0.652, 0.655))
    one = Trace(SHOP, CheckView("shop/production/http", "GET https://x", None, state), ())
    phases = "name 1 ms · connection 2 ms · TLS 9 ms · first byte 640 ms · rest 3 ms"
    assert f"last answer 655 ms: {phases}" in said(shown(one).blocks)
    assert "last answer" not in said(shown(trace()).blocks)


def test_one_check_is_drawn_with_its_median_and_its_p95() -> None:
    chart = chart_of(shown(trace(seen=hours(0.0412345, 0.05, 0.06))))
    assert chart == {"": ["11:00", "12:00", "13:00"], "median": [41.2, 50, 60], "p95": [124, 150, 180]}


def test_several_checks_are_a_line_each_by_their_names() -> None:
    chart = chart_of(shown(trace("http/web1"), trace("http/web2", seen=hours(*[0.08] * 24))))
    assert list(chart) == ["", "http/web2", "http/web1"]  # the slowest first
    assert len(chart[""]) == 20


def test_in_several_environments_the_names_say_which() -> None:
    chart = chart_of(shown(trace(), trace(target=Target("shop", "staging"))))
    assert list(chart) == ["", "production/http", "staging/http"]


def test_an_hour_that_one_of_them_has_no_answer_from_is_left_out() -> None:
    chart = chart_of(shown(trace("a"), trace("b", seen=hours(0.1, None, 0.1, 0.1))))
    assert chart[""] == ["10:00", "12:00", "13:00"]


def test_the_six_worst_are_drawn_and_the_others_have_a_line_of_blocks() -> None:
    message = shown(*(trace(f"c{number}", seen=hours(*[0.01 + number / 1000] * 24)) for number in range(8)))
    assert list(chart_of(message)) == ["", "c7", "c6", "c5", "c4", "c3", "c2"]
    assert said(message.blocks).count("`████████████████████████`") == 2


@pytest.mark.parametrize("seen", [hours(), hours(0.1, 0.1)], ids=["nothing", "two hours"])
def test_without_enough_hours_there_is_no_chart(seen: tuple[Hour, ...]) -> None:
    message = shown(trace(seen=seen))
    assert not has_chart(message)
    assert ("no whole hour was measured yet" in said(message.blocks)) == (seen == hours())


def test_one_that_was_measured_shortly_does_not_empty_the_chart_of_the_others() -> None:
    assert list(chart_of(shown(trace("a"), trace("new", seen=hours(0.1))))) == ["", "median", "p95"]


def test_where_slack_refuses_charts_it_becomes_lines_of_blocks() -> None:
    words = said(plain(shown(trace(seen=hours(0.02, 0.04, 0.08)))).blocks)
    assert "`▃▅█` median · 13:00 80 ms · highest 80 ms" in words
    assert "`▃▅█` p95 · 13:00 240 ms · highest 240 ms" in words


@pytest.mark.parametrize("many", [1, 60])
def test_slack_takes_it_and_obeys_nothing_in_it(many: int) -> None:
    hostile = [trace(f"{HOSTILE}{number}", Health.DOWN, HOSTILE) for number in range(many)]
    hostile = [replace(one, check=replace(one.check, asked=HOSTILE)) for one in hostile]
    message = checks_message(Traces("shop", tuple(hostile)))
    assert has_chart(message)
    assert not list(problems(message))
    assert not list(problems(plain(message)))
