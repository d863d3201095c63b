"""Contenders that live as long as the benchmark, each in a process of its own: as a bot and a program's library do."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from benchmarks.deploying.scene import Job

ROOT = Path(__file__).parents[2]
GRACE = 20.0  # seconds for a worker to end once the parent hangs up


class Worker:
    """Use as a context. It reads a job on each line and answers with its cost."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self._command = list(command)
        self._log = log

    def __enter__(self) -> "Worker":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._log.parent,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                bufsize=1,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def deploy(self, job: Job) -> dict[str, float]:
        """{cpu, wall} in seconds. Raises RuntimeError with its last words when it failed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line.startswith("{"):
            raise RuntimeError(f"{self.name} failed: {line}{self._log.read_text()[-2000:]}")
        found: dict[str, float] = json.loads(line)
        return found
