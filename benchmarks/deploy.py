"""What a deploy costs beside its peers: five steps on loopback sshd targets; CPU of the client side, and time.

    python -m benchmarks.deploy [--json] [--hosts 100] [--sizes 10,50,100,200] [--rounds 5] [--install-peers]

Ours is the whole bot: asked as a handler asks it, journal and durable steps in SQLite files, messages delivered to the
sandbox's Slack, preflight, steps, health asked by HTTP. `pointsman-pushed` is the same bot with `deliver: push`: it
packs the release once and sends it over its connections, where all others have every host fetch it from git. `backend`
is the ssh backend of `pointsman` without the rest, `floor` paramiko alone: the five commands on one connection. The
peers run the same five commands, in turn with ours, without anything else. After each deploy the targets are asked what
they run.

Our CPU is all that the process takes from the question until its last message is in Slack and its connections are
closed: every deploy opens its own. In that time it also idles, for Slack takes one message a second; how much that is
shows the column `without idling`, by a second of the same process in which nothing was asked. One job does not run: the
one that asks all hosts once a minute how busy they are, whatever is deployed.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from benchmarks.deploying import peers
from benchmarks.deploying.app import App
from benchmarks.deploying.ledger import BACKEND, WORK
from benchmarks.deploying.race import (
    ENGINE,
    FLOOR,
    OURS,
    PUSHED,
    Contender,
    Pushing,
    Race,
    alternate,
    by_size,
    line,
    report,
)
from benchmarks.deploying.surroundings import PARALLEL, scene_of
from benchmarks.deploying.targets import Targets
from benchmarks.deploying.workers import Worker

PEERS = Path(__file__).parent / ".peers-venv"
MODULE = "benchmarks.deploying"
PARTS = {
    BACKEND: "the order on the hosts (ssh backend)",
    WORK: "preflight, health, git",
    ENGINE: "engine: durable steps, state, messages, jobs",
}


def ours(directory: Path) -> list[Worker]:
    scene = str(directory / "scene.json")
    commands = {
        OURS: [f"{MODULE}.whole", scene],
        BACKEND: [f"{MODULE}.bare", BACKEND, scene],
        FLOOR: [f"{MODULE}.bare", FLOOR, scene],
    }
    return [Worker(name, [sys.executable, "-m", *rest], directory / f"{name}.log") for name, rest in commands.items()]


def measure(given: argparse.Namespace, directory: Path) -> dict[str, Any]:
    sizes = [int(size) for size in given.sizes.split(",") if size]
    app = App.create(directory / "app")
    with ExitStack() as stack:
        targets = stack.enter_context(Targets(directory / "targets", max([given.hosts, *sizes])))
        scene = stack.enter_context(scene_of(directory, targets, app, sorted({given.hosts, *sizes})))
        own = [stack.enter_context(worker) for worker in ours(directory)]
        library = [stack.enter_context(worker) for worker in peers.libraries(given.peers, directory)]
        tools = peers.tools(given.peers, scene, directory)
        race = Race(app, targets)
        contenders: list[Contender] = [own[0], Pushing(own[0]), *own[1:], *library, *tools]
        found = report(alternate(race, contenders, given.hosts, given.rounds), given.hosts)
        starts = {tool.name: round(tool.start()["cpu"], 3) for tool in tools}
        sized = by_size(race, own[0], sizes, given.rounds)
    missing = [name for name in peers.NAMES if name not in found["costs"]]
    return {
        **found,
        "rounds": given.rounds,
        "start_cpu_s": starts,
        "sizes": sized,
        "line": line(sized),
        "missing": missing,
    }


def table(found: dict[str, Any]) -> list[str]:
    """For people."""
    lines = [f"{found['hosts']} hosts, five commands, {PARALLEL} at a time; medians of {found['rounds']} rounds", ""]
    lines.append(f"{'':16} {'CPU s':>7} {'ms/host':>8} {'wall s':>7}   times {OURS}, times {PUSHED}: CPU, wall")
    for name, cost in found["costs"].items():
        both = [found[times].get(name) for times in ("times_ours", "times_pushed")]
        beside = "".join(f"   {times['cpu']:>12.1f} {times['wall']:>5.1f}" for times in both if times)
        lines.append(f"{name:16} {cost['cpu_s']:7.2f} {cost['cpu_ms_per_host']:8.1f} {cost['wall_s']:7.2f}{beside}")
    lines.append(f"{PUSHED} brings the release itself; all others have every host fetch it from git")
    lines += [f"{name} is not there: see --install-peers" for name in found["missing"]]
    lines += [f"of that, the start of {name}: {seconds:.2f} s CPU" for name, seconds in found["start_cpu_s"].items()]
    lines += ["", f"{'of our CPU, %':44} {'fetch':>6} {'push':>6}"]
    shares = found["percent"], found["percent_pushed"]
    lines += [f"{words:44} {shares[0][name]:6.1f} {shares[1][name]:6.1f}" for name, words in PARTS.items()]
    lines.append("")
    lines.append(f"{'hosts':>6} {'CPU ms/host':>12} {'without idling':>15} {'wall s':>7}")
    for one in found["sizes"]:
        costs = f"{one['cpu_ms_per_host']:12.1f} {one['own_ms_per_host']:15.1f}"
        lines.append(f"{one['hosts']:6} {costs} {one['wall_s']:7.2f}")
    if found["line"]:
        lines.append("a deploy costs {fixed_ms:.0f} ms, and {each_ms:.1f} ms for each host".format_map(found["line"]))
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of figures")
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--sizes", default="10,50,100,200", help="ours alone, to see whether a host's cost stays")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", type=Path, default=PEERS, help="the peers' virtual environment")
    parser.add_argument("--install-peers", action="store_true", help="make that environment, from PyPI")
    given = parser.parse_args(arguments)
    if given.install_peers:
        peers.install(given.peers)
    with tempfile.TemporaryDirectory(prefix="deploy-") as directory:
        found = measure(given, Path(directory))
        click.echo(json.dumps(found) if given.json else "\n".join(table(found)))


if __name__ == "__main__":
    main()
