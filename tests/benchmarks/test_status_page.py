"""The benchmark of the status page runs, small; what it measures is for people to judge."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks import status_page

ROOT = Path(__file__).parents[2]


def test_both_pages_have_times_and_bytes() -> None:
    command = [sys.executable, "-m", status_page.__name__, "--json", "--checks", "12", "--rounds", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["checks"], found["services"]) == (12, 2)
    assert sorted(found["pages"]) == ["/", "/status.json"]
    for row in found["pages"].values():
        assert sorted(row) == ["bytes", "due_ms", "due_worst_ms", "first_ms", "kept_ms"]
        assert min(row.values()) > 0
