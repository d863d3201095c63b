"""Policies and capacities for the tables of the scaling rules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.fleet.scale import Scale
from bot.scaling import Capacity, Load

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # a Friday
AGES_AGO = NOW - timedelta(days=3)


def policy(**words: Any) -> Scale:
    """Target 60 %, 1 to 100 hosts, unless it is said otherwise."""
    return Scale.model_validate({"min": 1, "max": 100, "target_cpu": 60, **words})


def hosts(*cpu: float | None, young: int = 0, releases: Sequence[str] = ()) -> tuple[Load, ...]:
    """Warm hosts with this CPU, and so many that began a moment ago."""
    names = [*releases, *[""] * len(cpu)]
    old = [Load(f"web{number}", AGES_AGO, value, names[number]) for number, value in enumerate(cpu)]
    return (*old, *(Load(f"new{number}", NOW - timedelta(seconds=10), None) for number in range(young)))


def capacity(*cpu: float | None, young: int = 0, desired: int | None = None, **more: Any) -> Capacity:
    loads = hosts(*cpu, young=young)
    return Capacity(len(loads) if desired is None else desired, loads, **more)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)
