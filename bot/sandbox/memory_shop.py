"""The shop on hosts in memory: what each of its releases does there, as the real one does on real hosts."""

import errno
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import pycurl

from bot.backends.http_words import Seen, probe_of
from bot.backends.memory import Machine, MemoryBackend
from bot.model import Probe, Step
from bot.phases import Phases
from bot.questions import Ask

LOOKUP, CONNECT = 0.0002, 0.0005  # seconds
SWAY = 0.3  # of an answer's time, at most, up or down
UNTESTED = "1.3.0"  # its own tests do not pass
FAILED_TEST = "AssertionError: 2800 != 2520\nRan 2 tests\nFAILED (failures=1)"


@dataclass(frozen=True, slots=True)
class Served:
    """What a release's health check answers, and after how long (seconds)."""

    status: int = 200
    body: str = "ok\n"
    seconds: float = 0.004


WELL = Served()
UNLIKE = {
    "1.2.0": Served(503, "database: no such table: reviews\n"),
    "1.4.0": Served(seconds=0.045),
}
"""Releases that answer otherwise."""


class MemoryShop:
    """`versions` is the full SHA of every tag of the shop's repository."""

    def __init__(self, backend: MemoryBackend, versions: Mapping[str, str], seed: int = 4) -> None:
        self._backend = backend
        self._names = {sha: name for name, sha in versions.items() if name[0].isdigit()}
        self._untested = versions[UNTESTED]
        self._stopped: dict[str, int] = {}  # by host: how many restarts it had seen when its app was stopped
        self._sway = random.Random(seed)

    def furnish(self, host: str) -> None:
        self._backend.fail(host, Step.TEST, 1, FAILED_TEST, sha=self._untested)

    def release(self, host: str) -> str:
        """What the release calls itself, or its short SHA; empty before the first deploy."""
        current = self._backend.machine(host).current or ""
        return self._names.get(current, current[:7])

    def runs(self, host: str) -> bool:
        """A stopped app runs again from the next restart on."""
        machine = self._backend.machine(host)
        return machine.current is not None and _restarts(machine) > self._stopped.get(host, -1)

    def stop(self, host: str) -> None:
        self._stopped[host] = _restarts(self._backend.machine(host))

    def start(self, host: str) -> None:
        self._stopped.pop(host, None)

    def answer(self, ask: Ask, at: datetime) -> Probe:
        """As if the host had been asked over the network at that moment; `{host}` of the address is its name."""
        return probe_of(ask, self._seen(urlsplit(ask.url).hostname or "", ask.timeout.total_seconds()), at)

    def _seen(self, host: str, limit: float) -> Seen:
        if host not in self._backend.machines:
            return Seen(pycurl.E_COULDNT_RESOLVE_HOST, 0, Phases())
        if not self.runs(host):
            return Seen(pycurl.E_COULDNT_CONNECT, 0, Phases(LOOKUP, 0, 0, 0, CONNECT), os_errno=errno.ECONNREFUSED)
        served = UNLIKE.get(self.release(host), WELL)
        took = CONNECT + served.seconds * self._sway.uniform(1 - SWAY, 1 + SWAY)
        if took > limit:
            return Seen(pycurl.E_OPERATION_TIMEDOUT, 0, Phases(LOOKUP, CONNECT, 0, 0, limit))
        return Seen(0, served.status, Phases(LOOKUP, CONNECT, 0, took, took), served.body.encode())


def _restarts(machine: Machine) -> int:
    return sum(step is Step.RESTART for step, _ in machine.ran)
