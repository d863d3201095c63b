"""Processes of the deploy engine, one life after the other, from one that has all modules loaded: loading them would be
most of each life.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[2]
LAST_WORDS = "last-words"


@dataclass(frozen=True, slots=True)
class Life:
    """What a process that lived to its end passed: how many moments, and those that have a name, in their order."""

    moments: int
    names: tuple[str, ...]


class Lives:
    def __init__(self, mother: subprocess.Popen[str]) -> None:
        self._mother = mother

    def live(self, place: Path, ref: str, last: int | str = 0) -> Life | None:
        """None when it was killed, at the moment of that number or name; 0 is none."""
        assert self._mother.stdin
        assert self._mother.stdout
        self._mother.stdin.write(f"{place}\t{ref}\t{last}\n")
        self._mother.stdin.flush()
        status = int(self._mother.stdout.readline())
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            return None
        assert status == 0, (place / LAST_WORDS).read_text()
        many, *names = (place / "moments").read_text().splitlines()
        return Life(int(many), tuple(names))


@contextmanager
def lives(module: str = "tests.engine.mortal") -> Iterator[Lives]:
    command = [sys.executable, "-m", module]
    with subprocess.Popen(
        command, cwd=HERE, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as mother:
        try:
            yield Lives(mother)
        finally:
            mother.terminate()
