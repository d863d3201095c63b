"""What a policy does with three shapes of load beside a plain target-tracking rule, and what a decision costs.

    python -m benchmarks.scaling [--json]

A day's wave, a spike and a ramp with noise, made from a seed; replayed in virtual time by `bot.plan.simulation`.
"""

import argparse
import json
import math
import random
import resource
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from bot.fleet.scale import Scale
from bot.plan.scaling import decide
from bot.plan.simulation import START, Outcome, Point, Setting, by, fewest, replay
from bot.plan.tracking import TargetTracking
from bot.scaling import Capacity, Load, Wish

POLICY = {"min": 2, "max": 30, "target_cpu": 60}  # all else is the default
SERVICES, HOSTS = 1000, 10


def _points(loads: Sequence[float]) -> list[Point]:
    """One a minute."""
    return [Point(START + timedelta(minutes=minute), load) for minute, load in enumerate(loads)]


def daily_wave() -> list[Point]:
    return _points([6 + 5 * math.sin(2 * math.pi * (minute - 360) / 1440) for minute in range(1441)])


def spike() -> list[Point]:
    """Two of them: an hour at four and a half times the load, ten minutes at three times."""
    return _points([9.0 if 120 <= minute < 180 else 6.0 if 300 <= minute < 310 else 2.0 for minute in range(481)])


def noisy_ramp() -> list[Point]:
    """Up in five hours, two hours there, down in five; each minute 8 % off, up or down."""
    seeded = random.Random(7)
    plain = [1.5 + 8 * min(1, minute / 300, max(0, (720 - minute) / 300)) for minute in range(721)]
    return _points([max(0.2, load * (1 + seeded.gauss(0, 0.08))) for load in plain])


TRACES = {"daily wave": daily_wave, "spikes": spike, "ramp with noise": noisy_ramp}


def compared() -> dict[str, dict[str, Any]]:
    """By trace: both rules' minutes over the target, instance-hours and changes."""
    policy = Scale.model_validate(POLICY)
    found = {}
    for name, make in TRACES.items():
        trace = make()
        begin = fewest(policy, trace)
        ours = replay(trace, by(policy), begin, Setting(over=policy.over), 60)
        plain = replay(trace, TargetTracking(policy.min, policy.max, 60), begin, Setting(), 60)
        found[name] = {"ours": _figures(ours), "plain": _figures(plain)}
    return found


def _figures(outcome: Outcome) -> dict[str, float]:
    return {
        "minutes_over": outcome.over / timedelta(minutes=1),
        "hours": round(outcome.host_hours, 1),
        "changes": len(outcome.acts),
    }


def decision_ms() -> float:
    """CPU of one sweep of decisions for a thousand services."""
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    policy = Scale.model_validate(POLICY)
    loads = tuple(Load(f"web{number}", now - timedelta(days=1), 55.0 + number) for number in range(HOSTS))
    wishes = tuple(Wish(now - timedelta(seconds=30 * number), HOSTS) for number in range(10, 0, -1))
    capacity = Capacity(HOSTS, loads, wishes=wishes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for _ in range(SERVICES):
        decide(capacity, policy, now)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_utime - before) * 1000


def table(found: dict[str, dict[str, Any]], cost: float) -> list[str]:
    """For people, as docs/scaling.md has it."""
    lines = [
        "| load | over target, min: ours / plain | instance-hours: ours / plain | changes: ours / plain |",
        "|---|---|---|---|",
    ]
    for name, both in found.items():
        ours, plain = both["ours"], both["plain"]
        cells = [f"{ours[key]:g} / {plain[key]:g}" for key in ("minutes_over", "hours", "changes")]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, "", f"a decision for {SERVICES:,} services of {HOSTS} hosts: {cost:.0f} ms of CPU"]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of figures")
    given = parser.parse_args(arguments)
    found, cost = compared(), decision_ms()
    click.echo(json.dumps({**found, "decision_ms": round(cost, 1)}) if given.json else "\n".join(table(found, cost)))


if __name__ == "__main__":
    main()
