"""The deploy engine with hosts in memory and a clock that the test drives; database, workflows and outbox are real."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app.engine import Engine, Outside
from bot.app.scaling import Machines
from bot.backends.base import HostFacts, HostResult, Order, Progress, Site, StepSpec
from bot.backends.managed import Managed, Runner
from bot.backends.memory import MemoryBackend
from bot.engine.changes import LastChange
from bot.engine.durable import Durable
from bot.engine.monitor import Monitor
from bot.fleet import Fleet
from bot.grammar import DeployTo
from bot.model import Action, Host, Incident, Probe
from bot.proposals import Proposal
from bot.questions import Ask
from bot.records import Act, Deploy, DeployView
from bot.refusals import Refusal
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from bot.watch import Alert, Sighting
from tests.building import TARGET, fleet_of, release
from tests.engine.outside import Builds, Gauges, Members, Releases
from tests.engine.watching import HandClock, Targets
from tests.waiting import eventually

GOOD = Probe(True, 0.012, 200)
LISTENING = timedelta(milliseconds=20)  # a stop waits for it, and there is one after every test
SICK = Probe(False, 0.041, 503, "answered 503 in 41 ms")


class Hosts(MemoryBackend):
    """Hosts in memory whose whole backend may be in trouble: `raises` by method, an entry for each call.

    `surveyed` and `brought` hold the hosts of each such call, `broken_off` what those who follow the progress
    raised.
    """

    def __init__(self) -> None:
        super().__init__()
        self.raises: dict[str, list[Exception | None]] = {
            name: [] for name in ("survey", "bring", "prepare", "retire", "restart", "command")
        }
        self.brought: list[list[str]] = []
        self.surveyed: list[list[str]] = []
        self.broken_off: list[Exception] = []
        self.before_survey: Callable[[], None] = lambda: None

    def _trouble(self, method: str) -> None:
        error = self.raises[method].pop(0) if self.raises[method] else None
        if error:
            raise error

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        self.before_survey()
        self._trouble("survey")
        self.surveyed.append([host.name for host in hosts])
        return super().survey(site, hosts)

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        self._trouble("bring")
        self.brought.append([host.name for host in hosts])
        try:
            return super().bring(site, order, hosts, progress)
        except Exception as error:
            self.broken_off.append(error)
            raise

    def prepare(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        self._trouble("prepare")
        return super().prepare(site, order, hosts, progress)

    def retire(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        self._trouble("retire")
        return super().retire(site, order, hosts)

    def command(self, site: Site, order: Order, hosts: Sequence[Host], spec: StepSpec) -> list[HostResult]:
        self._trouble("command")
        return super().command(site, order, hosts, spec)

    def restart(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        self._trouble("restart")
        return super().restart(site, order, hosts)


class Apps:
    """Fills Prober: an app is well unless its host, its release (by SHA), or the one on the other is named as sick."""

    def __init__(self, backend: MemoryBackend) -> None:
        self._backend = backend
        self.sick: set[str] = set()
        self.sick_places: set[str] = set()  # `web2:8081`: whatever runs there
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
        places = [ask.url.split("/")[2] for ask in asks]
        return [SICK if place in self.sick_places else self._one(place.split(":")[0]) for place in places]

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
        self.gauges = Gauges()
        self.source = Releases()
        self.members = Members()
        self.builds = Builds()
        self.systems: dict[str, Managed] = {}
        self.runners: dict[str, Runner] = {}
        self.start()

    def open_database(self, path: Path) -> Database:
        return Database(path, busy_timeout=1.0)

    def a_clock(self) -> HandClock:
        return HandClock()

    def a_durable(self, path: Path) -> Durable:
        return Durable(path, LISTENING)

    def some_hosts(self) -> Hosts:
        return Hosts()

    def some_machines(self) -> Machines:
        return Machines()

    def start(self) -> None:
        self.db = self.open_database(self.directory / "state.db")
        apply_all(self.db)
        self.durable = self.a_durable(self.directory / "workflows.db")
        self.outbox = Outbox(self.db)
        clock = self.clock
        self.changes = LastChange(self.db)
        self.targets = Targets(clock)
        self.monitor = Monitor(self.db, self.outbox, self.targets, self.current, self.changes.of, clock)
        asked = self.backend, self.apps, self.source, self.members, self.gauges, self.builds
        outside = Outside(*asked, systems=self.systems, runners=self.runners, machines=self.some_machines())
        self.engine = self.another_engine(outside)
        self.journal, self.rollout, self.act_runs = self.engine.journal, self.engine.rollout, self.engine.act_runs
        self.desk, self.moves, self.previews = self.engine.desk, self.engine.moves, self.engine.previews
        self.approvals, self.act_desk, self.board = self.engine.approvals, self.engine.acts, self.engine.board
        self.archive = self.engine.archive
        self.locks, self.freezes, self.holds = self.engine.locks, self.engine.freezes, self.engine.holds
        self.halts, self.queue = self.engine.halts, self.engine.queue
        self.scaling = self.engine.scaling
        self.sites, self.aftercare = self.engine.sites, self.engine.aftercare
        self.acts, self.incidents = Acts(self.db), Incidents(self.db)

    def another_engine(self, outside: Outside) -> Engine:
        return Engine(self.db, self.monitor, self.durable, outside, self.current, self.clock)

    def launch(self) -> None:
        self.engine.launch()

    def stop(self) -> None:
        eventually(self.durable.stop, timeout=60)
        self.db.close()

    def current(self) -> Fleet:
        return self.fleet

    # what a person does

    def ask(self, ref: str | None, user: str = "U0ANA", environment: str = "production") -> Deploy | Refusal | Proposal:
        return self.desk.ask(user, DeployTo("shop", environment, ref))

    def begin(self, ref: str | None, user: str = "U0ANA") -> Deploy:
        """Confirms what it is asked about."""
        begun = self.ask(ref, user)
        if isinstance(begun, Proposal):
            begun = self.engine.proposals.confirm(user, f"{begun.draft.id}:{begun.draft.plan_hash}")
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
        seen = Sighting("GET http://shop/", action, 3, changed=self.changes.of(TARGET, self.clock.now()))
        made = self.incidents.open(draft, seen, "#alerts", self.clock.now())
        assert made is not None
        return made

    def watch(self, seconds: int) -> None:
        """What the jobs do each second: the checks are asked, then deploys that are done are looked at."""
        for _ in range(seconds):
            self.clock.sleep(timedelta(seconds=1))
            self.monitor.sweep()
            self.aftercare.sweep()

    # what is so

    def view(self, deploy: Deploy) -> DeployView:
        """With the steps that wait for the next refresh."""
        self.journal.stepping.write()
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
