"""The composition root: the one place that knows every class."""

import gc
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType

from apscheduler.schedulers.background import BackgroundScheduler

from bot import logs
from bot.app.cloud import Cloud
from bot.app.engine import Engine, Outside
from bot.app.hosts import Hosts, reached
from bot.app.probers import open_probers
from bot.app.scaling import Machines
from bot.backends.discreet import discreet
from bot.backends.git import GitSource
from bot.backends.github import GitHubChecks
from bot.backends.loads import AllLoads
from bot.backends.meters import Meters
from bot.backends.notify import Notifier
from bot.backends.prometheus import Prometheus
from bot.backends.slack import SlackPort
from bot.backends.slack_client import web_client
from bot.backends.sns import SnsCalls
from bot.engine.audit import Audit
from bot.engine.beats import BeatBook
from bot.engine.blind_spots import SpotWarden
from bot.engine.changes import LastChange
from bot.engine.clock import SystemClock
from bot.engine.cloud_troubles import CloudWarden
from bot.engine.courier import Courier
from bot.engine.cpu import CpuBook
from bot.engine.cpu_checks import CpuProber
from bot.engine.discovery import Discovery
from bot.engine.durable import Durable
from bot.engine.figures import FigureBook
from bot.engine.fleets import FleetKeeper
from bot.engine.history import Archive
from bot.engine.keeping import Keeping
from bot.engine.metric_checks import MetricProber
from bot.engine.monitor import Monitor
from bot.engine.outbox import Deliverer
from bot.engine.people import People
from bot.engine.resting import Resting
from bot.engine.stands import Stands
from bot.engine.ways import Ways
from bot.errors import ConfigError
from bot.plan.pools import pool_of
from bot.secrecy import Secrets
from bot.settings import Settings
from bot.state.database import Database
from bot.state.dispatches import Dispatches
from bot.state.outbox import Outbox
from bot.state.reports import Reports
from bot.state.schema import apply_all
from handlers.office import Office
from jobs import (
    aftercare,
    blind_spots,
    cloud,
    cpu,
    deliver,
    discovery,
    dispatch,
    figures,
    fleet,
    groups,
    history,
    incidents,
    leases,
    musters,
    queue,
    refresh,
    scaling,
    self_acts,
    tidy,
    uptime,
)

CARRIERS = 4  # letters on their way at once; each is a process
GIT_PATIENCE = timedelta(minutes=2)
WORKFLOWS = ".workflows"  # dbos keeps its journal beside our database, in a file of its own


