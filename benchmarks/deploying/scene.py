"""What the parent tells its contenders: one file of JSON, and then one line of JSON for each deploy."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Scene:
    """`targets` are (name, port) on 127.0.0.1; `settings` are the bot's, for the contender that is the bot."""

    directory: str
    repo: str
    user: str
    key_file: str
    known_hosts: str
    parallel: int
    targets: list[tuple[str, int]]
    settings: dict[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> "Scene":
        found = json.loads(path.read_text())
        return cls(**{**found, "targets": [(name, port) for name, port in found["targets"]]})


@dataclass(frozen=True)
class Job:
    """Bring this commit to the first `hosts` targets, into the directory `path` of each."""

    sha: str
    path: str
    hosts: int


def jobs() -> Iterator[Job]:
    """One for each line read, until the parent hangs up."""
    for line in sys.stdin:
        yield Job(**json.loads(line))


def answer(**figures: Any) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def cpu() -> float:
    """Seconds of this process and of its children that have ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


def nothing() -> float:
    return 0.0


def measured(
    act: Callable[[], float | None],
    parts: Callable[[], dict[str, float]] = dict,
    idling: Callable[[], float] = nothing,
) -> None:
    """Answers the parent with the act's cost; its wall is its own answer, where it gives one. `parts` are seconds of
    CPU since the start, answered as what the act took of each. `idling` is asked afterwards for the CPU of a second in
    which nothing is asked: answered is what it makes in the act's time.
    """
    before, used, begun = parts(), cpu(), time.monotonic()
    took = act()
    whole = time.monotonic() - begun
    spent = cpu() - used
    shares = {name: seconds - before[name] for name, seconds in parts().items()}
    answer(cpu=spent, wall=whole if took is None else took, idle=idling() * whole, **shares)
