"""Where a number of a host or a service is kept, and what it is called there."""

from dataclasses import dataclass
from datetime import timedelta

from bot.cloud import HERE, Account
from bot.model import Host

LONGEST = 1024  # characters of a dimension's value


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

    @property
    def fault(self) -> str:
        """`the dimension Host is empty`: why CloudWatch takes no call that holds this, whatever else it holds. Empty
        where it does.
        """
        names = [("the namespace", self.namespace), *(("the dimension", name) for name, _ in self.dimensions)]
        colon = [f"{kind} {name} begins with a colon" for kind, name in names if name.startswith(":")]
        bad = [f"the dimension {name!a} {why}" for name, _ in self.dimensions if (why := _odd(name))]
        bad += [f"the dimension {name} {why}" for name, value in self.dimensions if (why := _odd(value))]
        return next(iter([*colon, *bad]), "")


def _odd(text: str) -> str:
    if not text.strip():
        return "is empty"
    if not (text.isascii() and text.isprintable()):
        return "has letters other than ASCII"
    return f"is longer than {LONGEST:,} characters" if len(text) > LONGEST else ""


@dataclass(frozen=True, slots=True)
class ProcLoad:
    """How busy a Linux host is by its own account, /proc, read over SSH."""

    host: Host


MetricQuestion = PromQuery | CloudMetric
LoadQuestion = PromQuery | CloudMetric | ProcLoad
