"""A question about a number that is kept elsewhere."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.questions.numbers import MetricQuestion, PromQuery

SHOWN = 80  # characters of a query


class Missing(StrEnum):
    """What a point that is not there counts as, in CloudWatch's words."""

    MISSING = "missing"  # neither: without any point nothing is known
    IGNORE = "ignore"  # it stands as it stood
    BREACHING = "breaching"
    NOT_BREACHING = "not_breaching"


@dataclass(frozen=True, slots=True)
class MetricAsk:
    """Whether a number is on the wrong side of `limit` (above it, or below) in `breaching` of the last `of` points, one
    per `period`.
    """

    question: MetricQuestion
    limit: float
    above: bool
    breaching: int
    of: int
    missing: Missing
    period: timedelta

    def __str__(self) -> str:
        asked = self.question
        if isinstance(asked, PromQuery):
            line = " ".join(asked.query.split())
            what = f"Prometheus {line if len(line) <= SHOWN else line[: SHOWN - 1] + '…'}"
        else:
            what = f"CloudWatch {asked.namespace} {asked.metric} {asked.stat}"
        return f"{what} {self.side}"

    @property
    def side(self) -> str:
        """`above 90`"""
        return f"{'above' if self.above else 'below'} {self.limit:g}"

    def breaches(self, number: float) -> bool:
        return number > self.limit if self.above else number < self.limit
