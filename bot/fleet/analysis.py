"""What a canary is compared by: the keys of `strategy.analysis`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from bot.counting import count
from bot.fleet.duration import Between, Interval, Text
from bot.fleet.metrics import Metric, metric_shortfall
from bot.fleet.refusal import refuse
from bot.fleet.share import Share

Pause = Annotated[timedelta, *Text, AfterValidator(Between("50ms", "60s"))]
Slowness = Annotated[timedelta, *Text, AfterValidator(Between("1ms", "60s"))]


Ratio = Annotated[float, Field(ge=1, le=100)]


class Rule(BaseModel):
    """Frozen, and closed, as every part of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LatencyRule(Rule):
    """The canary's answers beside the old release's, by a rank test on one point per host and interval."""

    allowed: Ratio = Field(default=1.10, description="Failed from this many times the old release's mean on.")
    increase: Slowness = Field(default=timedelta(milliseconds=5), description="Smaller differences never fail it.")
    points: Annotated[StrictInt, Field(ge=10, le=1000)] = Field(
        default=20, description="On either side; with fewer people are asked."
    )
    most: Slowness | None = Field(default=None, description="Hard limit of an interval's median; default: none.")


class ErrorRule(Rule):
    """The canary's share of bad answers beside the old release's, by a test of two proportions on counts."""

    increase: Share = Field(default="0.5%", validate_default=True, description="Smaller differences never fail it.")
    requests: Annotated[StrictInt, Field(ge=50, le=1_000_000)] = Field(
        default=200, description="On either side; with fewer people are asked."
    )
    most: Share = Field(
        default="50%", validate_default=True, description="Hard limit of a host's share of bad answers in an interval."
    )


def _once_each(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    names = [metric.name for metric in metrics]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise refuse(f"calls two metrics {twice[0]}", "each name once")
    return metrics


def or_switch(schema: dict[str, Any]) -> None:
    """Lets the JSON Schema also accept true and false."""
    entry = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "boolean"}, entry]


class Analysis(Rule):
    """Canary hosts beside hosts of the old release, asked the health question at the same time."""

    model_config = ConfigDict(json_schema_extra=or_switch)

    every: Interval = Field(default=timedelta(seconds=5), description="An interval: one point of latency per host.")
    ask: Pause = Field(default=timedelta(milliseconds=500), description="Pause between two questions to a host.")
    latency: LatencyRule = Field(default=LatencyRule(), description="When the canary is too slow.")
    errors: ErrorRule = Field(default=ErrorRule(), description="When the canary errs too often.")
    metrics: Annotated[tuple[Metric, ...], AfterValidator(_once_each)] = Field(
        default=(), max_length=20, description="More to compare, or to hold it to: from Prometheus or CloudWatch."
    )
    against: Literal["old hosts"] = Field(
        default="old hosts", description="What it is compared with: hosts that still run the old release."
    )


def switched(value: Any) -> Any:
    """`true` stands for all defaults, `false` for none at all."""
    return {} if value is True else None if value is False else value


def canary_size(first: int | str, hosts: int) -> int:
    """How many hosts the first batch holds; a share is rounded up, as plan/batches.py does."""
    return min(first if isinstance(first, int) else -(-hosts * int(first.rstrip("%")) // 100), hosts)


def shortfall(analysis: Analysis, bake: timedelta, canaries: int) -> Iterator[str]:
    """Why a bake of this length on so many canary hosts can never tell; nothing where it can."""
    points, requests = canaries * (bake // analysis.every), canaries * (bake // analysis.ask)
    if points < analysis.latency.points:
        yield f"{count(points, 'point')} of latency in all, and {count(analysis.latency.points, 'is', 'are')} needed"
    if requests < analysis.errors.requests:
        yield f"{count(requests, 'request')} in all, and {count(analysis.errors.requests, 'is', 'are')} needed"
    for metric in analysis.metrics:
        yield from metric_shortfall(metric, bake, canaries)
