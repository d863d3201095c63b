"""The composition root: the one place that knows every class."""

from datetime import timedelta
from types import TracebackType

from apscheduler.schedulers.background import BackgroundScheduler

from bot.backends.git import GitSource
from bot.backends.http import CurlProber
from bot.backends.slack import SlackPort
from bot.backends.slack_client import web_client
from bot.backends.ssh import HostKeys, SshBackend, SshOptions
from bot.engine.acts import ActDesk
from bot.engine.analysis import Analysis
from bot.engine.approvals import ApprovalDesk, Questions
from bot.engine.audit import Audit
from bot.engine.bake import Bake
from bot.engine.board import Board
from bot.engine.bringing import Bringing
from bot.engine.changes import LastChange
from bot.engine.claims import Claims
from bot.engine.clock import SystemClock
from bot.engine.desk import DeployDesk
from bot.engine.doors import Doors
from bot.engine.durable import Durable
from bot.engine.findings import Findings
from bot.engine.fleets import FleetKeeper
from bot.engine.freeze_desk import FreezeDesk
from bot.engine.goback import GoBack
from bot.engine.health import HealthGate
from bot.engine.holds import Holds
from bot.engine.journal import Journal
from bot.engine.lock_desk import LockDesk
from bot.engine.monitor import Monitor
from bot.engine.moves import Moves
from bot.engine.outages import Outages
from bot.engine.outbox import Deliverer
from bot.engine.people import People
from bot.engine.previews import Previews
from bot.engine.restarts import Restarts
from bot.engine.rollout import Rollout
from bot.engine.sites import Sites
from bot.engine.stages import Stages
from bot.settings import Settings
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from handlers.office import Office
from jobs import deliver, fleet, leases, refresh, uptime

GIT_PATIENCE = timedelta(minutes=2)
WORKFLOWS = ".workflows"  # dbos keeps its journal beside our database, in a file of its own


class Pointsman:
    """Use as a context: open on entry, ended in order on exit. Raises PointsmanError when it cannot begin.

    Deploys that run at the exit are left as a crash would leave them: end the process then.
    """

    def __init__(self, settings: Settings) -> None:
        self.clock = SystemClock()
        self.db = Database(settings.database_path)
        apply_all(self.db)
        outbox = Outbox(self.db)
        self.fleet = FleetKeeper(settings.fleet_file, self.db, outbox, self.clock)
        self.client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        self.slack = SlackPort(self.client)
        self.prober = CurlProber()
        self.durable = Durable(settings.database_path.with_name(settings.database_path.name + WORKFLOWS))
        self.scheduler = BackgroundScheduler(timezone="UTC")
        self.deliverer = Deliverer(outbox, self.slack, self.clock)
        self.monitor = Monitor(self.db, outbox, self.prober, self.fleet.current, LastChange(self.db).of, self.clock)
        self._build_engine(settings, outbox)

    def _build_engine(self, settings: Settings, outbox: Outbox) -> None:
        current, clock = self.fleet.current, self.clock
        backend, sites = SshBackend(_ssh(settings)), Sites(current)
        outages = Outages(self.db, self.monitor)
        self.journal = Journal(self.db, outbox, outages, current, clock, settings.command_prefix)
        bringing = Bringing(self.journal, sites, backend, HealthGate(self.prober, clock))
        doors = Doors(People(self.slack, clock), current)
        questions = Questions(self.journal, doors, current, clock)
        bake, analysis = Bake(self.prober, clock), Analysis(self.prober, clock, self.journal.looks)
        stages = Stages(self.journal, sites, backend, bringing, bake, analysis, questions)
        self.rollout = Rollout(self.journal, stages, GoBack(self.journal, bringing), self.durable)
        self.restarts = Restarts(self.db, sites, backend, outages, self.durable, clock)
        holds = Holds(self.db, current, clock)
        claims = Claims(self.journal, Acts(self.db), self.rollout, holds)
        findings = Findings(self.journal, GitSource(settings.repos_dir, GIT_PATIENCE), current)
        self.freezes = FreezeDesk(self.db, self.journal, holds, doors, current)
        desk = DeployDesk(self.journal, claims, doors, findings, outages, current)
        self.office = Office(
            deploys=desk,
            moves=Moves(self.journal, claims, doors, desk, current),
            previews=Previews(self.journal, findings, current),
            approvals=ApprovalDesk(self.journal, doors, current),
            acts=ActDesk(self.db, self.restarts, doors, outages, current, clock),
            board=Board(self.journal, self.monitor.overview, holds, current, clock),
            audit=Audit(self.db, clock, settings.secrets()),
            locks=LockDesk(self.journal, doors, current),
            freezes=self.freezes,
            holds=holds,
            fleet=current,
            clock=clock,
            prefix=settings.command_prefix,
        )

    def start(self) -> None:
        """Resumes what was cut off, and begins the jobs."""
        self.durable.launch()
        self.rollout.resume()
        self.restarts.resume()
        deliver.register(self.scheduler, self.deliverer)
        uptime.register(self.scheduler, self.monitor)
        refresh.register(self.scheduler, self.journal)
        leases.register(self.scheduler, self.office.locks, self.freezes)
        fleet.register(self.scheduler, self.fleet)
        self.scheduler.start()

    def __enter__(self) -> "Pointsman":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.scheduler.running:
            self.scheduler.shutdown(wait=True)
        if self.durable.stop():
            self.prober.close()
            self.db.close()


def _ssh(settings: Settings) -> SshOptions:
    key = settings.ssh_key.get_secret_value() if settings.ssh_key else None
    return SshOptions(settings.ssh_known_hosts, key, HostKeys(settings.ssh_host_keys))
