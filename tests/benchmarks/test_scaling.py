"""The benchmark of scaling policies prints the table that docs/scaling.md holds."""

import json
from pathlib import Path

import pytest

from benchmarks import scaling

PAGE = (Path(__file__).parents[2] / "docs/scaling.md").read_text("utf-8")


def test_the_page_on_scaling_holds_its_very_table() -> None:
    for line in scaling.table(scaling.compared(), 0)[:5]:
        assert line in PAGE


def test_it_prints_its_figures_as_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    scaling.main(["--json"])
    found = json.loads(capsys.readouterr().out)
    assert sorted(found) == ["daily wave", "decision_ms", "ramp with noise", "spikes"]
    assert found["decision_ms"] > 0
