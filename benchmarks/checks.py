"""What checks cost beside Debian's prometheus-blackbox-exporter: CPU of each whole process, new connection per check.

    python -m benchmarks.checks [--json] [--checks 100,1000,10000] [--schemes http,https] [--seconds 60]

Ours is the whole bot: schedule, questions, state and history written, Slack connected. The exporter is asked for each
check as Prometheus asks it, and writes nothing. Both have the same targets, in turn: distinct loopback addresses in a
process of its own. At the largest number of checks ours also takes commands, tells of targets that die, and is killed
and started again. Nothing is done about a goal that is missed but to say so.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from benchmarks.checking.blackbox import PROGRAM, installed
from benchmarks.checking.ours import workspace
from benchmarks.checking.race import Race
from benchmarks.checking.report import table
from benchmarks.checking.scene import EVERY
from benchmarks.checking.targets import Targets


def measure(scheme: str, sizes: Sequence[int], seconds: float, commands: int) -> list[dict[str, Any]]:
    with (
        tempfile.TemporaryDirectory(prefix="checks-") as directory,
        Targets.of(scheme, Path(directory)) as targets,
        workspace() as slack,
    ):
        race = Race(Path(directory), targets, slack, seconds, commands)
        return [_row(race, size, trials=size == max(sizes)) for size in sizes]


def _row(race: Race, size: int, trials: bool) -> dict[str, Any]:
    theirs = race.theirs(size) if installed() else None
    ours = race.ours(size, trials)
    ratio = round(ours["cpu_ms"] / theirs.cpu_ms, 3) if theirs else None
    return {"checks": size, "ours": ours, "blackbox": asdict(theirs) if theirs else None, "ratio": ratio}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of figures")
    parser.add_argument("--checks", default="100,1000,10000")
    parser.add_argument("--schemes", default="http,https")
    parser.add_argument("--seconds", type=float, default=60, help="how long each is counted")
    parser.add_argument("--commands", type=int, default=240, help="typed at ours at the largest number of checks")
    given = parser.parse_args(arguments)
    sizes = [int(size) for size in given.checks.split(",")]
    schemes = {scheme: measure(scheme, sizes, given.seconds, given.commands) for scheme in given.schemes.split(",")}
    found = {"every": EVERY, "load": os.getloadavg(), "schemes": schemes}
    if given.json:
        click.echo(json.dumps(found))
        return
    click.echo("\n".join(table(found)))
    if not installed():
        click.echo(f"{PROGRAM} is not installed: apt-get install {PROGRAM}")


if __name__ == "__main__":
    main()
