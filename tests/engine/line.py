"""The deploy engine with hosts in memory and a clock that the test drives; database, workflows and outbox are real."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.backends.base import Ask, HostFacts, HostResult, Order, Progress, Site
from bot.backends.memory import MemoryBackend
from bot.engine.acts import ActDesk
from bot.engine.analysis import Analysis
from bot.engine.approvals import ApprovalDesk, Questions
from bot.engine.bake import Bake
from bot.engine.board import Board
from bot.engine.bringing import Bringing
from bot.engine.changes import LastChange
from bot.engine.claims import Claims
from bot.engine.desk import DeployDesk
from bot.engine.doors import Doors
from bot.engine.durable import Durable
from bot.engine.findings import Findings
from bot.engine.freeze_desk import FreezeDesk
from bot.engine.goback import GoBack
from bot.engine.health import HealthGate
from bot.engine.holds import Holds
from bot.engine.journal import Journal
from bot.engine.lock_desk import LockDesk
from bot.engine.monitor import Monitor
from bot.engine.moves import Moves
from bot.engine.outages import Outages
from bot.engine.previews import Previews
from bot.engine.restarts import Restarts
from bot.engine.rollout import Rollout
from bot.engine.sites import Sites
from bot.engine.stages import Stages
from bot.fleet import Fleet
from bot.model import Action, Host, Incident, Probe
from bot.records import Act, Deploy, DeployView, Refusal
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from bot.watch import Alert, Sighting
from tests.building import TARGET, fleet_of, release
from tests.engine.outside import Members, Releases
from tests.engine.watching import HandClock, Targets
from tests.waiting import eventually

GOOD = Probe(True, 0.012, 200)
SICK = Probe(False, 0.041, 503, "answered 503 in 41 ms")


class Hosts(MemoryBackend):
    """Hosts in memory whose whole backend may be in trouble: `raises` by method, an entry for each call.

    `broken_off` holds what those who follow the progress raised.
    """

    def __init__(self) -> None:
        super().__init__()
        self.raises: dict[str, list[Exception | None]] = {"survey": [], "bring": [], "restart": []}
        self.broken_off: list[Exception] = []

    def _trouble(self, method: str) -> None:
        error = self.raises[method].pop(0) if self.raises[method] else None
        if error:
            raise error

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        self._trouble("survey")
        return super().survey(site, hosts)

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        self._trouble("bring")
        try:
            return super().bring(site, order, hosts, progress)
        except Exception as error:
            self.broken_off.append(error)
            raise

    def restart(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        self._trouble("restart")
        return super().restart(site, order, hosts)


class Apps:
    """Fills Prober: an app is well unless its host, its release (by SHA), or the one on the other is named as sick."""

    def __init__(self, backend: MemoryBackend) -> None:
        self._backend = backend
        self.sick: set[str] = set()
        self.sick_together: set[tuple[str, str | None]] = set()
        self.times: dict[str, float] = {}  # how many times slower, by host or SHA
        self.errs: dict[str, int] = {}  # every n-th answer is bad, by host or SHA
        self.asked: Counter[str] = Counter()
        self.raises: Exception | None = None
        self.before: Callable[[Sequence[Ask]], None] = lambda _asks: None  # called before each round

    def probe(self, asks: Sequence[Ask]) -> list[Probe]:
        self.before(asks)
        if self.raises:
            raise self.raises
        return [self._one(ask.url.split("/")[2].split(":")[0]) for ask in asks]

    def _one(self, host: str) -> Probe:
        runs = self._backend.machine(host).current
        self.asked[host] += 1
        if {host, runs} & self.sick or (host, runs) in self.sick_together:
            return SICK
        known = [one for one in (host, runs or "") if one in self.errs]
        if any(self.asked[host] % self.errs[one] == 0 for one in known):
            return SICK
        times = self.times.get(host, 1.0) * self.times.get(runs or "", 1.0)
        return replace(GOOD, latency=GOOD.latency * times * (1 + self.asked[host] % 7 / 100))


class Line:
    """`restart` is what a new process finds: the files. Hosts live on."""

    def __init__(self, directory: Path, fleet: Fleet | None = None) -> None:
        self.directory = directory
        self.fleet = fleet or fleet_of()
        self.clock = self.a_clock()
        self.backend = self.some_hosts()
        self.apps = Apps(self.backend)
        self.source = Releases()
        self.members = Members()
        self.start()

    def open_database(self, path: Path) -> Database:
        return Database(path, busy_timeout=1.0)

    def a_clock(self) -> HandClock:
        return HandClock()

    def some_hosts(self) -> Hosts:
        return Hosts()

    def start(self) -> None:
        self.db = self.open_database(self.directory / "state.db")
        apply_all(self.db)
        self.durable = Durable(self.directory / "workflows.db")
        self.outbox = Outbox(self.db)
        current, clock = self.current, self.clock
        changes = LastChange(self.db)
        self.monitor = Monitor(self.db, self.outbox, Targets(clock), current, changes.of, clock)
        outages, sites = Outages(self.db, self.monitor), Sites(current)
        self.journal = Journal(self.db, self.outbox, outages, current, clock)
        bringing = Bringing(self.journal, sites, self.backend, HealthGate(self.apps, clock))
        doors = Doors(self.members, current)
        questions = Questions(self.journal, doors, current, clock)
        bake, analysis = Bake(self.apps, clock), Analysis(self.apps, clock, self.journal.looks)
        stages = Stages(self.journal, sites, self.backend, bringing, bake, analysis, questions)
        self.rollout = Rollout(self.journal, stages, GoBack(self.journal, bringing), self.durable)
        self.restarts = Restarts(self.db, sites, self.backend, outages, self.durable, clock)
        self.approvals = ApprovalDesk(self.journal, doors, current)
        acts = Acts(self.db)
        self.holds = Holds(self.db, current, clock)
        claims = Claims(self.journal, acts, self.rollout, self.holds)
        findings = Findings(self.journal, self.source, current)
        self.desk = DeployDesk(self.journal, claims, doors, findings, outages, current)
        self.previews = Previews(self.journal, findings, current)
        self.moves = Moves(self.journal, claims, doors, self.desk, current)
        self.act_desk = ActDesk(self.db, self.restarts, doors, outages, current, clock)
        self.board = Board(self.journal, self.monitor.overview, self.holds, current, clock)
        self.locks = LockDesk(self.journal, doors, current)
        self.freezes = FreezeDesk(self.db, self.journal, self.holds, doors, current)
        self.sites = sites
        self.acts, self.incidents, self.changes = acts, Incidents(self.db), changes

    def launch(self) -> None:
        self.durable.launch()
        self.rollout.resume()
        self.restarts.resume()

    def stop(self) -> None:
        eventually(self.durable.stop, timeout=60)
        self.db.close()

    def current(self) -> Fleet:
        return self.fleet

    # what a person does

    def ask(self, ref: str | None, user: str = "U0ANA", environment: str = "production") -> Deploy | Refusal:
        return self.desk.ask(user, "shop", ref, environment)

    def begin(self, ref: str | None, user: str = "U0ANA") -> Deploy:
        begun = self.ask(ref, user)
        assert isinstance(begun, Deploy), begun
        return begun

    def deploy(self, ref: str | None, user: str = "U0ANA") -> Deploy:
        """Asks, and waits for its end."""
        return self.ended(self.begin(ref, user).id)

    def ended(self, number: int) -> Deploy:
        def end() -> Deploy | None:
            found = self.journal.deploys.get(number)
            return found if found and found.finished_at else None

        found = eventually(end, timeout=60)
        assert found is not None
        return found

    def act_ended(self, number: int) -> Act:
        def end() -> Act | None:
            found = self.acts.get(number)
            return found if found and found.finished_at else None

        found = eventually(end, timeout=60)
        assert found is not None
        return found

    def outage(self, host: str | None = None, action: Action = Action.ROLLBACK) -> Alert:
        """A check goes down: what the monitor would write, with what changed last."""
        draft = Incident(0, "shop/production/http", TARGET, self.clock.now(), "answered 503", host)
        seen = Sighting("GET http://shop/", action, 3, changed=self.changes.of(TARGET))
        made = self.incidents.open(draft, seen, "#alerts", self.clock.now())
        assert made is not None
        return made

    # what is so

    def view(self, deploy: Deploy) -> DeployView:
        return self.journal.view(deploy.id)

    def runs(self) -> list[str]:
        """The release that each host of the fleet runs, by its name."""
        known = {release(ref).sha: ref for ref in ("1.4.1", "1.4.2", "1.5.0", "1.6.0", "main")}
        hosts = self.fleet.hosts(TARGET)
        return [known.get(self.backend.machine(host.name).current or "", "nothing") for host in hosts]

    def orders(self, order: str) -> list[str]:
        """The hosts that an order reached."""
        return sorted(host for host, name, _ in self.backend.orders if name == order)

    def messages(self) -> dict[str, str]:
        """The first line of every message put for Slack, newest version, by key."""
        with self.db.reading() as db:
            rows = db.table("outbox").rows_where(order_by="id")
            return {row["key"]: json.loads(row["payload"])["text"] for row in rows}

    def blocks(self, key: str) -> list[dict[str, Any]]:
        with self.db.reading() as db:
            (row,) = db.table("outbox").rows_where("key = ?", [key])
            found: list[dict[str, Any]] = json.loads(row["payload"])["blocks"]
            return found


@contextmanager
def line_on(directory: Path, fleet: Fleet | None = None) -> Iterator[Line]:
    made = Line(directory, fleet)
    made.launch()
    try:
        yield made
    finally:
        made.stop()
