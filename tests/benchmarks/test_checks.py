"""The benchmark of checks runs, small, over http and https; what it measures is for people to judge."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import checks
from benchmarks.checking.report import goals, table
from tests.programs import need

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found() -> Any:
    need("prometheus-blackbox-exporter")
    few = ["--checks", "6", "--seconds", "15", "--commands", "4"]
    command = [sys.executable, "-m", checks.__name__, "--json", *few]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_both_are_asked_the_same_over_http_and_https(found: Any) -> None:
    assert list(found["schemes"]) == ["http", "https"]
    for [row] in found["schemes"].values():
        assert row["checks"] == 6
        for one in (row["ours"], row["blackbox"]):
            assert one["asked"] > 0
            assert one["resident_mb"] > 0


def test_ours_takes_commands_tells_of_outages_and_is_started_again(found: Any) -> None:
    for [row] in found["schemes"].values():
        ours = row["ours"]
        assert (ours["acks"], ours["downs"]) == (4, 8)
        assert 0 < ours["ack_ms"]["p50"] <= ours["ack_ms"]["p99"]
        assert ours["restart_s"]["connected"] > 0


def test_every_goal_stands_in_the_table_with_what_was_found(found: Any) -> None:
    lines = list(goals(found["schemes"]))
    assert [line.goal for line in lines] == [0.2, 0.4, 1, 150, 100, 2, None, 30, 1.0, 0.75, 1, 150, 100, 2, None, 30]
    said = "\n".join(table(found))
    assert all(str(line) in said for line in lines)
    assert said.count("MISSED") == sum(line.goal is not None and line.found > line.goal for line in lines)
