"""How busy hosts are by their own account, over connections that are kept from minute to minute.

Two readings of a host a minute apart say what it did in that minute, to the tick; only the first time one command takes
both of them, a second apart.
"""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.backends.busy import Busy
from bot.backends.ssh.absent import Absence
from bot.backends.ssh.commands.load import load
from bot.backends.ssh.connecting import Connector
from bot.backends.ssh.link import Link
from bot.backends.ssh.report import Report
from bot.errors import HostError
from bot.model import Host
from bot.questions.numbers import ProcLoad

log = structlog.get_logger(__name__)

THREADS = 32
ANSWER = 10.0  # seconds that a host gets to answer
PATIENCE = 20.0  # seconds for all of them: who has not answered by then is missing this minute
GLANCE = 0.5  # seconds between two looks whether it is to be closed
OLDEST = timedelta(minutes=5)  # a reading from before that is not compared with
MINUTE = timedelta(minutes=1)
IDLE = slice(3, 5)  # idle and iowait, of user nice system idle iowait irq softirq steal
COUNTED = 8  # what comes after them, guests, is in user and nice already
UNREAD = Busy(trouble="the host's answer could not be read", failed=True)
LATE = Busy(trouble="the host did not answer in time", failed=True)
Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Ticks:
    """The counters since the host began, and how many seconds ago that was."""

    all: int
    idle: int
    up: float

    def share(self, before: "Ticks") -> float | None:
        """Percent of the time between that was not idle; None where these are not two moments of one life."""
        if self.up <= before.up or self.all <= before.all:
            return None
        return 100 * min(1.0, max(0.0, 1 - (self.idle - before.idle) / (self.all - before.all)))


class SshLoads:
    """Fills base.KindLoads. `connector` is its own: its connections are kept for longer than a deploy's."""

    def __init__(self, connector: Connector, threads: int = THREADS, patience: float = PATIENCE) -> None:
        self._connector, self._patience = connector, patience
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ssh-load")
        self._ticks: dict[Key, tuple[datetime, Ticks]] = {}
        self._absent: dict[Key, Absence] = {}  # they are asked less often, and last
        self._asking: set[Key] = set()
        self._guard = threading.Lock()
        self._closing = threading.Event()

    def read(self, questions: Sequence[ProcLoad], now: datetime) -> list[Busy]:
        """Who still owes the answer of the minute before is not asked again, and who was not there not every minute."""
        asked: dict[int, Future[Busy]] = {}
        for index in sorted(range(len(questions)), key=lambda one: _key(questions[one].host) in self._absent):
            host = questions[index].host
            if not self._is_absent(host, now) and self._begins(host):
                with suppress(RuntimeError):  # closed just now
                    asked[index] = self._pool.submit(self._ask, host, now)
        deadline = time.monotonic() + self._patience
        while not self._closing.is_set() and time.monotonic() < deadline:
            if not wait(asked.values(), timeout=GLANCE).not_done:
                break
        return [self._answer(one.host, asked.get(index), now) for index, one in enumerate(questions)]

    def close(self) -> None:
        """Nobody waits for those that have not answered, and nobody is asked any more."""
        self._closing.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._connector.parking.close()

    def _begins(self, host: Host) -> bool:
        with self._guard:
            free = _key(host) not in self._asking and not self._closing.is_set()
            if free:
                self._asking.add(_key(host))
            return free

    def _is_absent(self, host: Host, now: datetime) -> bool:
        absence = self._absent.get(_key(host))
        return absence is not None and absence.lasts(now)

    def _answer(self, host: Host, future: Future[Busy] | None, now: datetime) -> Busy:
        """Whose turn did not come is not absent for that."""
        absence = self._absent.get(_key(host))
        if future is None and absence:
            return absence.answer
        if future and future.cancel():
            with self._guard:
                self._asking.discard(_key(host))
            return LATE
        found = future.result() if future and future.done() else LATE
        if not found.failed:
            self._absent.pop(_key(host), None)
        elif future:
            self._absent[_key(host)] = absence.again(found, now) if absence else Absence.begun(found, now)
        return found

    def _ask(self, host: Host, now: datetime) -> Busy:
        try:
            with Link(self._connector, host, answer_seconds=ANSWER) as link:
                before = self._before(host, now)
                return self._read(host, link.ask(load(twice=before is None)), before, now)
        except HostError as error:
            return Busy(trouble=error.what, failed=True)
        except Exception:
            log.exception("a host could not be asked how busy it is", host=host.name)
            return Busy(trouble="the bot could not ask; see its log", failed=True)
        finally:
            with self._guard:
                self._asking.discard(_key(host))

    def _before(self, host: Host, now: datetime) -> Ticks | None:
        at, found = self._ticks.get(_key(host), (now, None))
        return found if timedelta(0) < now - at < OLDEST else None

    def _read(self, host: Host, report: Report, before: Ticks | None, now: datetime) -> Busy:
        if report.has("lacking"):
            return Busy(trouble="the host has no /proc/stat: it is no Linux", failed=True)
        found = ticks(report)
        if not found:
            return UNREAD
        last = found[-1]
        self._ticks[_key(host)] = now, last
        earlier = found[0] if len(found) > 1 else before
        share = last.share(earlier) if earlier else None
        up_since, waiting = now - timedelta(seconds=last.up), number(report.get("load"))
        if share is None:
            return Busy(trouble="the host began anew within this minute", load=waiting, up_since=up_since)
        begun = now - timedelta(seconds=now.timestamp() % 60)
        return Busy(((begun, share),), load=waiting, up_since=up_since)


def ticks(report: Report) -> list[Ticks]:
    """Each reading of the answer, the oldest first; none where one of them is no reading."""
    up = number(report.get("up"))
    readings = report.all("stat")
    found = [[int(word) for word in one.split() if word.isdecimal()][:COUNTED] for one in readings]
    if up is None or not found or any(len(one) < IDLE.stop for one in found):
        return []
    gaps = range(len(found) - 1, -1, -1)  # the last reading is of the moment that `up` tells
    return [Ticks(sum(one), sum(one[IDLE]), up - gap) for one, gap in zip(found, gaps, strict=True)]


def number(text: str) -> float | None:
    """A number as /proc has it."""
    return float(text) if text.replace(".", "", 1).isdecimal() else None


def _key(host: Host) -> Key:
    return host.address, host.port, host.user
