"""The keys of a metric check: a number of Prometheus or CloudWatch, and the limit that it must not cross."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, Strict, model_validator

from bot.fleet.duration import Between, Text
from bot.fleet.kinds.fill import Fill, Templates
from bot.fleet.queries import Reads, check_one, words_for
from bot.fleet.refusal import refuse
from bot.questions import MetricAsk
from bot.questions.metric import Missing

MINUTE = timedelta(minutes=1)
OF = r"^([1-9][0-9]?) of ([1-9][0-9]?)$"
MOST = 30  # points
OWN = frozenset({"service", "environment", "every"})
"""Names in braces that do not differ by host."""


def datapoints(value: str) -> str:
    """`2 of 3`"""
    found = re.fullmatch(OF, value)
    if not found or not int(found[1]) <= int(found[2]) <= MOST:
        raise refuse("is not so many points", f'"2 of 3", at most {MOST}')
    return value


Limit = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Points = Annotated[str, AfterValidator(datapoints), Field(json_schema_extra={"pattern": OF})]
Period = Annotated[timedelta, *Text, AfterValidator(Between("10s", "1h"))]


class Metric(Reads):
    """One number, read once per period, on the wrong side of a limit in so many of its last points."""

    above: Limit | None = Field(default=None, description="More than this is too much.")
    below: Limit | None = Field(default=None, description="Less than this is too little; instead of `above`.")
    datapoints: Points = Field(
        default="1 of 1", description='How many of the last points must breach the limit: "2 of 3".'
    )
    period: Period = Field(default=MINUTE, description="One point for each; whole minutes for CloudWatch.")
    missing: Missing = Field(
        default=Missing.MISSING,
        description="What a point that is not there counts as: missing, ignore, breaching or not_breaching.",
    )

    @model_validator(mode="after")
    def one_of_them(self) -> "Metric":
        check_one(self, ("prometheus", "cloudwatch"))
        if (self.above is None) == (self.below is None):
            raise refuse("has no limit" if self.above is None else "has two limits", "above or below")
        if self.cloudwatch and self.period % MINUTE:
            raise refuse("is read of CloudWatch in parts of a minute", "a period of whole minutes: 1m, 5m")
        return self

    def question(self, fill: Fill, _timeout: timedelta) -> MetricAsk:
        breaching, _, of = self.datapoints.partition(" of ")
        limit = self.below if self.above is None else self.above
        assert limit is not None  # the validator saw to it
        words = words_for(fill.host, fill.service, fill.environment, self.period)
        asked = self.asked(words, self.period, fill.account)
        return MetricAsk(asked, limit, self.above is not None, int(breaching), int(of), self.missing, self.period)

    def templates(self) -> Templates:
        """PromQL has braces of its own: `bot.fleet.metric_rules` looks at them."""
        return iter(())
