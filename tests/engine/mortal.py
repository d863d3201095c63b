"""Processes of the deploy engine that die at a moment of the test's choice: `python -m tests.engine.mortal`, which
`tests/engine/lives.py` talks to.

Their hosts are directories, so that they outlive them. A moment is a statement on the database, the beginning and the
end of a step, or one inside it; the process kills itself at the chosen one, as `kill -9` would, and leaves everything
as it stands. Those of steps have names: `2: 1 batch begins` of deploy 2's workflow, `deploy-2 web1 test has acted` of
one of its hosts.
"""

import os
import signal
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database as SqliteDatabase

from bot.backends.base import Ending, HostFacts, HostResult, Order, Progress, Site
from bot.backends.memory import Machine
from bot.engine.durable import Durable
from bot.halt import Choice
from bot.model import DeployKind, Host, Probe, Step
from bot.records import Decision, Deploy
from bot.state.database import Database
from tests.building import fleet_of, names, release
from tests.engine.line import LISTENING, Hosts, Line
from tests.engine.lives import LAST_WORDS
from tests.engine.watching import HandClock
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

GOOD, BAD = "1.4.2", "1.5.0"  # the bad one fails its test on web2
CANARY = "1.6.0"  # is watched on web1, then promoted by a lead
FALLEN = "1.7.0"  # the site goes down once it is done
HALTED = "1.8.0"  # is stopped in its test on web2, and people let it go on
HELPED = "helped"  # no release: the site goes down, and its check restarts every host by itself
SITE = "https://shop.example.com/healthz"
CHECK = {"http": SITE, "every": "1s", "down_after": 1, "action": "rollback"}
SELF = {"http": SITE, "every": "1s", "timeout": "60s", "down_after": 1, "action": "restart", "auto": True}
STRATEGY = {"kind": "canary", "batches": [1, "50%", "100%"], "bake": "1s", "approve": True}
STEPS = (Step.FETCH, Step.UNPACK, Step.INSTALL, Step.TEST, Step.SWITCH, Step.RESTART)
HASTE = 200  # how much faster than a person's time runs


class Moments:
    """Counted from 1 in all threads; `last` is the number or the name of the one that this process does not live to
    see, 0 for none.
    """

    def __init__(self, last: str) -> None:
        self.last = last
        self.seen = 0
        self.names: list[str] = []
        self._lock = threading.Lock()

    def passing(self, name: str = "") -> None:
        with self._lock:
            self.seen += 1
            if name:
                self.names.append(name)
            if self.last in (str(self.seen), name):
                os.kill(os.getpid(), signal.SIGKILL)


class Steps(Durable):
    """Passes a moment before each step, when it has acted and that is not written down yet, and when it is."""

    def __init__(self, path: Path, moments: Moments) -> None:
        super().__init__(path, LISTENING)
        self._moments = moments

    def step(self, name: str, act: Callable[..., Any], *arguments: object) -> Any:
        called = f"{arguments[0]}: {name}"

        def acted(*given: object) -> Any:
            found = act(*given)
            self._moments.passing(f"{called} has acted")
            return found

        self._moments.passing(f"{called} begins")
        found = super().step(name, acted, *arguments)
        self._moments.passing(f"{called} is written down")
        return found


class Brisk(HandClock):
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, span: timedelta) -> None:
        threading.Event().wait(max(0.0, span.total_seconds()) / HASTE)


