"""Where the bot's CPU goes: the ssh backend, the deploy's other work, and the rest, which is the engine.

Each thread's own clock is read, of those that have ended too. What a thread of the backend does for the engine (it
tells of a step, it asks whether all is to halt) is the engine's.
"""

import resource
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from paramiko import Transport

from bot.app.engine import Outside
from bot.backends.base import Order

BACKEND, WORK = "backend", "work"
GIT = ("resolve", "commits_between", "names", "tags", "recent")


class Clocks:
    """The CPU of all threads that begin after `watch`, by what they are for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._alive: set[threading.Thread] = set()
        self._ended = defaultdict[str, float](float)

    def watch(self) -> None:
        """From now on, in this process, for good."""
        start = threading.Thread.start

        def watched(thread: threading.Thread) -> None:
            setattr(thread, "run", self._counted(thread, thread.run))  # noqa: B010
            start(thread)

        setattr(threading.Thread, "start", watched)  # noqa: B010

    def _counted(self, thread: threading.Thread, run: Callable[[], None]) -> Callable[[], None]:
        def counted() -> None:
            with self._guard:
                self._alive.add(thread)
            try:
                run()
            finally:
                with self._guard:
                    self._alive.discard(thread)
                    self._ended[role(thread)] += time.thread_time()

        return counted

    def seconds(self) -> dict[str, float]:
        """Seconds of each role so far."""
        with self._guard:
            found = self._ended.copy()
            for thread in self._alive:
                assert thread.ident is not None
                found[role(thread)] += time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        return found


def role(thread: threading.Thread) -> str:
    """`ssh` for paramiko's threads and those of the backend, else the name without its number."""
    return "ssh" if isinstance(thread, Transport) else thread.name.rstrip("0123456789").rstrip("-_") or "?"


@dataclass
class Ledger:
    """Wraps what the engine asks and acts on; `parts` are seconds since the start."""

    clocks: Clocks
    _spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def follow(self, outside: Outside) -> None:
        """In place: whoever holds these already is counted too."""
        backend, prober, source = outside.backend, outside.prober, outside.source
        for name in GIT:
            self._replace(source, name, lambda act: self.timed(WORK, act))
        self._replace(prober, "probe", lambda act: self.timed(WORK, act))
        self._replace(backend, "survey", self._surveying)
        self._replace(backend, "bring", self._bringing)

    def parts(self) -> dict[str, float]:
        """Seconds of BACKEND and of WORK: preflight, health and git, whose processes are all that the bot begins."""
        clocks, children = self.clocks.seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
        with self._guard:
            spent = self._spent.copy()
        work = spent[WORK] + clocks["http-prober"] + children.ru_utime + children.ru_stime
        return {BACKEND: spent[BACKEND] + clocks["ssh"], WORK: work}

    def _replace(self, thing: object, name: str, made: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        setattr(thing, name, made(getattr(thing, name)))

    def timed(self, part: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """The same act, counted as that part's."""

        def timed(*arguments: Any) -> Any:
            with self._counting(part):
                return act(*arguments)

        return timed

    def _surveying(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """What the backend's threads do for preflight is the deploy's work."""

        def surveyed(*arguments: Any) -> Any:
            before = self.clocks.seconds()["ssh"]
            try:
                with self._counting(WORK):
                    return act(*arguments)
            finally:
                self._move(BACKEND, WORK, self.clocks.seconds()["ssh"] - before)

        return surveyed

    def _bringing(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """What is called back is the engine's."""

        def brought(site: Any, order: Order, hosts: Any, progress: Callable[..., Any]) -> Any:
            heeding = replace(order, halted=self._back(order.halted))
            with self._counting(BACKEND):
                return act(site, heeding, hosts, self._back(progress))

        return brought

    def _back(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            begun = time.thread_time()
            try:
                return act(*arguments)
            finally:
                self._move(BACKEND, "back", time.thread_time() - begun)

        return called

    @contextmanager
    def _counting(self, part: str) -> Iterator[None]:
        begun = time.thread_time()
        try:
            yield
        finally:
            self._move("", part, time.thread_time() - begun)

    def _move(self, source: str, goal: str, seconds: float) -> None:
        with self._guard:
            self._spent[source] -= seconds
            self._spent[goal] += seconds
