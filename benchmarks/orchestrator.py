"""What the rules cost: calls of AWS and CPU of the bot at 10, 1,000 and 5,000 instances, and of deciding alone.

    python -m benchmarks.orchestrator [--json] [--instances 10,1000,5000]

Instances are a stand-in's, in a process of its own (benchmarks/orchestrating), 500 for a service at most. Every 15 s
the rules look at the machines of each service and decide; once a minute the CPU of all instances is read besides.
Deciding alone is for 1,000 services.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import yaml

from benchmarks.scaling import SERVICES, decision_ms
from bot.app.hosts import NoLoads
from bot.backends.aws_sessions import Sessions
from bot.backends.cloudwatch import CloudWatch
from bot.backends.elb import TargetGroups
from bot.backends.loads import AllLoads
from bot.backends.prometheus import Prometheus
from bot.backends.scalers import Scalers
from bot.engine.capacities import Capacities
from bot.engine.clock import SystemClock
from bot.engine.cpu import CpuBook
from bot.engine.orchestrator import Orchestrator
from bot.engine.scale_book import ScaleBook
from bot.engine.scale_weighing import ScaleWeighing
from bot.engine.stands import Stands
from bot.engine.standstill import Standstill
from bot.fleet import Fleet, load_fleet
from bot.model import Target
from bot.plan.pools import pool_of
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from tests.backends.daemons import running

REGION, ACCOUNT = "eu-west-1", {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
PER_SERVICE = 500
CPU = 60.0  # just the target: nothing acts
LOOKS = 4  # of the rules in a minute
SAYS = r"listening on (http://127\.0\.0\.1:\d+)"


class Never:
    """Nothing is begun while it is measured."""

    def start(self, act_id: int) -> None:
        raise AssertionError(f"act {act_id} began")


def fleet_of(services: int) -> Fleet:
    production = {
        "backend": "ec2",
        "path": "/srv/shop",
        "steps": {"restart": "true"},
        "health": {"http": "http://{host}/healthz"},
        "scale": {"min": 1, "max": 5000, "target_cpu": CPU, "over": "5m"},
    }
    named = {
        f"shop{number}": {
            "repo": "https://github.com/acme/shop.git",
            "environments": {
                "production": {
                    **production,
                    "ec2": {"tags": {"service": f"shop{number}"}, "user": "deploy", "launch": {"template": "shop"}},
                }
            },
        }
        for number in range(services)
    }
    words = {"version": 1, "environments": ["production"], "services": named}
    return load_fleet(yaml.safe_dump({**words, "aws": {"production": {"region": REGION}}}))


class Scene:
    """The rules and the CPU book over moto's AWS."""

    def __init__(self, directory: Path, fleet: Fleet) -> None:
        clock = SystemClock()
        self.db = Database(directory / "state.db")
        apply_all(self.db)
        self.sessions = Sessions()
        scaler = Scalers(self.sessions, TargetGroups(self.sessions))
        stands = Stands(scaler, clock)
        self.loads = AllLoads(Prometheus("http://127.0.0.1:9"), CloudWatch(self.sessions), NoLoads())
        self.cpu = CpuBook(self.db, self.loads, lambda: fleet, clock, stands.last)

        def pools(target: Target) -> Any:
            return pool_of(fleet, target)

        book = ScaleBook(self.db, Outbox(self.db), lambda: fleet, clock)
        weighing = ScaleWeighing(self.db, scaler, stands, pools, lambda: fleet, clock)
        runs: Any = Never()
        capacities, standstill = Capacities(self.db, self.cpu), Standstill(self.db, book)
        self.rules = Orchestrator(self.db, book, runs, weighing, capacities, standstill, pools, lambda: fleet)

    def measured(self, act: Callable[[], None]) -> tuple[int, float]:
        """How many calls of AWS that took, and CPU of this process in milliseconds."""
        calls, begun = self.calls(), time.process_time()
        act()
        return self.calls() - calls, (time.process_time() - begun) * 1000

    def calls(self) -> int:
        return sum(one.calls for one in self.sessions.calls.counts())

    def close(self) -> None:
        self.loads.close()
        self.sessions.close()
        self.db.close()


def measure(instances: int) -> dict[str, Any]:
    services = -(-instances // PER_SERVICE)
    sizes = [min(PER_SERVICE, instances - number * PER_SERVICE) for number in range(services)]
    with aws(sizes), tempfile.TemporaryDirectory(prefix="orchestrator-") as directory:
        scene = Scene(Path(directory), fleet_of(services))
        scene.rules.sweep()  # connections are made, and what runs is known
        scene.cpu.sweep()
        looked, read = scene.measured(scene.rules.sweep), scene.measured(scene.cpu.sweep)
        scene.close()
    return {
        "instances": instances,
        "services": services,
        "look": {"calls": looked[0], "cpu_ms": round(looked[1], 1)},
        "cpu": {"calls": read[0], "cpu_ms": round(read[1], 1)},
        "calls_a_minute": LOOKS * looked[0] + read[0],
    }


@contextmanager
def aws(sizes: Sequence[int]) -> Iterator[None]:
    """A stand-in of its own, and the environment that leads there."""
    command = [sys.executable, "-m", "benchmarks.orchestrating.aws", ",".join(map(str, sizes))]
    with tempfile.TemporaryDirectory(prefix="aws-") as directory, running(command, Path(directory) / "log", SAYS) as at:
        before = dict(os.environ)
        os.environ |= {**ACCOUNT, "AWS_ENDPOINT_URL": at, "AWS_DEFAULT_REGION": REGION}
        try:
            yield
        finally:
            os.environ.clear()
            os.environ |= before


def table(found: Sequence[dict[str, Any]], cost: float) -> list[str]:
    """For people, as docs/speed.md has it."""
    lines = [
        "| instances | services | a look: calls, CPU | CPU read, once a minute: calls, CPU |",
        "|---|---|---|---|",
    ]
    for one in found:
        parts = [f"{one[part]['calls']}, {one[part]['cpu_ms']:,.0f} ms" for part in ("look", "cpu")]
        lines.append(f"| {one['instances']:,} | {one['services']} | {parts[0]} | {parts[1]} |")
    return [*lines, "", f"a decision for {SERVICES:,} services: {cost:.0f} ms of CPU"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of figures")
    parser.add_argument("--instances", default="10,1000,5000")
    given = parser.parse_args(arguments)
    found, cost = [measure(int(size)) for size in given.instances.split(",")], decision_ms()
    words = {"sizes": found, "decision_ms": round(cost, 1), "load": os.getloadavg()}
    click.echo(json.dumps(words) if given.json else "\n".join(table(found, cost)))


if __name__ == "__main__":
    main()
