"""Asks for the metrics of an analysis, interval by interval, of canary and old hosts at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from bot.backends.base import Metrics, Value
from bot.cloud import Account
from bot.engine.looks import Looks
from bot.engine.sites import Place
from bot.evidence import Reading
from bot.fleet.metrics import Metric
from bot.fleet.queries import Reads, filled, words_for
from bot.model import Host
from bot.plan.metrics import due, rules_of_metric
from bot.questions.numbers import CloudMetric, MetricQuestion, PromQuery

LOOK = 0.2  # seconds between two looks whether all is to halt, while a source takes its time
LOOKS = 150
SOURCES = 4  # deploys that may wait for their metrics at the same time
SILENT = Value(None, f"no answer came within {LOOK * LOOKS:g} s", failed=True)
DAWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Compared:
    """One stage of one deploy: host names of both sides, and the stage's first moment."""

    deploy: int
    position: int
    canary: Sequence[str]
    old: Sequence[str]
    since: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """One metric of one host in the interval that ended `at`, and what has to be asked for it."""

    at: datetime
    metric: Metric
    number: int
    host: str
    questions: tuple[MetricQuestion, ...]


class Metering:
    """Every interval is asked for at its own end, also when that has long passed: a crash loses none."""

    def __init__(self, metrics: Metrics, looks: Looks) -> None:
        self._metrics = metrics
        self._looks = looks
        self._pool = ThreadPoolExecutor(SOURCES, thread_name_prefix="metrics")

    def catch_up(self, place: Place, compared: Compared, until: datetime, halted: Callable[[], bool]) -> None:
        """Keeps what the intervals that ended by then say; returns at once when all is to halt."""
        wanted = sorted(self._wanted(place, compared, until), key=lambda one: one.at)
        for at, group in groupby(wanted, key=lambda one: one.at):
            together = list(group)
            values = self._read([question for one in together for question in one.questions], at, halted)
            if values is None:
                return
            answers = iter(values)
            readings = [_reading(one, [next(answers) for _ in one.questions], compared) for one in together]
            self._looks.readings.keep(compared.deploy, compared.position, readings)

    def _wanted(self, place: Place, compared: Compared, until: datetime) -> list[Wanted]:
        kept = self._looks.readings.of(compared.deploy, compared.position)
        hosts = {host.name: host for host in place.hosts_of([*compared.canary, *compared.old])}
        found = []
        for metric in place.analysis.metrics if place.analysis else ():
            first = aligned(compared.since, metric.every)
            mine = [one for one in kept if one.metric == metric.name]
            ended = max(0, (until - first) // metric.every)
            for number, names in due(ended, mine, list(hosts), rules_of_metric(metric).lag).items():
                at = first + metric.every * (number + 1)
                found += [Wanted(at, metric, number, name, questions(metric, hosts[name], place)) for name in names]
        return found

    def _read(self, asks: Sequence[MetricQuestion], at: datetime, halted: Callable[[], bool]) -> Sequence[Value] | None:
        """None when all is to halt: a source that hangs must hold up neither an abort nor the analysis."""
        answer: Future[list[Value]] = self._pool.submit(self._metrics.read, asks, at)
        for _ in range(LOOKS):
            if halted():
                return None
            wait([answer], timeout=LOOK)
            if answer.done():
                return answer.result()
        answer.cancel()
        return [SILENT] * len(asks)


def aligned(since: datetime, every: timedelta) -> datetime:
    """The first whole multiple of an interval from there on: CloudWatch's periods begin there."""
    return DAWN + -(-(since - DAWN) // every) * every


def questions(metric: Metric, host: Host, place: Place) -> tuple[MetricQuestion, ...]:
    """One for a number, two for counts: errors, then requests."""
    words = words_for(host, place.site.service, place.site.environment, metric.every)
    return tuple(_question(source, metric.every, words, place.account) for source in metric.sources)


def _question(source: Reads, every: timedelta, words: dict[str, str], account: Account) -> MetricQuestion:
    asked = source.cloudwatch
    if asked is None:
        return PromQuery(filled(source.prometheus or "", words), source.url or "")
    dimensions = tuple((name, filled(value, words)) for name, value in sorted(asked.dimensions.items()))
    return CloudMetric(asked.namespace, asked.metric, asked.stat, dimensions, every, account.at(asked.region))


def _reading(wanted: Wanted, answers: Sequence[Value], compared: Compared) -> Reading:
    counts, last = wanted.metric.counts, answers[-1]
    value, requests = answers[0], last.number if counts else None
    if counts and last.number is None:
        value = last
    elif counts and counts.sparse and value.number is None and not value.failed:
        value = Value(0.0)
    return Reading(
        metric=wanted.metric.name,
        number=wanted.number,
        host=wanted.host,
        canary=wanted.host in compared.canary,
        value=value.number,
        requests=None if value.number is None else requests,
        trouble=value.trouble,
        failed=value.failed,
    )
