"""What an analysis sees and finds. State keeps the samples, bot.plan judges them, messages show the evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.counting import count

Series = tuple[float, ...]
"""One number per point of time, all of one unit (latency: milliseconds). NaN stands for a point without data."""


class Verdict(StrEnum):
    """From best to worst, as Argo Rollouts orders them."""

    SUCCESSFUL = "successful"
    INCONCLUSIVE = "inconclusive"  # too little is known: a person decides
    ERROR = "error"  # the metric could not be read
    FAILED = "failed"


ORDER = tuple(Verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of all together. Nothing measured is inconclusive, never a success."""
    return max(verdicts, key=ORDER.index, default=Verdict.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests in a span of time, and how many of them went wrong. Raises ValueError for what cannot be."""

    requests: int
    errors: int

    def __post_init__(self) -> None:
        if not 0 <= self.errors <= self.requests:
            raise ValueError(
                f"{count(self.errors, 'error')} in {count(self.requests, 'request')} cannot be: check the two queries"
            )

    @property
    def share(self) -> float:
        """Errors per request, 0 to 1; NaN without requests."""
        return self.errors / self.requests if self.requests else float("nan")


class Worse(StrEnum):
    """Which way is bad."""

    HIGHER = "higher"
    LOWER = "lower"


class Method(StrEnum):
    """How two samples were compared."""

    RANKS = "ranks"  # rank-sum interval of the shift between two series
    COUNTS = "counts"  # two proportions
    LIMITS = "limits"  # not at all: the canary alone was held to hard limits


class Because(StrEnum):
    """The rule that settled it."""

    NO_DATA = "no_data"  # one side has nothing at all
    TOO_FEW = "too_few"  # too few to promote on
    WITHIN = "within"  # no worse than is allowed, as far as this many can tell
    WORSE = "worse"  # worse than is allowed, beyond chance
    FAR_WORSE = "far_worse"  # beyond the critical limit, too
    SPARSE = "sparse"  # most points are zero, and too few to count


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Missing:
    """What must still come before the samples are enough: points or requests on either side.

    `wait` is how long that takes at the pace so far, in whole minutes; None when nothing comes in on one side.
    """

    canary: int
    baseline: int
    wait: timedelta | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One metric's verdict with all that it rests on.

    Ranks: `canary` and `baseline` are means, `effect` their ratio, `interval` that of the shift, in the metric's unit.
    Counts: shares of errors, the difference of the two (0.01 is one point), and its interval.
    Limits: `canary` is the mean. `p` is the probability of such a difference, in the bad direction, if nothing had
    changed. What could not be computed is None. `trouble` says why numbers did not come, in plain words.
    """

    metric: str
    method: Method
    verdict: Verdict
    because: Because
    canary_n: int
    baseline_n: int
    canary: float | None = None
    baseline: float | None = None
    effect: float | None = None
    interval: Interval | None = None
    p: float | None = None
    missing: Missing | None = None
    unit: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one host answered in one interval; `number` counts intervals from 0.

    `latency` is the median of its good answers in milliseconds, None when there was none.
    """

    number: int
    host: str
    canary: bool
    requests: int
    errors: int
    latency: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric of one host in one interval; `number` counts intervals from 0.

    Of counts `value` are the errors, and `requests` what they are among; both need not be whole. Where no number came
    `value` is None, and `trouble` says why in plain words; `failed` means that it could not be asked for.
    """

    metric: str
    number: int
    host: str
    canary: bool
    value: float | None = None
    requests: float | None = None
    trouble: str = ""
    failed: bool = False


class Limit(StrEnum):
    """A hard limit, which ends an analysis before its time."""

    FAILURES = "failures"  # the canary alone answered badly, or too slowly; a metric was beyond its limit
    ERRORS = "errors"  # the old release answered as badly: nothing can be told; a metric could not be read
    UNCLEAR = "unclear"  # a metric had no number, or the old release is beyond its limit too


@dataclass(frozen=True, slots=True)
class Judgement:
    """All metrics of one look, and the hard limit that was broken: that of a `metric`, or of the health question."""

    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    limit: Limit | None = None
    metric: str = ""

    @property
    def wait(self) -> timedelta | None:
        """How long until every metric has enough; None when none lacks anything or it cannot be told."""
        waits = [found.missing.wait for found in self.evidence if found.missing]
        known = [wait for wait in waits if wait is not None]
        return max(known) if known and len(known) == len(waits) else None


def judgement(evidence: Iterable[Evidence]) -> Judgement:
    """The worst of the metrics is the verdict of the whole."""
    found = tuple(evidence)
    return Judgement(worst(one.verdict for one in found), found)


@dataclass(frozen=True, slots=True)
class Look:
    """The analysis of a deploy's stage as it stands; `ends_at` is when the canary was watched long enough."""

    position: int
    judgement: Judgement
    ends_at: datetime
