"""The loop under the prober: one thread that keeps as many transfers under way as it may."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pycurl
import structlog

from bot.backends.http_multi import Multi
from bot.backends.http_slot import Slot
from bot.backends.http_words import probe_of
from bot.errors import SecretUnset
from bot.hurdles import MACHINE, store_of
from bot.model import Probe
from bot.questions import Ask

log = structlog.get_logger(__name__)

AT_ONCE, BREATH = 32, 0.001  # so many are begun in a millisecond: a burst does not slow down its own answers
RECOVERY = 5.0  # seconds; an error that repeats must neither eat a core nor flood the log


@dataclass(slots=True)
class Job:
    """A question under way. `done` is called once, in the loop's thread; it must be quick and not raise."""

    ask: Ask
    done: Callable[[Probe, datetime], None]
    asked_at: datetime = field(init=False)


class Loop:
    """Runs transfers until `stop`. `put` and `stop` may be called from any thread; the rest belongs to `run`'s."""

    def __init__(
        self,
        concurrency: int,
        roots: Path | str | None,
        clock: Callable[[], datetime],
        recovery: float = RECOVERY,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        self.concurrency = concurrency
        self._roots = roots
        self._clock = clock
        self._recovery = recovery
        self._waiting: deque[Job] = deque()
        self._secrets = secrets or {}
        self._free: list[Slot] = [
            Slot(roots, self._secrets)
        ]  # the first now: a libcurl we cannot use is seen at the start
        self._busy: set[Slot] = set()
        self._closing = False
        self._multi = Multi()

    def put(self, jobs: list[Job], urgent: bool = False) -> None:
        """Urgent questions (a deploy waits for them) go before those that wait for a free place."""
        if urgent:
            self._waiting.extendleft(reversed(jobs))
        else:
            self._waiting.extend(jobs)
        self._multi.wake()

    def stop(self) -> None:
        """Tells `run` to end; unanswered questions stay so."""
        self._closing = True
        self._multi.wake()

    def close(self) -> None:
        """Frees everything, once `run` has ended."""
        self._drop_handles()
        self._multi.close()

    def run(self) -> None:
        while not self._closing:
            try:
                self._turn()
            except Exception:
                log.exception("asking addresses failed; all are asked again", seconds=self._recovery)
                self._start_over()

    def _turn(self) -> None:
        events, slept = self._multi.wait(BREATH if self._can_start() else None)
        if slept:
            self._doubt()
        self._multi.work(events)
        for curl, code, message in self._multi.ended():
            self._end(curl.slot, code, message)
        for _ in range(AT_ONCE):
            if not self._can_start():
                break
            self._start()

    def _can_start(self) -> bool:
        return bool(self._waiting) and len(self._busy) < self.concurrency

    def _doubt(self) -> None:
        """What fails now may have failed because this process slept: such a failure is not believed."""
        for slot in self._busy:
            slot.doubtful = True

    def _start(self) -> None:
        slot = self._free.pop() if self._free else Slot(self._roots, self._secrets)
        job = self._waiting.popleft()
        job.asked_at = self._clock()
        try:
            slot.aim(job.ask)
        except SecretUnset as error:
            self._unaimed(slot, job, Probe.unasked(store_of(error.name), f"it cannot be asked: {error}"))
            return
        except (pycurl.error, ValueError, TypeError) as error:
            self._unaimed(slot, job, Probe(False, 0.0, None, f"the address cannot be asked: {error}"))
            return
        slot.job = job
        self._busy.add(slot)
        self._multi.add(slot.curl)

    def _unaimed(self, slot: Slot, job: Job, probe: Probe) -> None:
        self._free.append(slot)
        job.done(probe, job.asked_at)

    def _end(self, slot: Slot, code: int, message: str) -> None:
        job: Job = slot.job
        self._multi.remove(slot.curl)
        self._busy.discard(slot)
        slot.job = None
        probe = self._judged(job.ask, slot, code, message)
        self._free.append(slot)
        if slot.doubtful and not probe.ok:
            self._waiting.append(job)
        else:
            job.done(probe, job.asked_at)

    def _judged(self, ask: Ask, slot: Slot, code: int, message: str) -> Probe:
        """An answer that we cannot judge is nobody else's trouble."""
        try:
            return probe_of(ask, slot.seen(code, message), self._clock())
        except Exception:
            log.exception("an answer could not be judged", url=str(ask))
            return Probe.unasked(MACHINE, "the bot could not judge the answer; see its log")

    def _start_over(self) -> None:
        self._waiting.extendleft(slot.job for slot in self._busy if slot.job)
        self._drop_handles()
        time.sleep(self._recovery)

    def _drop_handles(self) -> None:
        for slot in self._busy:
            with suppress(pycurl.error):
                self._multi.remove(slot.curl)
            slot.close()
        for slot in self._free:
            slot.close()
        self._busy.clear()
        self._free.clear()
