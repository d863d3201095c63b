"""Processes of the benchmark: what they use, by /proc, and one that is spoken to line by line."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
GRACE = 20.0  # seconds for a process to end once the benchmark hangs up


@dataclass(frozen=True)
class Use:
    """`cpu` in seconds since its start, all of its threads; `resident` and `peak` in MB."""

    cpu: float
    resident: float
    peak: float


def use(pid: int) -> Use:
    """Of one process. Raises FileNotFoundError once it is gone."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])  # utime and stime (proc(5), 14 and 15), counted behind the name
    words = Path(f"/proc/{pid}/status").read_text().split()
    resident, peak = (int(words[words.index(name) + 1]) / 1024 for name in ("VmRSS:", "VmHWM:"))
    return Use(ticks / os.sysconf("SC_CLK_TCK"), resident, peak)


class Spoken:
    """A Python module in a process of its own that reads commands and answers in lines. Use as a context."""

    def __init__(self, module: str, arguments: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        end(self._process)
        self._process.stdout.close()

    def line(self) -> str:
        """The next one. RuntimeError when there will be none."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a process of the benchmark has ended by itself; what it said stands above")
        return line

    def tell(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")

    def ask(self, command: str) -> dict[str, Any]:
        self.tell(command)
        found: dict[str, Any] = json.loads(self.line())
        return found


def end(process: subprocess.Popen[Any]) -> None:
    """Waits until it has ended; kills it when that takes too long."""
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
