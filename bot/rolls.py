"""The history of checks, rolled up: how often each was asked in a span of time, and how it answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum


class Span(IntEnum):
    """How long one roll is, in seconds. Spans begin at multiples of their length since 1970 (UTC)."""

    MINUTE = 60
    HOUR = 3600
    DAY = 86400

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.value)

    def number(self, moment: datetime) -> int:
        """Which span of this length a moment lies in, counted from 1970."""
        return int(moment.timestamp() // self.value)


@dataclass(frozen=True, slots=True)
class Roll:
    """One check in one span: `number` as Span counts, how often it was asked, how many of these failed, and the
    latencies of the good answers by bucket (histogram.py).
    """

    number: int
    count: int
    failures: int
    latency: Mapping[int, int]
