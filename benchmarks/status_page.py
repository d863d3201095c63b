"""How long the status page takes with many checks and 90 days of history: time and bytes of / and /status.json.

    python -m benchmarks.status_page [--json] [--checks 1000] [--in-a-service 10] [--rounds 15]

The page is served as the bot serves it, from a database that holds what the bot would have written: a day's roll for 90
days, an hour's for two days, a minute's for two hours, and outages. `first` is the first request after a start; `due`
one that finds the last page too old, and gathers anew; `kept` one that comes within the five seconds that a page lasts.
"""

import argparse
import http.client
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import click

from bot.engine.clock import SystemClock
from bot.engine.showcase import KEPT, Showcase
from bot.fleet import Fleet, load_fleet
from bot.histogram import bucket
from bot.model import Health, Incident
from bot.rolls import Roll, Span
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.rolls import Rolls
from bot.state.schema import apply_all
from bot.watch import CheckState, Ended, Sighting
from bot.web.guard import Guard
from bot.web.serving import serve
from bot.web.site import site
from bot.web.status_page import status_page

PATHS = ("/", "/status.json")
SPANS = {Span.DAY: 90, Span.HOUR: 48, Span.MINUTE: 120}
OUTAGES = 60


class Ahead(SystemClock):
    """A clock that can be moved on."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.by


def fleet_of(checks: int, in_a_service: int) -> Fleet:
    services = {}
    for first in range(0, checks, in_a_service):
        numbers = range(first, min(checks, first + in_a_service))
        each = [{"name": f"c{n}", "http": f"https://s{n}.example.com/", "action": "rollback"} for n in numbers]
        production = {
            "backend": "ssh",
            "hosts": ["deploy@10.0.0.5:22"],
            "path": f"/srv/service{first}",
            "steps": {"restart": "true"},
            "health": {"http": "http://{host}/"},
            "checks": each,
        }
        repo = "https://git.example.com/shop.git"
        services[f"service{first}"] = {"owners": ["@shop"], "repo": repo, "environments": {"production": production}}
    return load_fleet(json.dumps({"version": 1, "environments": ["production"], "services": services}))


def fill(db: Database, fleet: Fleet, now: datetime) -> None:
    """Rolls up to now, and marks of how far they are rolled up; a few bad days, the latest outages."""
    apply_all(db)
    ids, rolls, incidents = [check.id for check in fleet.checks()], Rolls(db), Incidents(db)
    for span, back in SPANS.items():
        last = span.number(now)
        rolls.put(span, {each: list(_rolls(span, last, back, place)) for place, each in enumerate(ids)})
        if span is not Span.MINUTE:
            rolls.mark(span, last - 1)
    Checks(db).save({each: CheckState(now, Health.UP, now, True, 9, now, now, 0.04, 200) for each in ids})
    for place, check in enumerate(fleet.checks()[:OUTAGES]):
        begun = now - timedelta(hours=place + 1)
        draft = Incident(0, check.id, check.target, begun, "answered 503 in 41 ms")
        incidents.open(draft, Sighting("GET https://s.example.com/", check.action, 3), "#alerts", begun)
        incidents.end(check.id, Ended.UP, begun + timedelta(minutes=6), begun + timedelta(minutes=6))


def _rolls(span: Span, last: int, back: int, place: int) -> Iterator[Roll]:
    """Every 30 s an answer, with latencies over a dozen buckets."""
    asked = span // 30
    for number in range(last - back, last):
        bad = asked // 50 if (number + place) % 29 == 0 else 0
        slow = bucket(0.02 + (number + place) % 24 / 200)
        latency = {slow + step: max(1, asked // 12) for step in range(12)}
        yield Roll(number, asked, bad, latency)


def ask(line: http.client.HTTPConnection, path: str) -> tuple[float, int]:
    """Milliseconds and bytes. RuntimeError when it is refused."""
    begun = time.perf_counter()
    line.request("GET", path)
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return (time.perf_counter() - begun) * 1000, len(body)


def measure(checks: int, in_a_service: int, rounds: int) -> dict[str, Any]:
    fleet, clock = fleet_of(checks, in_a_service), Ahead()
    with tempfile.TemporaryDirectory(prefix="page-") as directory:
        db = Database(Path(directory) / "state.db")
        fill(db, fleet, clock.now())
        rows = {path: _row(db, fleet, clock, path, rounds) for path in PATHS}
        db.close()
    return {"checks": checks, "services": len(fleet.targets()), "load": os.getloadavg(), "pages": rows}


def _row(db: Database, fleet: Fleet, clock: Ahead, path: str, rounds: int) -> dict[str, float]:
    page = status_page(Showcase(db, lambda: fleet, clock), Guard(None), detailed=False)
    with serve(site(page), "127.0.0.1", 0) as address:
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        first, size = ask(line, path)
        due, kept = [], []
        for _ in range(rounds):
            clock.by += KEPT
            due.append(ask(line, path)[0])
            kept.append(ask(line, path)[0])
        line.close()
    found = {"first_ms": first, "due_ms": median(due), "due_worst_ms": max(due), "kept_ms": median(kept)}
    return {name: round(value, 1) for name, value in found.items()} | {"bytes": size}


def table(found: Mapping[str, Any]) -> list[str]:
    """For people."""
    load = " ".join(f"{value:.2f}" for value in found["load"])
    lines = [f"{found['checks']:,} checks of {found['services']} services, load average {load}; milliseconds", ""]
    lines.append(f"{'':14} {'first':>8} {'due':>8} {'worst':>8} {'kept':>8} {'bytes':>10}")
    for path, row in found["pages"].items():
        times = " ".join(f"{row[name]:8,.1f}" for name in ("first_ms", "due_ms", "due_worst_ms", "kept_ms"))
        lines.append(f"{path:14} {times} {row['bytes']:10,}")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of figures")
    parser.add_argument("--checks", type=int, default=1000)
    parser.add_argument("--in-a-service", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args(arguments)
    found = measure(given.checks, given.in_a_service, given.rounds)
    click.echo(json.dumps(found) if given.json else "\n".join(table(found)))


if __name__ == "__main__":
    main()