class Directories(Hosts):
    """Each host is a directory: `current`, and a file for every step that an order ended there."""

    def __init__(self, root: Path, moments: Moments) -> None:
        super().__init__()
        self._root = root
        self._moments = moments

    def machine(self, name: str) -> Machine:
        current = self._root / name / "current"
        return Machine(name, current=current.read_text() if current.exists() else None)

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        return [HostFacts(host.name, True, self.machine(host.name).current) for host in hosts]

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        return [self._one(host.name, order, progress) for host in hosts]

    def restart(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        return [self._one(host.name, order, lambda _host, _step: None, (Step.RESTART,)) for host in hosts]

    def _one(self, host: str, order: Order, progress: Progress, steps: Sequence[Step] = STEPS) -> HostResult:
        for step in steps:
            done = self._root / host / f"{order.id}.{step}"
            if not done.exists():
                progress(host, step)
                self._moments.passing(f"{order.id} {host} {step} begins")
                self._carry_out(host, order, step, done)
                self._moments.passing(f"{order.id} {host} {step} has ended")
            if done.read_text() != "0":
                return HostResult(host, Ending.KEPT, step, 1, f"{step} ended with status 1", "1 != 2")
        return HostResult(host, Ending.DONE)

    def _carry_out(self, host: str, order: Order, step: Step, done: Path) -> None:
        """The file is made once, whole or not at all: a step carried out a second time raises FileExistsError."""
        done.parent.mkdir(parents=True, exist_ok=True)
        stopped = (host, step, order.sha, order.id) == ("web2", Step.TEST, release(HALTED).sha, "deploy-2")
        if stopped:
            eventually(order.halted, timeout=60)
        if step is Step.SWITCH:
            done.with_name("current").write_text(order.sha)
        self._moments.passing(f"{order.id} {host} {step} has acted")
        broken = stopped or (host, step, order.sha) == ("web2", Step.TEST, release(BAD).sha)
        draft = self._root.with_name(f"draft-{host}")
        draft.write_text("1" if broken else "0")
        done.hardlink_to(draft)
        draft.unlink()


class Mortal(Line):
    """The line on directories, with a database that counts its statements."""

    def __init__(self, directory: Path, moments: Moments, ref: str) -> None:
        self.moments = moments
        keys = {CANARY: ("strategy", STRATEGY), FALLEN: ("checks", [CHECK]), HELPED: ("checks", [SELF])}
        changes: list[tuple[tuple[str | int, ...], Any]] = [((*PRODUCTION, "deploy_grace"), "0s")]
        changes += [((*PRODUCTION, keys[ref][0]), keys[ref][1])] if ref in keys else []
        super().__init__(directory, fleet_of(names(4), *changes))

    def open_database(self, path: Path) -> Database:
        return counted(self.moments)(path, busy_timeout=10)

    def a_clock(self) -> HandClock:
        return Brisk()

    def a_durable(self, path: Path) -> Durable:
        return Steps(path, self.moments)

    def some_hosts(self) -> Hosts:
        return Directories(self.directory / "hosts", self.moments)

    def carry_on(self, ref: str) -> None:
        """What a person does: asks for the release unless it was asked for already; then waits for its end."""
        if ref == HELPED:
            self.targets.default = Probe(False, 0.041, 503, "answered 503")
            eventually(self.helped, timeout=60)
            return
        known = [one for one in self.journal.deploys.recent(2) if one.release == release(ref)]
        if known:
            begun = known[0]
        else:
            asked = self.ask(ref)
            assert isinstance(asked, Deploy), asked
            begun = asked
        if ref == CANARY:
            eventually(lambda: self.answered(begun.id), timeout=60)
        if ref == HALTED:
            eventually(lambda: self.let_go_on(begun), timeout=60)
        self.ended(begun.id)
        eventually(lambda: self.durable.over("deploy", begun.id), timeout=60)
        if ref == FALLEN:
            self.targets.default = Probe(False, 0.041, 503, "answered 503")
            eventually(self.undone, timeout=60)

    def let_go_on(self, deploy: Deploy) -> bool:
        """Somebody aborts it while web2 is tested, and lets it go on when asked."""
        halt = self.journal.halts.newest(deploy.id)
        if halt is None and self.view(deploy).hosts[1].step is Step.TEST:
            self.moves.abort("U0BEN", str(deploy.id), button=True)
        if halt:
            self.halts.choose("U0BEN", halt.button, Choice.ON)
        return halt is not None

    def helped(self) -> bool:
        """What the jobs do: the check is asked, and acts by itself."""
        self.monitor.sweep()
        self.engine.self_acts.sweep()
        found = self.acts.get(1)
        return found is not None and found.finished_at is not None and self.durable.over("restart", 1)

    def undone(self) -> bool:
        """What the jobs do: the checks are asked, and deploys that are done are looked at."""
        self.monitor.sweep()
        self.aftercare.sweep()
        last = self.journal.deploys.recent(1)[0]
        return last.plan.kind is DeployKind.ROLLBACK and last.finished_at is not None

    def answered(self, deploy_id: int) -> bool:
        """A lead promotes it as soon as the deploy asks."""
        question = self.journal.approvals.newest(deploy_id)
        if question and question.decision is Decision.OPEN:
            self.approvals.promote("U0BEN", f"{deploy_id}:{question.position}:{question.plan_hash}")
        return question is not None and question.decision is Decision.PROMOTED


def counted(moments: Moments) -> type[Database]:
    class Connection(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            moments.passing()
            return super().execute(*arguments)

    class Counted(Database):
        def _connect(self) -> SqliteDatabase:
            conn = sqlite3.connect(
                self.path, timeout=self.busy_timeout, isolation_level=None, check_same_thread=False, factory=Connection
            )
            conn.row_factory = sqlite3.Row
            sqlite3.Connection.execute(conn, "PRAGMA journal_mode=WAL")
            return SqliteDatabase(conn)

    return Counted


def life(kind: type[Mortal], directory: Path, ref: str, last: str) -> None:
    moments = Moments(last)
    line = kind(directory, moments, ref)
    line.launch()
    line.carry_on(ref)
    (directory / "moments").write_text("\n".join([str(moments.seen), *moments.names]))


def born(kind: type[Mortal], directory: Path, ref: str, last: str) -> None:
    """In a process of its own; whatever goes wrong is its last word."""
    try:
        with (directory / LAST_WORDS).open("w") as words:
            os.dup2(words.fileno(), 1)
            os.dup2(words.fileno(), 2)
            life(kind, directory, ref, last)
    except BaseException:
        (directory / LAST_WORDS).write_text(traceback.format_exc())
        os._exit(1)
    os._exit(0)  # what dbos keeps in threads is of no interest any more


def main(kind: type[Mortal]) -> None:
    """A line is one life: directory, ref and last moment; answered with how it ended."""
    for line in sys.stdin:
        directory, ref, last = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            born(kind, Path(directory), ref, last)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main(Mortal)
