"""`python -m bot simulate`: a trace and policies in, plots and a table out."""

import json
from pathlib import Path

import pytest
import yaml

from tests.fleet.samples import PRODUCTION, changed
from tests.test_cli import Said, bot

SCALE = {"min": 2, "max": 10, "target_cpu": 60, "cost_per_hour": 0.1}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A fleet whose shop has a scale, and a trace of a hill."""
    (tmp_path / "fleet.yaml").write_text(yaml.safe_dump(changed(((*PRODUCTION, "scale"), SCALE))))
    loads = [1.0] * 20 + [4.0] * 60 + [1.0] * 40
    rows = [f"{60 * minute},{load}" for minute, load in enumerate(loads)]
    (tmp_path / "hill.csv").write_text("\n".join(["time,load", *rows]))
    return tmp_path


def rows(said: Said) -> dict[str, list[str]]:
    """The table's lines by their first word."""
    lines = said.out.splitlines()
    begin = next(number for number, line in enumerate(lines) if "over target" in line)
    return {line.split("  ")[0]: line.split("  ")[1:] for line in lines[begin + 1 : begin + 4] if line.strip()}


def test_a_hill_is_climbed_and_come_down_from_beside_the_plain_rule(here: Path) -> None:
    said = bot(here, "simulate", "hill.csv", "--service", "shop")
    assert (said.code, said.err) == (0, "")
    assert list(rows(said)) == ["shop · production", "plain target tracking"]
    assert "2 to 7" in said.out
    assert "2 → 3 hosts · CPU" in said.out
    assert "▁" in said.out
    assert "█" in said.out


def test_several_policies_stand_beside_each_other(here: Path) -> None:
    (here / "steps.yaml").write_text(json.dumps({"max": 10, "steps": [{"above": 80, "add": 1}]}))
    said = bot(here, "simulate", "hill.csv", "--service", "shop", "--policy", "steps.yaml")
    assert said.code == 0
    assert list(rows(said)) == ["shop · production", "steps", "plain target tracking"]


def test_a_policy_file_needs_no_fleet_and_without_a_price_there_is_no_cost(here: Path) -> None:
    (here / "fleet.yaml").unlink()
    (here / "mine.yaml").write_text("{max: 10, target_cpu: 50}")
    said = bot(here, "simulate", "hill.csv", "--policy", "mine.yaml")
    assert said.code == 0
    assert "cost" not in said.out
    assert "host-hours" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.csv"], "nothing.csv"),
        (
            ["hill.csv", "--service", "api"],
            "say whose scale is to be tried, by --service and --environment: shop · prod",
        ),
        (["hill.csv", "--boot", "soon"], "soon"),
        (["hill.csv", "--policy", "bad.yaml"], "max: is below min, which is 5"),
        (["hill.csv", "--policy", "worse.yaml"], "is no YAML"),
        (["bad.csv"], "bad.csv: line 2: 'x' is no time; a trace is a header time,load"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_line(here: Path, arguments: list[str], words: str) -> None:
    (here / "bad.yaml").write_text("{min: 5, max: 2, target_cpu: 50}")
    (here / "worse.yaml").write_text("{min: 5")
    (here / "bad.csv").write_text("time,load\nx,1\n")
    said = bot(here, "simulate", *arguments)
    assert said.code != 0
    assert words in said.err
    assert "Traceback" not in said.err
