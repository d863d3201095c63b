"""The parts of the benchmark of checks; what the whole of it measures is for people to judge."""

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from benchmarks.checking.blackbox import exporter
from benchmarks.checking.processes import use
from benchmarks.checking.report import goals, table
from benchmarks.checking.scene import DOOMED, EVERY, Scene, address, addresses, check_id
from benchmarks.checking.targets import Targets
from bot.fleet import load_fleet
from tests.programs import need
from tests.waiting import eventually


@pytest.mark.parametrize("checks", [1, 100, 250])
def test_the_fleet_file_asks_every_address_by_the_checks_id(checks: int) -> None:
    scene = Scene("https", 8443, checks)
    found = {check.id: check for check in load_fleet(scene.fleet()).checks()}
    assert len(found) == checks + DOOMED
    assert all(found[check_id(number)].target.environment == "production" for number in range(checks))
    assert scene.url(7) == f"https://{address(7)}:8443/{check_id(7)}"
    assert len(set(addresses())) == 1000 + DOOMED


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_targets_note_who_asked_and_die_when_they_are_told(tmp_path: Path, scheme: str) -> None:
    with Targets.of(scheme, tmp_path) as targets:
        scene = targets.scene(3)
        roots = targets.authority.ca_file if targets.authority else True
        targets.mark(2)
        for number in (0, 0, 1):
            assert requests.get(scene.url(number), verify=str(roots) if scheme == "https" else True, timeout=20).ok
        found = targets.report()
        assert (found["asked"], found["seen"]) == (3, 2)
        assert found["complete_at"] == pytest.approx(time.time(), abs=60)
        assert 0 <= found["lag"]["p50"] <= found["lag"]["p100"] < EVERY


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_exporter_is_asked_for_each_check_and_finds_it_good(tmp_path: Path, scheme: str) -> None:
    need("prometheus-blackbox-exporter")
    with Targets.of(scheme, tmp_path) as targets:
        roots = targets.authority.ca_file if targets.authority else None
        targets.mark(4)
        with exporter(tmp_path / "run", targets.scene(4), 1.0, roots) as asked:
            eventually(lambda: asked.counts()["answered"] >= 6, timeout=60)
            assert asked.counts()["bad"] == 0
            assert use(asked.pid).resident > 1
        assert targets.report()["seen"] == 4


OURS: dict[str, Any] = {
    "cpu_ms": 0.15,
    "core_percent": 5.0,
    "resident_mb": 100,
    "peak_mb": 160,
    "lag_s": {"p99": 0.6},
    "acks": 80,
    "ack_ms": {"p99": 40.0},
    "downs": 8,
    "down_late_s": {"p100": 1.2},
    "restart_s": {"connected": 4.0, "all_asked": 19.0},
}


def test_every_goal_stands_in_the_table_with_what_was_found() -> None:
    row = {"checks": 10_000, "ours": OURS, "blackbox": {"cpu_ms": 0.5, "resident_mb": 40}, "ratio": 0.3}
    lines = list(goals({"http": [row]}))
    assert [line.goal for line in lines] == [0.2, 0.4, 1.0, 150, 100, 2.0, None, 30]
    assert [line.what for line in lines if "MISSED" in str(line)] == ["http, 10,000 checks: resident at most"]
    said = table({"every": 30, "load": (1, 2, 3), "schemes": {"http": [row]}})
    assert all(str(line) in said for line in lines)


def test_without_the_exporter_there_is_no_ratio() -> None:
    row = {"checks": 10, "ours": OURS, "blackbox": None, "ratio": None}
    assert all("blackbox_exporter" not in line.what for line in goals({"https": [row]}))
    assert "–" in table({"every": 30, "load": (1, 2, 3), "schemes": {"https": [row]}})[3]
