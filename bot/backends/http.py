"""HTTP questions by the thousand, through libcurl's multi interface: none delays another.

Unless a question says otherwise, redirects are not followed (a 3xx is a status like any other). At most 64 KiB of a
body are read, and each question opens a connection of its own.
"""

import resource
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.backends.base import Answer
from bot.backends.http_loop import Job, Loop
from bot.backends.http_slot import trusted_roots
from bot.model import Probe
from bot.questions import Ask

MOST = 4000  # connections at once, however many files may be open
PATIENCE = 5.0  # seconds beyond the longest timeout before `probe` gives an answer up
UNASKED = Probe(False, 0.0, None, "the bot did not get to ask in time; see its log")


def utc_now() -> datetime:
    return datetime.now(UTC)


def room_for_connections(soft: int) -> int:
    """Half of the files this process may open, 4,000 at most: a hanging target holds one until its timeout."""
    return MOST if soft == resource.RLIM_INFINITY else max(16, min(MOST, soft // 2))


class CurlProber:
    """Fills base.BackgroundProber. Its thread starts with the first question and ends with `close`.

    `concurrency` bounds open connections, `roots` is a file of certificates to trust (default: the system's), `secrets`
    what `${NAME}` stands for in headers.
    """

    def __init__(
        self,
        concurrency: int | None = None,
        roots: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        room = concurrency or room_for_connections(soft)
        self._loop = Loop(room, roots or trusted_roots(), clock, secrets=secrets)
        self._answers: deque[Answer] = deque()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, asks: Sequence[tuple[str, Ask]]) -> None:
        """Begins to ask, and returns at once. The tag comes back with the answer."""
        self._put([Job(ask, partial(self._keep, tag)) for tag, ask in asks])

    def collect(self) -> list[Answer]:
        """What was answered since the last call."""
        answers: list[Answer] = []
        while self._answers:
            answers.append(self._answers.popleft())
        return answers

    def probe(self, asks: Sequence[Ask]) -> list[Probe]:
        """One answer per question, in their order; at the latest after the longest timeout and a little."""
        if not asks:
            return []
        batch = _Batch(len(asks))
        self._put([Job(ask, partial(batch.fill, place)) for place, ask in enumerate(asks)], urgent=True)
        return batch.wait(0 if self._closed else max(ask.timeout.total_seconds() for ask in asks) + PATIENCE)

    def close(self) -> None:
        """Ends the thread; what is still being asked is dropped."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            self._loop.stop()
        if self._thread:
            self._thread.join()
        self._loop.close()

    def _keep(self, tag: str, probe: Probe, asked_at: datetime) -> None:
        self._answers.append(Answer(tag, probe, asked_at))

    def _put(self, jobs: list[Job], urgent: bool = False) -> None:
        with self._guard:
            if self._closed:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop.run, name="http-prober", daemon=True)
                self._thread.start()
            self._loop.put(jobs, urgent)


class _Batch:
    """Answers of one `probe` call, filled from the loop's thread."""

    def __init__(self, size: int) -> None:
        self._probes: list[Probe] = [UNASKED] * size
        self._missing = size
        self._complete = threading.Event()

    def fill(self, place: int, probe: Probe, _asked_at: datetime) -> None:
        self._probes[place] = probe
        self._missing -= 1
        if not self._missing:
            self._complete.set()

    def wait(self, seconds: float) -> list[Probe]:
        self._complete.wait(seconds)
        return list(self._probes)
