"""Checks by command: a bounded number of threads, so that hosts that hang delay nothing but one another."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import structlog

from bot.backends.base import Answer
from bot.backends.http import utc_now
from bot.backends.ssh.commands.once import KILL_AFTER, once
from bot.backends.ssh.connecting import Connector
from bot.backends.ssh.link import Link
from bot.backends.ssh.opening import Opened, as_it_is, without_secrets
from bot.backends.ssh.report import Report
from bot.errors import HostError, HostKeyRefused, HostRefused, SecretClosed
from bot.hurdles import HOST_KEY, LOGIN, MACHINE, store_of
from bot.model import Probe
from bot.phases import span
from bot.questions import CommandAsk
from bot.quoting import clean

log = structlog.get_logger(__name__)

THREADS = 32
SLACK = 3.0  # seconds that a host gets to answer beyond the command's own time
TOO_LONG = (124, 137)
PAUSE = 60.0  # seconds beyond all time limits: this process did not run meanwhile


class SshProber:
    """Fills base.KindProber for CommandAsk, with the key and the trusted hosts of deploys."""

    def __init__(
        self,
        connector: Connector,
        threads: int = THREADS,
        clock: Callable[[], datetime] = utc_now,
        opened: Opened = as_it_is,
    ) -> None:
        self.connector = connector
        self._opened = opened
        self._clock = clock
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ssh-check")
        self._answers: deque[Answer] = deque()
        self._closing = threading.Event()

    def submit(self, asks: Sequence[tuple[str, CommandAsk]]) -> None:
        for tag, ask in asks:
            if not self._closing.is_set():
                self._pool.submit(self._ask, tag, ask)

    def collect(self) -> list[Answer]:
        answers: list[Answer] = []
        while self._answers:
            answers.append(self._answers.popleft())
        return answers

    def close(self) -> None:
        """What has not begun is dropped; what runs ends within its time, and nobody waits for it."""
        self._closing.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, tag: str, ask: CommandAsk) -> None:
        asked_at, begun = self._clock(), time.time()
        probe = self._probe(tag, ask)
        limit = 2 * self.connector.timeout + ask.timeout.total_seconds() + KILL_AFTER + SLACK + PAUSE
        if not probe.ok and time.time() - begun > limit:  # what failed while this process slept is not believed
            self.submit([(tag, ask)])
        elif not self._closing.is_set():
            self._answers.append(Answer(tag, probe, asked_at))

    def _probe(self, tag: str, ask: CommandAsk) -> Probe:
        begun = time.monotonic()
        try:
            host = self._opened(ask.host, ask.account)
            with Link(self.connector, ask.host, answer_seconds=KILL_AFTER + SLACK) as link:
                return without_secrets(self._run(replace(ask, host=host), link, begun), ask.host, host)
        except SecretClosed as error:
            return Probe.unasked(store_of(error.name), f"not asked: {error}")
        except Exception:
            log.exception("a command could not be asked for", check=tag)
            return Probe.unasked(MACHINE, "the bot could not ask; see its log")

    def _run(self, ask: CommandAsk, link: Link, begun: float) -> Probe:
        seconds = ask.timeout.total_seconds()
        try:
            report = link.ask(once(ask.command, ask.host, seconds), seconds)
        except HostKeyRefused as error:
            return Probe.unasked(HOST_KEY, f"could not be asked: {error.what}")
        except HostRefused as error:
            # who lets nobody in says nothing of what runs there
            took = time.monotonic() - begun
            if link.connected:
                return Probe(False, took, None, error.what)
            return Probe.unasked(LOGIN, f"not asked: {error.what}")
        except HostError as error:
            return Probe(False, time.monotonic() - begun, None, error.what)
        return probe_of(report, time.monotonic() - begun, seconds)


def probe_of(report: Report, took: float, limit: float) -> Probe:
    """Well when it ended with 0; otherwise with its status and its last line."""
    said = report.get("exit")
    code = int(said) if said.isdecimal() else -1
    if code == 0:
        return Probe(True, took)
    line = next((clean(line) for line in reversed(report.tail.splitlines()) if clean(line)), "")
    how = f"did not end within {span(limit)}" if code in TOO_LONG else f"exit status {code} after {span(took)}"
    return Probe(False, took, None, f"{how}: {line}" if line else how)
