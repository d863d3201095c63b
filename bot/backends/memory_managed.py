"""A system in memory that brings releases by itself: for tests of everything above such systems.

It keeps the promises of `managed.Managed`; what shall go wrong is told beforehand.
"""

import hashlib
import threading
from dataclasses import dataclass, field

from bot.backends.managed import ManagedSite
from bot.errors import CloudAway, RefUnknown
from bot.managed import Course, ManagedFacts, ManagedOrder, Phase, Proposed
from bot.model import Release

ACTION = "memory:Bring"
WAYS_BACK = {Phase.RUNNING, Phase.WAITING}


@dataclass(slots=True)
class Run:
    """One order: `share` in percent, `passed` how many checkpoints it was told to go past."""

    order: ManagedOrder
    before: str | None
    phase: Phase = Phase.RUNNING
    share: int = 0
    passed: int = 0
    reason: str = ""


@dataclass(slots=True)
class Unit:
    """One service: `names` are the releases that exist, the newest last. `breaks` are releases that fail, at which
    share and why; `stuck` those whose way back fails too. `held`: nothing moves.
    """

    current: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    breaks: dict[str, tuple[int, str]] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)
    drift: tuple[str, ...] = ()
    trouble: str = ""
    held: bool = False
    away: bool = False


class MemoryManaged:
    """Implements `managed.Managed`. Units appear when they are first named; each look moves a run by `stride`."""

    def __init__(self, stride: int = 50) -> None:
        self.begun: list[tuple[str, str, str]] = []
        """(unit, order id, release) of every order that was begun, each once."""
        self._units: dict[tuple[str, str], Unit] = {}
        self._stride = stride
        self._lock = threading.RLock()

    def unit(self, service: str, environment: str) -> Unit:
        with self._lock:
            return self._units.setdefault((service, environment), Unit())

    def units(self) -> list[Unit]:
        with self._lock:
            return list(self._units.values())

    def resolve(self, site: ManagedSite, ref: str | None) -> Release:
        with self._lock:
            names = self._unit(site).names
            if ref is None and names:
                ref = list(names)[-1]
            if ref in names.values():
                return Release(ref or "", ref or "")
            if ref is None or ref not in names:
                raise RefUnknown(ref or "newest", tuple(names)[-3:])
            return Release(names[ref], ref)

    def standing(self, site: ManagedSite) -> ManagedFacts:
        with self._lock:
            unit = self._unit(site)
            return ManagedFacts(unit.current, unit.trouble, 2, unit.drift)

    def propose(self, site: ManagedSite, order: ManagedOrder) -> Proposed:
        with self._lock:
            unit = self._unit(site)
            if unit.current == order.release.sha and not unit.drift:
                return Proposed(())
            words = f"{site.unit} runs {order.release.short} instead of {unit.current or 'nothing'}"
            return Proposed((words,), hashlib.sha256(words.encode()).hexdigest())

    def begin(self, site: ManagedSite, order: ManagedOrder) -> None:
        with self._lock:
            unit = self._unit(site)
            if order.id in unit.runs:
                return
            for run in unit.runs.values():
                if run.phase in (*WAYS_BACK, Phase.GOING_BACK):
                    run.phase, run.reason = Phase.FAILED, f"{order.id} took its place"
            unit.runs[order.id] = Run(order, unit.current)
            self.begun.append((site.unit, order.id, order.release.sha))

    def look(self, site: ManagedSite, order: ManagedOrder) -> Course:
        with self._lock:
            unit = self._unit(site)
            run = unit.runs.get(order.id)
            if run is None:
                return Course(Phase.UNBEGUN)
            if not unit.held:
                self._move(unit, run)
            waits = run.phase is Phase.WAITING
            words = f"{run.share} % of {site.unit}"
            return Course(
                run.phase,
                run.share,
                words,
                (run.reason,) if run.reason else (),
                run.passed if waits else None,
            )

    def go_on(self, site: ManagedSite, order: ManagedOrder, checkpoint: int) -> None:
        with self._lock:
            run = self._unit(site).runs.get(order.id)
            if run and run.phase is Phase.WAITING and run.passed == checkpoint:
                run.phase, run.passed = Phase.RUNNING, checkpoint + 1

    def turn_back(self, site: ManagedSite, order: ManagedOrder) -> None:
        with self._lock:
            run = self._unit(site).runs.get(order.id)
            if run and run.phase in WAYS_BACK:
                run.phase = Phase.GOING_BACK

    def _unit(self, site: ManagedSite) -> Unit:
        unit = self.unit(site.service, site.environment)
        if unit.away:
            raise CloudAway(ACTION, "no answer")
        return unit

    def _move(self, unit: Unit, run: Run) -> None:
        if run.phase is Phase.GOING_BACK:
            stuck = run.order.release.sha in unit.stuck or run.before is None
            run.phase = Phase.FAILED if stuck else Phase.BACK
            unit.current = None if stuck else run.before
        elif run.phase is Phase.RUNNING:
            self._forward(unit, run)

    def _forward(self, unit: Unit, run: Run) -> None:
        sha, stops = run.order.release.sha, run.order.pace.checkpoints[run.passed :]
        run.share = min(run.share + self._stride, *stops[:1], 100)
        broken, reason = unit.breaks.get(sha, (101, ""))
        if run.share >= broken:
            run.phase, run.reason = Phase.GOING_BACK, reason
        elif stops and run.share >= stops[0]:
            run.phase = Phase.WAITING
        elif run.share >= 100:
            run.phase, unit.current = Phase.DONE, sha
