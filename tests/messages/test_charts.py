import pytest

from bot.messages.charts import labels, line_chart, spark
from bot.sandbox.slack.limits.messages import blocks_problems

HOURS = [f"{hour:02}:00" for hour in range(20)]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([None, 0.0, 0.5, 1.0, None], "·▁▅█·"),
        ([0.0, 0.0], "▁▁"),
        ([3.0], "█"),
    ],
)
def test_a_sparkline_reaches_from_nothing_to_the_highest(values: list[float | None], line: str) -> None:
    assert spark(values) == line


def test_a_chart_as_large_as_it_may_be_is_taken_by_slack() -> None:
    lines = {f"web{number}": [float(number)] * 20 for number in range(6)}
    assert blocks_problems([line_chart("t" * 60, HOURS, lines, "hour (UTC)", "ms")]) == []


def test_without_words_an_axis_has_none() -> None:
    chart = line_chart("Latency", ["a", "b"], {"p95": [1, 2]})["chart"]
    assert chart["axis_config"] == {"categories": ["a", "b"]}
    assert chart["series"][0]["data"][1] == {"label": "b", "value": 2}


@pytest.mark.parametrize(
    ("points", "lines"), [(0, 1), (21, 1), (2, 0), (2, 7)], ids=["no point", "many points", "no line", "many lines"]
)
def test_what_is_too_much_for_slack_is_refused_here(points: int, lines: int) -> None:
    with pytest.raises(ValueError, match="1 to 6 lines of 1 to 20 points"):
        line_chart("t", [str(n) for n in range(points)], {str(n): [1.0] * points for n in range(lines)})


def test_a_line_needs_a_value_for_every_category() -> None:
    with pytest.raises(ValueError, match="shorter"):
        line_chart("t", ["a", "b"], {"p95": [1]})


@pytest.mark.parametrize(
    ("names", "made"),
    [
        (["http", "http/web1"], ["http", "http/web1"]),
        (["production/a-long-name/web1"], ["…on/a-long-name/web1"]),
        (["x" * 30, "x" * 30, "x" * 30], ["…" + "x" * 19, "…" + "x" * 15 + " (2)", "…" + "x" * 15 + " (3)"]),
    ],
)
def test_labels_are_short_and_none_is_like_another(names: list[str], made: list[str]) -> None:
    assert labels(names) == made
    assert max(map(len, made)) <= 20
