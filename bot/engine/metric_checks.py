"""Checks of numbers that are kept elsewhere: read in threads of their own, as many as have gathered in one call."""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog

from bot.backends.base import Answer, Metrics, Value
from bot.cloud import Account
from bot.engine.clock import Clock
from bot.hurdles import MACHINE, QUERY, Hurdle, HurdleKind
from bot.model import Probe
from bot.plan.datapoints import SPARE, seen
from bot.questions import MetricAsk
from bot.questions.numbers import CloudMetric, MetricQuestion, PromQuery

log = structlog.get_logger(__name__)

THREADS = 4  # sources that may keep their answers waiting without delaying another
GATHER = 0.5  # seconds in which questions to one source come together
SETTLED = timedelta(minutes=3)  # a point of CloudWatch may change for so long
DAWN = datetime(1970, 1, 1, tzinfo=UTC)
Source = tuple[type, str | Account]
Point = tuple[MetricQuestion, datetime]


@dataclass(slots=True)
class Asked:
    """A question under way: the numbers that came, newest first, and what went wrong with them."""

    tag: str
    ask: MetricAsk
    at: datetime
    numbers: list[float | None] = field(default_factory=list)
    trouble: str = ""
    hurdle: Hurdle = MACHINE

    def moment(self, age: int) -> datetime:
        """When its newest point was whole, or one of those before."""
        period = self.ask.period
        return DAWN + (self.at - DAWN) // period * period - age * period

    @property
    def span(self) -> int:
        return self.ask.of + SPARE


class MetricProber:
    """Fills base.KindProber for MetricAsk."""

    def __init__(self, metrics: Metrics, clock: Clock, gather: float = GATHER) -> None:
        self._metrics, self._clock, self._gather = metrics, clock, gather
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="metric-checks")
        self._waiting: dict[Source, list[Asked]] = {}
        self._known: dict[Point, float] = {}  # points that will not change any more
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._answers: deque[Answer] = deque()

    def submit(self, asks: Sequence[tuple[str, MetricAsk]]) -> None:
        now = self._clock.now()
        with self._guard:
            for tag, ask in asks:
                source = source_of(ask.question)
                begun = source in self._waiting
                self._waiting.setdefault(source, []).append(Asked(tag, ask, now))
                if not begun and not self._closing.is_set():
                    self._pool.submit(self._read, source)

    def collect(self) -> list[Answer]:
        answers: list[Answer] = []
        while self._answers:
            answers.append(self._answers.popleft())
        return answers

    def close(self) -> None:
        """What has not been read is dropped."""
        with self._guard:
            self._closing.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _read(self, source: Source) -> None:
        """Everything that has gathered for one source."""
        self._closing.wait(self._gather)
        with self._guard:
            together = self._waiting.pop(source, [])
        try:
            self._fill(together)
        except Exception:
            log.exception("metrics could not be read", checks=len(together))
            for asked in together:
                asked.trouble = asked.trouble or "the bot could not ask; see its log"
        self._answers.extend(Answer(asked.tag, _probe(asked), asked.at) for asked in together)
        self._forget()

    def _fill(self, together: Sequence[Asked]) -> None:
        """The newest points first: a source that does not answer for them is not asked for the others."""
        for age in range(max((asked.span for asked in together), default=0)):
            lacking = [asked for asked in together if age < asked.span and not asked.trouble]
            for moment in sorted({asked.moment(age) for asked in lacking}):
                self._points([asked for asked in lacking if asked.moment(age) == moment], moment)

    def _points(self, some: Sequence[Asked], moment: datetime) -> None:
        unknown = [asked for asked in some if (asked.ask.question, moment) not in self._known]
        questions = list(dict.fromkeys(asked.ask.question for asked in unknown))
        values = dict(zip(questions, self._metrics.read(questions, moment), strict=True)) if questions else {}
        for asked in some:
            value = values.get(asked.ask.question)
            number = self._known.get((asked.ask.question, moment)) if value is None else value.number
            asked.numbers.append(number)
            if value and value.failed:
                asked.trouble, asked.hurdle = value.trouble, _hurdle(asked.ask.question, value)
            elif number is not None and _is_settled(asked, moment):
                with self._guard:
                    self._known[asked.ask.question, moment] = number

    def _forget(self) -> None:
        """What no question reaches back to any more."""
        oldest = self._clock.now() - timedelta(days=1)
        with self._guard:
            self._known = {point: number for point, number in self._known.items() if point[1] > oldest}


def source_of(question: MetricQuestion) -> Source:
    """What keeps its answers waiting together."""
    if isinstance(question, PromQuery):
        return PromQuery, question.url
    return CloudMetric, question.account


def _hurdle(question: MetricQuestion, value: Value) -> Hurdle:
    """Of an address only what says where it is: it may hold a password."""
    if value.lasting:
        return QUERY
    if isinstance(question, PromQuery):
        return Hurdle(HurdleKind.PROMETHEUS, urlsplit(question.url).netloc.rpartition("@")[2])
    return Hurdle(HurdleKind.CLOUDWATCH, question.account.role_arn or "")


def _is_settled(asked: Asked, moment: datetime) -> bool:
    return isinstance(asked.ask.question, PromQuery) or asked.at - moment >= SETTLED


def _probe(asked: Asked) -> Probe:
    if asked.trouble:
        return Probe.unasked(asked.hurdle, f"could not be asked: {asked.trouble}")
    return seen(asked.ask, asked.numbers[::-1])
