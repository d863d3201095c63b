"""The benchmark of deploys runs, small and without peers; what it measures is for people to judge."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import deploy
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
    assert sorted(found["costs"]) == ["backend", "floor", "pointsman"]
    for cost in found["costs"].values():
        assert sorted(cost) == ["cpu_ms_per_host", "cpu_s", "wall_s"]
        assert min(cost.values()) > 0


def test_peers_that_are_missing_are_said(found: Any) -> None:
    assert found["missing"] == ["parallel-ssh", "pyinfra", "ansible"]
    assert found["times_ours"] == found["start_cpu_s"] == {}


def test_the_cost_is_told_for_each_size_and_part(found: Any) -> None:
    assert [one["hosts"] for one in found["sizes"]] == [1, 2]
    assert sorted(found["percent"]) == ["backend", "engine", "work"]
    assert min(found["percent"].values()) > 0
    assert sum(found["percent"].values()) == pytest.approx(100, abs=0.3)
    assert (found["hosts"], found["rounds"]) == (2, 1)
