"""Where a number of a host or a service is kept, and what it is called there."""

from dataclasses import dataclass
from datetime import timedelta

from bot.cloud import HERE, Account
from bot.model import Host


@dataclass(frozen=True, slots=True)
class PromQuery:
    """One number by PromQL; `url` is that of the Prometheus, empty for the one of the settings."""

    query: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CloudMetric:
    """One number of CloudWatch: a statistic over the newest whole `period`."""

    namespace: str
    metric: str
    stat: str
    dimensions: tuple[tuple[str, str], ...]
    period: timedelta
    account: Account = HERE


@dataclass(frozen=True, slots=True)
class ProcLoad:
    """How busy a Linux host is by its own account, /proc, read over SSH."""

    host: Host


MetricQuestion = PromQuery | CloudMetric
LoadQuestion = PromQuery | CloudMetric | ProcLoad
