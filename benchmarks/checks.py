"""What a check costs: the whole line from schedule to recorded state, CPU of this process, new connection per check.

    python -m benchmarks.checks [--json] [--checks 100,1000,10000] [--seconds 35]

Targets are distinct loopback addresses behind one tiny server in a process of its own.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from apscheduler.schedulers.background import BackgroundScheduler

from bot.backends.http import CurlProber
from bot.backends.probers import Probers
from bot.engine.clock import SystemClock
from bot.engine.monitor import Monitor
from bot.fleet import Fleet, load_fleet
from bot.questions import Ask
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from jobs import uptime

ADDRESSES = 1000  # distinct targets; more checks share them
EVERY = 30  # seconds between two checks of a target
RAMP = 2.0  # seconds before counting begins
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"


@dataclass(frozen=True)
class Cost:
    checks: int
    asked: int
    cpu_ms_per_check: float
    core_percent: float
    peak_mb: float


class CountingProber(CurlProber):
    asked = 0

    def submit(self, asks: Sequence[tuple[str, Ask]]) -> None:
        self.asked += len(asks)
        super().submit(asks)


class Answerer(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.write(ANSWER)
        self.transport.close()


def address(number: int) -> str:
    return f"127.1.{number % ADDRESSES // 250}.{number % 250 + 1}"


async def serve() -> None:
    """Says its port once every address answers there."""
    loop = asyncio.get_running_loop()
    first = await loop.create_server(Answerer, address(0), 0, backlog=512)
    port = first.sockets[0].getsockname()[1]
    for number in range(1, ADDRESSES):
        await loop.create_server(Answerer, address(number), port, backlog=512)
    click.echo(port)  # echo flushes
    await asyncio.Event().wait()


@contextmanager
def server() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-m", "benchmarks.checks", "--serve"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def fleet_of(number: int, port: int) -> Fleet:
    hosts = [
        {"name": f"web{i}", "address": f"deploy@{address(i)}:{22 + i // ADDRESSES}", "vars": {"PORT": str(port)}}
        for i in range(number)
    ]
    check = {"http": "http://{host}:{PORT}/{name}", "per_host": True, "every": f"{EVERY}s", "action": "restart"}
    production = {"backend": "ssh", "hosts": hosts, "path": "/srv", "steps": {"restart": "true"}, "checks": [check]}
    production["health"] = {"http": "http://{host}:{PORT}/"}
    shop = {"owners": ["@shop"], "repo": "https://git.example.com/shop.git", "environments": {"production": production}}
    return load_fleet(json.dumps({"version": 1, "environments": ["production"], "services": {"shop": shop}}))


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(number: int, port: int, seconds: float) -> Cost:
    fleet = fleet_of(number, port)
    prober, scheduler = CountingProber(), BackgroundScheduler()
    with tempfile.TemporaryDirectory() as directory:
        db = Database(Path(directory) / "state.db")
        apply_all(db)
        probers = Probers({Ask: prober})
        monitor = Monitor(db, Outbox(db), probers, lambda: fleet, lambda _target, _first: None, SystemClock())
        uptime.register(scheduler, monitor)
        scheduler.start()
        time.sleep(RAMP)
        used, asked, begun = cpu(), prober.asked, time.monotonic()
        time.sleep(seconds)
        used, asked, took = cpu() - used, prober.asked - asked, time.monotonic() - begun
        scheduler.shutdown()
        prober.close()
        db.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(number, asked, round(used * 1000 / asked, 3), round(used / took * 100, 2), round(peak))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of figures")
    parser.add_argument("--checks", default="100,1000,10000")
    parser.add_argument("--seconds", type=float, default=35)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    with server() as port:
        costs = [measure(int(number), port, given.seconds) for number in given.checks.split(",")]
    if given.json:
        click.echo(json.dumps([asdict(cost) for cost in costs]))
        return
    click.echo(f"{'checks':>7} {'asked':>7} {'CPU ms/check':>13} {'% of a core':>12} {'peak MB':>8}")
    for cost in costs:
        figures = f"{cost.cpu_ms_per_check:13.3f} {cost.core_percent:12.2f} {cost.peak_mb:8,.0f}"
        click.echo(f"{cost.checks:7,} {cost.asked:7,} {figures}")


if __name__ == "__main__":
    main()
