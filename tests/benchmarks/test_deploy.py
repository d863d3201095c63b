"""The benchmark of deploys runs, small and without peers; what it measures is for people to judge."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import deploy
from benchmarks.deploying import race
from tests.programs import need

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    need("sshd")
    no_peers = str(tmp_path_factory.mktemp("no-peers"))
    command = [sys.executable, "-m", deploy.__name__, "--json", "--hosts", "2", "--sizes", "1,2", "--rounds", "1"]
    done = subprocess.run([*command, "--peers", no_peers], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_ours_its_backend_and_the_floor_have_a_cost(found: Any) -> None:
    assert sorted(found["costs"]) == ["backend", "floor", "pointsman", "pointsman-pushed"]
    for cost in found["costs"].values():
        assert sorted(cost) == ["cpu_ms_per_host", "cpu_s", "wall_s"]
        assert min(cost.values()) > 0


def test_peers_that_are_missing_are_said(found: Any) -> None:
    assert found["missing"] == ["parallel-ssh", "pyinfra", "ansible"]
    assert found["times_ours"] == found["times_pushed"] == found["start_cpu_s"] == {}


def test_the_cost_is_told_for_each_size_and_part(found: Any) -> None:
    assert [one["hosts"] for one in found["sizes"]] == [1, 2]
    for shares in (found["percent"], found["percent_pushed"]):
        assert sorted(shares) == ["backend", "engine", "work"]
        assert min(shares.values()) > 0
        assert sum(shares.values()) == pytest.approx(100, abs=0.3)
    assert (found["hosts"], found["rounds"]) == (2, 1)


def test_the_table_tells_both_ways_to_deliver_apart(found: Any) -> None:
    told = deploy.table(found)
    assert [line.split()[0] for line in told if line.startswith("pointsman ")] == ["pointsman"]
    assert "pointsman-pushed brings the release itself; all others have every host fetch it from git" in told


def test_a_peer_is_compared_with_each_of_ours() -> None:
    one = {"cpu": 1.0, "wall": 2.0, "backend": 0.5, "work": 0.25}
    half = {"cpu": 0.5, "wall": 1.0, "backend": 0.25, "work": 0.125}
    figures = {"pointsman": [one], "pointsman-pushed": [half], "floor": [half], "ansible": [{"cpu": 10.0, "wall": 8.0}]}
    found = race.report(figures, 10)
    assert found["times_ours"] == {"ansible": {"cpu": 10, "wall": 4}}
    assert found["times_pushed"] == {"ansible": {"cpu": 20, "wall": 8}}
    told = deploy.table({**found, "rounds": 1, "missing": [], "start_cpu_s": {}, "sizes": []})
    assert next(line for line in told if line.startswith("ansible")).split()[4:] == ["10.0", "4.0", "20.0", "8.0"]
