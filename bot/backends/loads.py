"""Every place where it is known how busy hosts and services are, as one."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

from bot.backends.busy import Busy, KindLoads
from bot.backends.cloudwatch import CloudWatch
from bot.backends.prometheus import Prometheus
from bot.questions.numbers import CloudMetric, LoadQuestion, ProcLoad, PromQuery

PLACES = 3
BACK = timedelta(minutes=10)
"""So late a point of CloudWatch may come; without detailed monitoring EC2 has one every five minutes."""

Q = TypeVar("Q", PromQuery, CloudMetric, ProcLoad)


class AllLoads:
    """Fills base.Loads: each question goes where its answer is known, to all of these places at once."""

    def __init__(self, prometheus: Prometheus, cloudwatch: CloudWatch, hosts: KindLoads[ProcLoad]) -> None:
        self._prometheus, self._cloudwatch, self._hosts = prometheus, cloudwatch, hosts
        self._pool = ThreadPoolExecutor(PLACES, thread_name_prefix="loads")

    def read(self, questions: Sequence[LoadQuestion], now: datetime) -> list[Busy]:
        found: dict[int, Busy] = {}
        jobs = [
            self._begin(questions, PromQuery, lambda some: self._of_prometheus(some, now)),
            self._begin(questions, CloudMetric, lambda some: self._of_cloudwatch(some, now)),
            self._begin(questions, ProcLoad, lambda some: self._hosts.read(some, now)),
        ]
        for job in jobs:
            found |= job.result()
        return [found[index] for index in range(len(questions))]

    def close(self) -> None:
        """What was handed in and is others' too stays open."""
        self._pool.shutdown(wait=True)
        self._hosts.close()

    def _begin(
        self, questions: Sequence[LoadQuestion], kind: type[Q], ask: Callable[[list[Q]], list[Busy]]
    ) -> "Future[dict[int, Busy]]":
        mine = {index: question for index, question in enumerate(questions) if isinstance(question, kind)}
        return self._pool.submit(lambda: dict(zip(mine, ask(list(mine.values())) if mine else (), strict=True)))

    def _of_prometheus(self, queries: Sequence[PromQuery], now: datetime) -> list[Busy]:
        begun = now - timedelta(seconds=now.timestamp() % 60)
        return [
            Busy(trouble=value.trouble, failed=value.failed) if value.number is None else Busy(((begun, value.number),))
            for value in self._prometheus.read(queries, now)
        ]

    def _of_cloudwatch(self, metrics: Sequence[CloudMetric], now: datetime) -> list[Busy]:
        return [
            Busy(course) if isinstance(course, tuple) else Busy(trouble=course.trouble, failed=course.failed)
            for course in self._cloudwatch.lately(metrics, now, BACK)
        ]