class Pointsman:
    """Use as a context: open on entry, ended in order on exit. Raises PointsmanError when it cannot begin.

    Deploys that run at the exit are left as a crash would leave them: end the process then. `hosts` are reached over
    SSH unless others are handed in.
    """

    def __init__(self, settings: Settings, hosts: Hosts | None = None) -> None:
        self.clock = SystemClock()
        self.db = Database(settings.database_path)
        apply_all(self.db)
        outbox = Outbox(self.db)
        self.secrets = Secrets(settings.secrets())
        hidden, secret = self.secrets.hidden, _beats(settings)
        self.fleet = FleetKeeper(settings.fleet_file, self.db, outbox, self.clock, hidden)
        self.cloud = Cloud(self._learn, Resting(self.db).of, hidden)
        self.warden = CloudWarden(self.cloud.calls, self.fleet.current, self.db, outbox, self.clock)
        self.discovery = Discovery(self.fleet.current, self.cloud.instances, self.db, outbox, self.clock)
        self.client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        self.slack = discreet(SlackPort(self.client), hidden)
        git = GitSource(settings.repos_dir, GIT_PATIENCE)
        self.hosts = hosts or reached(settings, self.cloud.ssm, self.cloud.vault, git.archive)
        self.beats = BeatBook(self.db, self.discovery.current, secret, self.clock, hidden)
        self._open_load(settings)
        self.checks, self.sns = discreet(_checks(settings), hidden, words=None), SnsCalls()
        self.durable = Durable(settings.database_path.with_name(settings.database_path.name + WORKFLOWS))
        self.scheduler, self.deliverer = BackgroundScheduler(timezone="UTC"), Deliverer(outbox, self.slack, self.clock)
        current, prefix = self.discovery.current, settings.command_prefix
        self._open_ways(settings)
        changes, references, news = LastChange(self.db).of, settings.reference_urls, self.beats.news
        self.monitor = Monitor(
            self.db, outbox, self.probers, current, changes, self.clock, prefix, self.ways, references, news
        )
        self.spots = SpotWarden(self.db, outbox, current, self.clock, prefix, self.ways)
        people = People(self.slack, self.clock)
        outside = Outside(
            discreet(self.hosts.backend, hidden),
            discreet(self.hosts.http, hidden),
            discreet(git, hidden),
            people,
            self.meters,
            self.checks,
            self.discovery.fresh,
            self.cloud.groups,
            self.cloud.systems(git),
            self.cloud.runners,
            machines=Machines(
                self.cloud.scalers, lambda target: pool_of(self.discovery.current(), target), self.cpu, self.stands
            ),
            groups=self.cloud.scaling_groups,
        )
        self.engine = Engine(
            self.db, self.monitor, self.durable, outside, current, self.clock, prefix, self.ways, hidden
        )
        self.office = open_office(self.engine, Audit(self.db, self.clock, self.secrets), people, prefix)
        self.figures = self._figures(settings, git) if settings.cloudwatch_namespace else None
        self.keeping = Keeping(outbox, Dispatches(self.db), Reports(self.db), self.clock)

    def _open_load(self, settings: Settings) -> None:
        """Numbers that are kept elsewhere, how busy services are, and who answers the checks."""
        prometheus = Prometheus(settings.prometheus_url)
        hidden = self.secrets.hidden
        self.meters = discreet(Meters(prometheus, self.cloud.cloudwatch), hidden)
        self.loads = discreet(AllLoads(prometheus, self.cloud.cloudwatch, self.hosts.loads), hidden)
        self.stands = Stands(self.cloud.scalers, self.clock)
        self.cpu = CpuBook(self.db, self.loads, self.discovery.current, self.clock, self.stands.last)
        numbers = MetricProber(self.meters, self.clock)
        self.probers = open_probers(
            self.hosts.http,
            self.hosts.commands,
            self.beats,
            numbers,
            CpuProber(self.cpu, self.clock),
            hidden,
        )

    def _learn(self, secret: str) -> None:
        """Of one that was opened: it appears in no line of the log, and in nothing that is stored or posted."""
        logs.hide(secret)
        self.secrets.learn(secret)

    def _figures(self, settings: Settings, git: GitSource) -> FigureBook:
        out, fleet = self.cloud.out(settings.cloudwatch_namespace), self.discovery.current
        alerts, made = self.deliverer.alerts, git.committed_at
        return FigureBook(self.db, self.monitor.overview, fleet, alerts, made, out.put, self.clock)

    def _open_ways(self, settings: Settings) -> None:
        """Raises ConfigError for one that cannot be used."""
        self.notifier = Notifier({way.name: way.url.get_secret_value() for way in settings.ways})
        if problems := self.notifier.problems():
            raise ConfigError(problems)
        ways = self.notifier.ways()
        known = {one: way.words for way in settings.ways for one in ways[way.name]}
        self.ways = Ways(self.db, known, settings.command_prefix)
        self.carriers = ThreadPoolExecutor(CARRIERS, thread_name_prefix="ways")
        send = discreet(self.notifier, self.secrets.hidden, words=None).send
        self.courier = Courier(self.db, self.ways, known, send, self.carriers, self.clock)

    def start(self) -> None:
        """Resumes what was cut off, and begins the jobs."""
        self.engine.launch()
        deliver.register(self.scheduler, self.deliverer)
        dispatch.register(self.scheduler, self.courier)
        uptime.register(self.scheduler, self.monitor)
        refresh.register(self.scheduler, self.engine.journal)
        aftercare.register(self.scheduler, self.engine.aftercare)
        leases.register(self.scheduler, self.engine.locks, self.engine.freezes)
        queue.register(self.scheduler, self.engine.queue)
        incidents.register(self.scheduler, self.engine.vigil)
        scaling.register(self.scheduler, self.engine.scaling.orchestrator)
        self_acts.register(self.scheduler, self.engine.self_acts)
        fleet.register(self.scheduler, self.fleet)
        discovery.register(self.scheduler, self.discovery)
        cpu.register(self.scheduler, self.cpu)
        musters.register(self.scheduler, self.engine.musters)
        cloud.register(self.scheduler, self.warden)
        blind_spots.register(self.scheduler, self.spots)
        if self.figures:
            figures.register(self.scheduler, self.figures)
        groups.register(self.scheduler, self.engine.group_care)
        tidy.register(self.scheduler, self.keeping)
        history.register(self.scheduler, Archive(self.db, self.clock))
        self.scheduler.start()
        # What is here now stays for good: looking through it for garbage was a seventh of a deploy's CPU.
        gc.collect()
        gc.freeze()

    def __enter__(self) -> "Pointsman":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hosts.loads.close()  # a host that hangs would hold up the end
        if self.scheduler.running:
            self.scheduler.shutdown(wait=True)
        self.carriers.shutdown(wait=False, cancel_futures=True)
        self.notifier.close()
        self.carriers.shutdown(wait=True)
        if self.durable.stop():
            self.probers.close()
            self.loads.close()
            self.meters.close()
            self.checks.close()
            self.sns.close()
            self.cloud.close()
            self.db.close()


def _beats(settings: Settings) -> str | None:
    return settings.heartbeat_secret.get_secret_value() if settings.heartbeat_secret else None


def _checks(settings: Settings) -> GitHubChecks:
    token = settings.github_token.get_secret_value() if settings.github_token else None
    return GitHubChecks(settings.github_api_url, token)


def open_office(engine: Engine, audit: Audit, people: People, prefix: str) -> Office:
    return Office(
        deploys=engine.desk,
        moves=engine.moves,
        previews=engine.previews,
        proposals=engine.proposals,
        approvals=engine.approvals,
        acts=engine.acts,
        halts=engine.halts,
        board=engine.board,
        errands=engine.errands,
        archive=engine.archive,
        offering=engine.offering,
        audit=audit,
        locks=engine.locks,
        freezes=engine.freezes,
        holds=engine.holds,
        queue=engine.queue,
        scaling=engine.scaling,
        tasks=engine.tasks,
        sights=engine.sights,
        silences=engine.silences,
        vigil=engine.vigil,
        intake=engine.intake,
        fleet=engine.fleet,
        forget_groups=people.forget,
        clock=engine.clock,
        prefix=prefix,
    )
