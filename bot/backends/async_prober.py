"""Questions that asyncio asks: as many at once as sockets allow, in one thread, none delaying another."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.backends.base import Answer
from bot.backends.http import utc_now
from bot.hurdles import MACHINE
from bot.model import Probe

log = structlog.get_logger(__name__)

MOST = 500  # questions at once; the rest wait for their turn
LOOKUPS = 64  # names being looked up at once, in threads: the C library's resolver waits
TICK = 0.5  # seconds
PAUSE = 1.0  # seconds; a tick that comes this much too late: this process did not run meanwhile

Asker = Callable[[Any], Awaitable[Probe]]
"""Asks one question, within its own time limit; raises for nothing that a target does."""


@dataclass(eq=False, slots=True)
class Job:
    tag: str
    question: Any
    doubtful: bool = False


def passed() -> tuple[float, float]:
    """Seconds. One clock stands still while a machine sleeps, the other can be set: either tells of a pause."""
    return time.monotonic(), time.time()


class AsyncProber:
    """Fills base.KindProber for every type of question that `askers` has. Its thread starts with the first question."""

    def __init__(
        self,
        askers: Mapping[type, Asker],
        most: int = MOST,
        clock: Callable[[], datetime] = utc_now,
        passed: Callable[[], tuple[float, float]] = passed,
    ) -> None:
        self._askers = askers
        self._passed = passed
        self._awake = passed()
        self._gate = asyncio.Semaphore(most)
        self._clock = clock
        self._answers: deque[Answer] = deque()
        self._busy: set[Job] = set()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def submit(self, asks: Sequence[tuple[str, Any]]) -> None:
        with self._guard:
            if self._closed:
                return
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._run, args=(self._loop,), name="async-prober", daemon=True)
                self._thread.start()
            self._loop.call_soon_threadsafe(self._begin, [Job(*ask) for ask in asks])

    def collect(self) -> list[Answer]:
        answers: list[Answer] = []
        while self._answers:
            answers.append(self._answers.popleft())
        return answers

    def close(self) -> None:
        with self._guard:
            if self._closed:
                return
            self._closed = True
            if self._loop:
                self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread:
            self._thread.join()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")
        loop.set_default_executor(lookups)
        self._awake = self._passed()
        watch = loop.create_task(self._watch_for_pauses())
        loop.run_forever()
        for task in (watch, *self._tasks):
            task.cancel()
        loop.run_until_complete(asyncio.gather(watch, *self._tasks, return_exceptions=True))
        lookups.shutdown(wait=False, cancel_futures=True)
        loop.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _begin(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._spawn(self._ask(job))

    async def _ask(self, job: Job) -> None:
        async with self._gate:
            self._busy.add(job)
            asked_at = self._clock()
            probe = await self._probe(job)
            self._notice_a_pause()  # now: a failure may be known in the very turn in which the process wakes
            self._busy.discard(job)
        if job.doubtful and not probe.ok:
            self._begin([Job(job.tag, job.question)])
        else:
            self._answers.append(Answer(job.tag, probe, asked_at))

    async def _probe(self, job: Job) -> Probe:
        try:
            return await self._askers[type(job.question)](job.question)
        except Exception:
            log.exception("a question could not be asked", check=job.tag)
            return Probe.unasked(MACHINE, "the bot could not ask; see its log")

    async def _watch_for_pauses(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._notice_a_pause()

    def _notice_a_pause(self) -> None:
        """What fails now may have failed because this process slept: such a failure is not believed."""
        before, self._awake = self._awake, self._passed()
        if max(late - early for early, late in zip(before, self._awake, strict=True)) > TICK + PAUSE:
            for job in self._busy:
                job.doubtful = True
