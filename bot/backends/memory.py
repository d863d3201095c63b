"""Hosts that exist only in memory: a backend for tests of everything above the backends.

It keeps the promises of `base.Backend`; what shall go wrong on a host is told beforehand.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from bot.backends.base import Ending, HostFacts, HostResult, Order, Progress, Site, StepSpec
from bot.errors import HostUnreachable, StepFailed
from bot.model import Host, Step

BUILD = (Step.FETCH, Step.UNPACK, Step.INSTALL, Step.TEST)


@dataclass(frozen=True, slots=True)
class Fault:
    """What a step does instead of ending with 0: end with `status`, or wait for `gate`, or lose the connection."""

    status: int = 0
    tail: str = ""
    gate: threading.Event | None = None
    lost: bool = False
    sha: str | None = None  # only for this release


@dataclass(slots=True)
class Machine:
    """One host: `releases` are complete, newest last; `ran` holds every step that ran, with its release."""

    name: str
    reachable: bool = True
    trouble: str = ""
    current: str | None = None
    releases: list[str] = field(default_factory=list)
    ran: list[tuple[Step, str]] = field(default_factory=list)
    faults: dict[Step, Fault] = field(default_factory=dict)
    ended: dict[tuple[str, Step], Fault] = field(default_factory=dict)
    switched: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)


class MemoryBackend:
    """Implements `base.Backend`. Machines appear when they are first named."""

    def __init__(self, patience: float = 30.0) -> None:
        self.machines: dict[str, Machine] = {}
        self.orders: list[tuple[str, str, str]] = []
        """(host, order id, SHA) of every order that reached a host, repeats too."""
        self.commands: list[str] = []  # of the fleet file, each time one was ordered
        self._patience = patience
        self._lock = threading.Lock()

    def machine(self, name: str) -> Machine:
        with self._lock:
            return self.machines.setdefault(name, Machine(name))

    def fail(self, host: str, step: Step, status: int = 1, tail: str = "", sha: str | None = None) -> None:
        """From now on this step ends so on this host."""
        self.machine(host).faults[step] = Fault(status, tail, sha=sha)

    def hang(self, host: str, step: Step) -> threading.Event:
        """From now on this step waits for the event that is returned, then ends with 0."""
        gate = threading.Event()
        self.machine(host).faults[step] = Fault(gate=gate)
        return gate

    def lose(self, host: str, step: Step) -> None:
        """The connection is lost when this step begins, and stays so until `mend`."""
        self.machine(host).faults[step] = Fault(lost=True)

    def mend(self, host: str) -> None:
        """No fault any more; the host is reachable."""
        machine = self.machine(host)
        machine.faults.clear()
        machine.reachable, machine.trouble = True, ""

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        return [_facts(self.machine(host.name), host) for host in hosts]

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        return self._each(hosts, lambda machine: self._bring(site, order, machine, progress))

    def prepare(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        return self._each(hosts, lambda machine: self._prepare(site, order, machine, progress))

    def retire(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return self._each(hosts, lambda machine: self._in_current(order, machine, Step.RETIRE))

    def restart(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return self._each(hosts, lambda machine: self._in_current(order, machine, Step.RESTART))

    def command(self, site: Site, order: Order, hosts: Sequence[Host], spec: StepSpec) -> list[HostResult]:
        self.commands.append(spec.command)
        results = self._each(hosts, lambda machine: self._in_current(order, machine, Step.COMMAND))
        return [replace(one, tail=f"ran {spec.command}") if one.ok else one for one in results]

    def _bring(self, site: Site, order: Order, machine: Machine, progress: Progress) -> HostResult:
        def bring() -> None:
            self._build(site, order, machine, progress)
            self._switch(order, machine, progress)
            self._step(machine, order, Step.RESTART, progress)
            _prune(machine, site.keep, order.protect)

        return self._guarded(order, machine, bring)

    def _prepare(self, site: Site, order: Order, machine: Machine, progress: Progress) -> HostResult:
        def prepare() -> None:
            self._build(site, order, machine, progress)
            if Step.BESIDE in site.steps:
                self._step(machine, order, Step.BESIDE, progress)
            _prune(machine, site.keep, order.protect)

        return self._guarded(order, machine, prepare)

    def _in_current(self, order: Order, machine: Machine, step: Step) -> HostResult:
        if machine.reachable and machine.current is None:
            cause = "nothing was ever deployed here: deploy first"
            return HostResult(machine.name, Ending.KEPT, step, cause=cause)
        if step is Step.RESTART:
            machine.switched.add(order.id)
        return self._guarded(order, machine, lambda: self._step(machine, order, step, lambda host, begun: None))

    def _guarded(self, order: Order, machine: Machine, act: Callable[[], None]) -> HostResult:
        if not self._reach(machine, order):
            return HostResult(machine.name, Ending.LOST, cause="no connection: the host is not reachable")
        try:
            with machine.lock:
                act()
        except HostUnreachable as error:
            return HostResult(machine.name, Ending.LOST, cause=error.what)
        except StepFailed as error:
            return _failed(machine, order, error)
        return HostResult(machine.name, Ending.DONE)

    def _reach(self, machine: Machine, order: Order) -> bool:
        with self._lock:
            if machine.reachable:
                self.orders.append((machine.name, order.id, order.sha))
            return machine.reachable

    def _build(self, site: Site, order: Order, machine: Machine, progress: Progress) -> None:
        if order.sha in (machine.current, *machine.releases):
            return
        for step in BUILD:
            if step in site.steps or step in (Step.FETCH, Step.UNPACK):
                self._step(machine, order, step, progress)
        machine.releases.append(order.sha)

    def _switch(self, order: Order, machine: Machine, progress: Progress) -> None:
        if order.id not in machine.switched:
            self._step(machine, order, Step.SWITCH, progress)
            machine.switched.add(order.id)
            machine.current = order.sha
            # a release that is brought back counts as the newest
            machine.releases.sort(key=lambda sha: sha == order.sha)

    def _step(self, machine: Machine, order: Order, step: Step, progress: Progress) -> None:
        """Runs a step unless this order has run it before; its end is remembered either way."""
        fault = machine.ended.get((order.id, step))
        if order.halted():
            raise StepFailed(machine.name, step, f"stopped before {step}")
        if fault is None:
            progress(machine.name, step)
            fault = self._run(machine, order, step)
        if fault.status:
            what = f"{step} ended with status {fault.status}"
            raise StepFailed(machine.name, step, what, fault.status, fault.tail)

    def _run(self, machine: Machine, order: Order, step: Step) -> Fault:
        fault = machine.faults.get(step, Fault())
        if fault.sha not in (None, order.sha or machine.current):
            fault = Fault()
        if fault.lost:
            machine.reachable = False
            raise HostUnreachable(machine.name, "the connection was lost in mid-command")
        if fault.gate is not None and not self._released(fault.gate, order):
            fault = Fault(124, "never released")
        machine.ran.append((step, order.sha))
        machine.ended[order.id, step] = fault
        return fault

    def _released(self, gate: threading.Event, order: Order) -> bool:
        """Waits for the gate, for patience to end, or for a halt."""
        deadline = time.monotonic() + self._patience
        while not gate.wait(0.02):
            if order.halted() or time.monotonic() > deadline:
                return False
        return True

    def _each(self, hosts: Sequence[Host], act: Callable[[Machine], HostResult]) -> list[HostResult]:
        if not hosts:
            return []
        with ThreadPoolExecutor(len(hosts)) as pool:
            return list(pool.map(lambda host: act(self.machine(host.name)), hosts))


def _facts(machine: Machine, host: Host) -> HostFacts:
    if not machine.reachable:
        return HostFacts(host.name, reachable=False, trouble=machine.trouble or "no connection: not reachable")
    releases = frozenset(machine.releases)
    return HostFacts(host.name, True, machine.current, releases, 10 * 2**30, host.user, machine.trouble)


def _failed(machine: Machine, order: Order, error: StepFailed) -> HostResult:
    ending = Ending.SWITCHED if order.id in machine.switched else Ending.KEPT
    return HostResult(machine.name, ending, Step(error.step), error.exit_status, error.what, error.tail)


def _prune(machine: Machine, keep: int, protect: frozenset[str]) -> None:
    newest = machine.releases[-keep:]
    machine.releases = [sha for sha in machine.releases if sha in newest or sha in protect or sha == machine.current]
