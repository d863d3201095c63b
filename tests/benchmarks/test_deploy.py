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
    assert sorted(found["line"]) == ["each_ms", "fixed_ms"]


def test_a_cost_without_idling_is_less_than_the_whole(found: Any) -> None:
    for one in found["sizes"]:
        assert 0 < one["own_ms_per_host"] < one["cpu_ms_per_host"]


def test_idling_is_taken_off_each_deploy_by_itself() -> None:
    figures = [{"cpu": 1.0, "idle": 0.2}, {"cpu": 2.0, "idle": 0.1}, {"cpu": 0.9, "idle": 0.0}]
    assert race.apart(figures, 10) == {"own_cpu_s": 0.9, "own_ms_per_host": 90.0}


def test_what_a_deploy_costs_is_told_apart_from_what_each_host_does() -> None:
    sizes = [{"hosts": 10, "own_cpu_s": 0.1}, {"hosts": 50, "own_cpu_s": 9.0}, {"hosts": 110, "own_cpu_s": 0.6}]
    assert race.line(sizes) == {"each_ms": 5.0, "fixed_ms": 50.0}
    assert race.line(sizes[:1]) == {}


def test_the_table_says_what_is_without_idling_and_the_line() -> None:
    one = {"cpu": 1.0, "wall": 2.0, "backend": 0.5, "work": 0.25}
    found = race.report({"pointsman": [one], "pointsman-pushed": [one]}, 10)
    size = {"hosts": 10, "cpu_ms_per_host": 12.0, "own_ms_per_host": 11.0, "wall_s": 0.5}
    whole = {"rounds": 1, "missing": [], "start_cpu_s": {}, "sizes": [size], "line": {"each_ms": 5.0, "fixed_ms": 60.4}}
    assert deploy.table({**found, **whole})[-2:] == [
        "    10         12.0            11.0    0.50",
        "a deploy costs 60 ms, and 5.0 ms for each host",
    ]


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
    told = deploy.table({**found, "rounds": 1, "missing": [], "start_cpu_s": {}, "sizes": [], "line": {}})
    assert next(line for line in told if line.startswith("ansible")).split()[4:] == ["10.0", "4.0", "20.0", "8.0"]
