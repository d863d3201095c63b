"""What is asked of Prometheus and of CloudWatch, with `{host}` and other names in braces, filled in for each host."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from bot.cloud import HERE, Account
from bot.fleet.duration import duration_text
from bot.fleet.entries import or_text
from bot.fleet.part import Part
from bot.fleet.refusal import refuse
from bot.fleet.words import Url
from bot.model import Host
from bot.questions.numbers import CloudMetric, MetricQuestion, PromQuery

# PromQL has braces of its own, and never a bare word in them: {host} can only be ours.
IN_BRACES = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
OWN_NAMES = frozenset({"host", "name", "service", "environment", "every"})
LATE = timedelta(minutes=2)
"""CloudWatch's points come late: an interval that has none by then had none."""


def names_in(text: str) -> frozenset[str]:
    return frozenset(IN_BRACES.findall(text))


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with every name in braces replaced. Raises KeyError for one that is not among the words."""
    return IN_BRACES.sub(lambda found: words[found[1]], text)


def words_for(
    host: Host | None, service: str = "", environment: str = "", every: timedelta = timedelta(0)
) -> dict[str, str]:
    """What each name in braces stands for on one host, or on none in particular."""
    own = {"service": service, "environment": environment, "every": duration_text(every)}
    return {**host.vars, "host": host.address, "name": host.name, **own} if host else own


def query(value: str) -> str:
    if not value.strip() or not value.replace("\n", " ").replace("\t", " ").isprintable():
        raise refuse("is not a query", "PromQL that gives one number for {host}, {name} or {VAR}")
    return value


def statistic(value: str) -> str:
    known = ("Average", "Sum", "Minimum", "Maximum", "SampleCount")
    if value not in known and not re.fullmatch(r"p(100|[0-9]{1,2}(\.[0-9]{1,2})?)", value):
        raise refuse("is not a statistic of CloudWatch", f"{', '.join(known)}, or a percentile such as p99")
    return value


Promql = Annotated[str, AfterValidator(query), Field(json_schema_extra={"minLength": 1})]
Statistic = Annotated[str, AfterValidator(statistic)]
Label = Annotated[str, Field(min_length=1, max_length=255)]


class CloudWatch(Part):
    """One metric of CloudWatch, one period per interval."""

    namespace: Label = Field(description="Such as AWS/ApplicationELB.")
    metric: Label = Field(description="Such as CPUUtilization.")
    stat: Statistic = Field(default="Average", description="Average, Sum, Minimum, Maximum, SampleCount, or p99.")
    dimensions: Annotated[dict[Label, Label], Field(max_length=30)] = Field(
        default={}, description="Values may hold {host}, {name} and {VAR}."
    )
    region: Label | None = Field(default=None, description="Left out: as the AWS SDK finds it.")


class Reads(Part):
    """Where a number is from."""

    prometheus: Promql | None = Field(
        default=None, description="PromQL that gives one number; {host}, {name}, {VAR}, {every} are filled in."
    )
    url: Url | None = Field(default=None, description="Of Prometheus; left out: PROMETHEUS_URL.")
    cloudwatch: CloudWatch | None = Field(default=None, description="A metric of CloudWatch, instead.")

    def texts(self) -> Iterator[str]:
        """All that names in braces may stand in."""
        if self.prometheus is not None:
            yield self.prometheus
        if self.cloudwatch is not None:
            yield from self.cloudwatch.dimensions.values()

    def names(self) -> frozenset[str]:
        return frozenset().union(*map(names_in, self.texts()))

    def asked(self, words: Mapping[str, str], period: timedelta, account: Account = HERE) -> MetricQuestion:
        """The question, with the names in braces filled in. Raises KeyError for one that is not among the words."""
        if self.cloudwatch is None:
            return PromQuery(filled(self.prometheus or "", words), self.url or "")
        metric = self.cloudwatch
        dimensions = tuple((name, filled(value, words)) for name, value in sorted(metric.dimensions.items()))
        return CloudMetric(metric.namespace, metric.metric, metric.stat, dimensions, period, account.at(metric.region))


class Source(Reads):
    """One of them; a text is PromQL."""

    model_config = ConfigDict(json_schema_extra=or_text)

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"prometheus": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def one_of_them(self) -> "Source":
        check_one(self, ("prometheus", "cloudwatch"))
        return self


def check_one(reads: Reads, keys: Sequence[str]) -> None:
    """Raises a refusal unless just one of these keys says where the number is from."""
    given = [key for key in keys if getattr(reads, key) is not None]
    if len(given) != 1:
        what = f"is read in {len(given)} places" if given else "says nowhere to read it"
        raise refuse(what, f"one of {', '.join(keys)}")
    if reads.url is not None and reads.prometheus is None:
        raise refuse("has the url of a Prometheus, and is not read there", hint="leave url out, or put it to the query")
