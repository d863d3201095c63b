"""The benchmark of the rules: calls of AWS grow as instances / 500, and a decision costs little."""

import json

import pytest

from benchmarks import orchestrator

SIZES = [10, 500, 1200]


def test_calls_grow_as_instances_by_five_hundred(capsys: pytest.CaptureFixture[str]) -> None:
    orchestrator.main(["--json", "--instances", ",".join(map(str, SIZES))])
    found = json.loads(capsys.readouterr().out)
    assert [one["instances"] for one in found["sizes"]] == SIZES
    assert [(one["look"]["calls"], one["cpu"]["calls"]) for one in found["sizes"]] == [(1, 1), (1, 1), (3, 3)]
    assert all(one[part]["cpu_ms"] > 0 for one in found["sizes"] for part in ("look", "cpu"))
    assert found["decision_ms"] > 0


def test_the_table_for_people_has_a_line_for_each_size() -> None:
    row = {"instances": 1000, "services": 2, "look": {"calls": 2, "cpu_ms": 120}, "cpu": {"calls": 2, "cpu_ms": 300}}
    lines = orchestrator.table([row], 40)
    assert lines[2] == "| 1,000 | 2 | 2, 120 ms | 2, 300 ms |"
    assert lines[-1] == "a decision for 1,000 services: 40 ms of CPU"
