"""Metrics that a canary is compared by, or held to, beside its health: the keys of `strategy.analysis.metrics`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, Strict, StrictBool, StrictInt, model_validator

from bot.counting import count
from bot.evidence import Worse
from bot.fleet.duration import Between, Text, duration_text
from bot.fleet.part import Part
from bot.fleet.queries import LATE, Reads, Source, check_one
from bot.fleet.refusal import refuse
from bot.fleet.share import Share

MINUTE = timedelta(minutes=1)
RESERVED = ("latency", "errors")  # what the health question gives
OF_SERIES = ("worse", "allowed", "increase", "points", "unit")
SUMS = ("Sum", "SampleCount")
SHORT_PERIODS = tuple(timedelta(seconds=number) for number in (5, 10, 20, 30))
NAME = r"^[a-z][a-z0-9 ._-]{0,39}$"


def _own_name(value: str) -> str:
    if value in RESERVED:
        raise refuse("is what the health question gives already", "any other name", f"such as app-{value}")
    return value


MetricName = Annotated[str, Field(pattern=NAME), AfterValidator(_own_name)]
Every = Annotated[timedelta, *Text, AfterValidator(Between("5s", "10m"))]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Times = Annotated[StrictInt, Field(ge=0, le=1000)]


class CountsOf(Part):
    """Errors and what they are among, each of one interval: compared by a test of two proportions."""

    errors: Source = Field(description="How many went wrong in an interval; PromQL counts over [{every}].")
    requests: Source = Field(description="How many there were in it.")
    increase: Share = Field(default="0.5%", validate_default=True, description="Smaller differences never fail it.")
    enough: Annotated[StrictInt, Field(ge=50, le=1_000_000)] = Field(
        default=200, description="Requests on either side; with fewer people are asked."
    )
    sparse: StrictBool = Field(
        default=False, description="No point of errors, where there is one of requests, means none; else: unknown."
    )

    @model_validator(mode="after")
    def of_one_interval(self) -> "CountsOf":
        for source in (self.errors, self.requests):
            if source.prometheus and "every" not in source.names():
                raise refuse("must count one interval", "[{every}]", "such as sum(increase(…[{every}]))")
            if source.cloudwatch and source.cloudwatch.stat not in SUMS:
                raise refuse("must be sums of an interval", "stat: Sum or SampleCount")
        return self


class Metric(Reads):
    """A number of each host, one per interval; canary hosts beside hosts of the old release."""

    name: MetricName = Field(description="What messages call it.")
    counts: CountsOf | None = Field(default=None, description="Errors and requests, instead of one number.")
    every: Every = Field(default=MINUTE, description="An interval: one point per host; {every} in PromQL.")
    unit: Annotated[str, Field(max_length=12)] = Field(default="", description="Shown behind its numbers.")
    compare: StrictBool = Field(default=True, description="Beside the old release; false: only its hard limits.")
    worse: Worse = Field(default=Worse.HIGHER, description="Which way is bad: higher or lower.")
    allowed: Annotated[Number, Field(ge=1, le=100)] = Field(
        default=1.10, description="Failed from this many times the old release's mean on; lower: from this part of it."
    )
    increase: Annotated[Number, Field(ge=0)] = Field(default=0.0, description="Smaller differences never fail it.")
    points: Annotated[StrictInt, Field(ge=10, le=1000)] = Field(
        default=20, description="On either side; with fewer people are asked."
    )
    most: Number | None = Field(default=None, description="Hard limit, of counts as a part of 1; default: none.")
    least: Number | None = Field(default=None, description="The same from below; default: none.")
    failure_limit: Times = Field(default=2, description="Intervals beyond a hard limit; one more has failed it.")
    inconclusive_limit: Times = Field(
        default=2, description="Intervals without a number; after one more people decide."
    )
    error_limit: Times = Field(default=4, description="Intervals in a row that could not be read; one more: the same.")

    @model_validator(mode="after")
    def that_can_be_judged(self) -> "Metric":
        check_one(self, ("prometheus", "cloudwatch", "counts"))
        if not self.compare and not self.limited:
            raise refuse("would be judged by nothing: compare is false", "a most or a least", "set one, or compare it")
        if self.most is not None and self.least is not None and self.least > self.most:
            raise refuse("has a least above its most", "least below most")
        idle = [key for key in OF_SERIES if key in self.model_fields_set] if self.counts else []
        if idle:
            raise refuse(f"{idle[0]} means nothing to counts", "increase and enough within counts")
        if self.late and self.every % MINUTE and self.every not in SHORT_PERIODS:
            raise refuse("every is no period of CloudWatch", "5s, 10s, 20s, 30s or whole minutes")
        return self

    @property
    def limited(self) -> bool:
        return self.most is not None or self.least is not None

    @property
    def sources(self) -> tuple[Reads, ...]:
        return (self.counts.errors, self.counts.requests) if self.counts else (self,)

    @property
    def late(self) -> timedelta:
        """How long its newest points may still be on their way."""
        return LATE if any(source.cloudwatch for source in self.sources) else timedelta(0)

    def intervals(self, bake: timedelta) -> int:
        """How many a bake surely has. They begin at whole multiples of `every`, so that the first may be cut off."""
        return max(0, (bake - self.late) // self.every - 1)


def metric_shortfall(metric: Metric, bake: timedelta, canaries: int) -> Iterator[str]:
    """Why a bake of this length can never tell by this metric; nothing where it can."""
    intervals = metric.intervals(bake)
    if metric.compare and metric.counts is None and intervals * canaries < metric.points:
        points = count(intervals * canaries, "point")
        yield f"{points} of {metric.name} in all, and {count(metric.points, 'is', 'are')} needed"
    needed = metric.failure_limit + 1 if metric.limited else 1
    if intervals < needed:
        few = f"{count(intervals, 'interval')} of {metric.name}, each {duration_text(metric.every)}"
        yield f"{few}, and {count(needed, 'is', 'are')} needed"
