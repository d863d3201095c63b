"""The engine, put together: every desk and workflow over one database and one outside world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.app.scaling import Machines, ScalingEngine
from bot.backends.base import Backend, Balancer, CommitChecks, ListedMetrics, Prober, Source
from bot.backends.managed import Managed, Runner
from bot.backends.scaling_groups import ScalingGroups
from bot.engine.act_runs import ActRuns
from bot.engine.acts import ActDesk
from bot.engine.aftercare import AftercareDesk
from bot.engine.analysis import Analysis
from bot.engine.approvals import ApprovalDesk, Questions
from bot.engine.archive import Archive
from bot.engine.audit import Audit
from bot.engine.bake import Bake
from bot.engine.board import Board
from bot.engine.bringing import Bringing
from bot.engine.changes import LastChange
from bot.engine.checkpoints import Checkpoints
from bot.engine.ci import CiGate
from bot.engine.claims import Claims
from bot.engine.clock import Clock
from bot.engine.desk import DeployDesk
from bot.engine.doors import Doors, Registry
from bot.engine.durable import Durable
from bot.engine.echoes import Echoes
from bot.engine.equipping import Equipping
from bot.engine.errands import ErrandBook
from bot.engine.eyes import Eyes
from bot.engine.findings import Findings
from bot.engine.freeze_desk import FreezeDesk
from bot.engine.goback import GoBack
from bot.engine.group_care import GroupCare, NoGroups
from bot.engine.halting import Halting
from bot.engine.halts import HaltBook, HaltDesk
from bot.engine.handing import Handing
from bot.engine.health import HealthGate
from bot.engine.holds import Holds
from bot.engine.incidents import Herald
from bot.engine.intake import Intake
from bot.engine.journal import Journal
from bot.engine.kinds import Kind
from bot.engine.kinds.asking import Asking, AskingIfUnclear
from bot.engine.kinds.batch import Batch
from bot.engine.kinds.beside import Beside, Keeping
from bot.engine.kinds.ci import CiChecks
from bot.engine.kinds.handed import Rollout as HandedRollout
from bot.engine.kinds.handed import Standing
from bot.engine.kinds.preflight import Preflight
from bot.engine.kinds.watching import Watching
from bot.engine.latecomers import Latecomers
from bot.engine.lock_desk import LockDesk
from bot.engine.measurable import MetricGate
from bot.engine.metering import Metering
from bot.engine.monitor import Monitor
from bot.engine.moves import Moves
from bot.engine.musters import Musters
from bot.engine.notices import Notices
from bot.engine.offering import Offering
from bot.engine.outages import Outages
from bot.engine.previews import Previews
from bot.engine.proposals import ProposalDesk
from bot.engine.queue_desk import QueueDesk
from bot.engine.quiet import Quiet
from bot.engine.rollout import Rollout
from bot.engine.self_acts import SelfActs
from bot.engine.sights import Sights
from bot.engine.silence_desk import SilenceDesk
from bot.engine.sites import Sites, written_down
from bot.engine.stage_ends import StageEnds
from bot.engine.stages import Stages
from bot.engine.systems import Systems
from bot.engine.task_desk import TaskDesk
from bot.engine.task_runs import TaskWork
from bot.engine.traffic import NoBalancer, Traffic
from bot.engine.vigil import Vigil
from bot.engine.ways import Ways
from bot.engine.weighing import Weighing
from bot.fleet import Fleet
from bot.model import Target
from bot.records import StageKind
from bot.secrecy import Hidden
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.group_care import GroupHolds
from bot.state.incidents import Incidents
from bot.state.outbox import Outbox
from bot.state.scales import Scales


@dataclass(frozen=True, slots=True)
class Outside:
    """What the engine asks and acts on."""

    backend: Backend
    prober: Prober
    source: Source
    people: Registry
    metrics: ListedMetrics
    checks: CommitChecks
    look: Callable[[Target], None] = written_down
    balancer: Balancer = field(default_factory=NoBalancer)
    systems: Mapping[str, Managed] = field(default_factory=dict)  # by their backend's name
    runners: Mapping[str, Runner] = field(default_factory=dict)  # of tasks that run once
    machines: Machines = field(default_factory=Machines)
    groups: ScalingGroups = field(default_factory=NoGroups)


class Engine:
    """`prefix` is how the workspace calls its commands, `hidden` what alerts from elsewhere pass through; `launch`
    resumes what was cut off.
    """

    def __init__(
        self,
        db: Database,
        monitor: Monitor,
        durable: Durable,
        outside: Outside,
        fleet: Callable[[], Fleet],
        clock: Clock,
        prefix: str = "",
        ways: Ways | None = None,
        hidden: Hidden = str,
    ) -> None:
        self.hidden = hidden
        self.outside, self.fleet, self.clock, self.durable = outside, fleet, clock, durable
        self.ci = CiGate(outside.checks, fleet)
        self.sites, self.doors = Sites(fleet, outside.look), Doors(outside.people, fleet)
        self.outages = Outages(db, monitor)
        self.journal = Journal(db, Outbox(db), self.outages, fleet, clock, prefix)
        self.systems = Systems(outside.systems)
        self.handing = Handing(self.journal, self.systems, clock)
        self.group_care = GroupCare(outside.groups, GroupHolds(db), self.journal)
        self.bringing = Bringing(
            self.journal,
            self.sites,
            outside.backend,
            HealthGate(outside.prober, clock),
            Traffic(outside.balancer, clock),
            self.group_care,
            self.handing,
        )
        self.ends, self.back = StageEnds(self.journal), GoBack(self.journal, self.bringing)
        self.book = HaltBook(self.journal)
        halting = Halting(self.journal, self.book, self.bringing, self.ends, clock)
        self.stages = Stages(self.journal, self.ends, self.kinds(), halting)
        self.late = Latecomers(self.journal, self.ends, self.sites, outside.backend, self.bringing)
        self.rollout = Rollout(self.journal, self.stages, self.late, self.back, durable, self.group_care.tidy)
        notices = Notices(Incidents(db), Outbox(db), Quiet(db, fleet), Echoes(db, prefix, ways), prefix, ways)
        self.act_runs = ActRuns(db, self.sites, outside.backend, self.outages, notices, durable, clock)
        self.task_work = TaskWork(db, self.journal, self.sites, outside.runners, durable)
        self.aftercare = AftercareDesk(db, self.journal, self.rollout, fleet)
        equipping = Equipping(self.journal, self.sites, outside.backend, HealthGate(outside.prober, clock))
        self.scaling = ScalingEngine(
            db, outside.machines, equipping, self.doors, self.outages, durable, fleet, clock, prefix
        )
        self._open_desks(db, monitor, notices)

    def kinds(self) -> dict[StageKind, Kind]:
        """Who runs which stage."""
        prober, journal, ends = self.outside.prober, self.journal, self.ends
        asking = Asking(ends, Questions(journal, self.doors, self.fleet, self.clock))
        metering = Metering(self.outside.metrics, journal.looks)
        bake, analysis = Bake(prober, self.clock), Analysis(prober, metering, self.clock, journal.looks)
        return {
            StageKind.CHECKS: CiChecks(journal, ends, self.ci, self.clock),
            StageKind.PREFLIGHT: Preflight(ends, self.sites, self.outside.backend, prober),
            StageKind.BESIDE: Beside(ends, self.sites, self.bringing),
            StageKind.KEEP: Keeping(journal, ends, self.sites, bake, self.outside.backend),
            StageKind.BATCH: Batch(journal, ends, self.sites, self.bringing),
            StageKind.BAKE: Watching(journal, ends, self.sites, bake, analysis),
            StageKind.APPROVAL: asking,
            StageKind.VERDICT: AskingIfUnclear(journal, ends, asking),
            StageKind.STANDING: Standing(ends, self.sites, self.systems),
            StageKind.ROLLOUT: HandedRollout(
                journal, ends, self.sites, self.handing, Checkpoints(self.outages, self.clock)
            ),
        }

    def _open_desks(self, db: Database, monitor: Monitor, notices: Notices) -> None:
        journal, doors, fleet, clock = self.journal, self.doors, self.fleet, self.clock
        self.holds = Holds(db, fleet, clock)
        claims = Claims(journal, Acts(db), Scales(db), self.rollout, self.holds)
        findings = Findings(journal, self.outside.source, self.systems, self.sites, fleet)
        metrics = MetricGate(self.outside.metrics, self.sites, clock)
        self.previews = Previews(
            journal, findings, self.ci, metrics, self.outages, self.holds, Eyes(db), claims.busy, fleet
        )
        weighing = Weighing(journal, claims, doors, self.previews, self.ci, metrics, fleet)
        self.proposals = ProposalDesk(db, journal, claims, weighing)
        self.desk = DeployDesk(weighing, self.proposals, doors, findings, self.outages, fleet)
        self.queue = QueueDesk(db, journal, self.desk, doors, findings, fleet)
        self.halts = HaltDesk(journal, self.book, doors)
        self.moves = Moves(journal, weighing, self.previews, self.proposals, doors, self.desk, self.halts, fleet)
        self.approvals = ApprovalDesk(journal, doors, fleet)
        self.acts = ActDesk(db, self.act_runs, doors, self.outages, fleet, clock)
        relief = self.scaling.relief
        self.self_acts = SelfActs(
            db, self.acts, self.act_runs, relief, weighing, claims, notices, doors.groups, fleet, clock
        )
        outside, machines = self.outside, self.outside.machines
        stands, balancer = self.scaling.stands, outside.balancer
        self.musters = Musters(machines.pool, stands.read, balancer, outside.systems, fleet, clock)
        self.tasks = TaskDesk(journal, self.task_work, weighing, fleet)
        self.board = Board(
            journal, monitor.overview, self.holds, fleet, clock, machines.cpu, self.musters.of, Eyes(db).shut
        )
        self.errands = ErrandBook(db, journal, doors, self.holds, fleet)
        self.archive = Archive(journal, fleet)
        self.offering = Offering(self.outside.source, fleet)
        self.locks = LockDesk(journal, doors, fleet)
        self.freezes = FreezeDesk(db, journal, self.holds, doors, fleet)
        self.sights = Sights(db, monitor.overview, fleet, clock)
        quiet, audit = Quiet(db, fleet), Audit(db, clock)
        self.silences = SilenceDesk(db, journal, doors, notices, self.outages, fleet)
        herald = Herald(Incidents(db), notices, LastChange(db).of, audit, quiet, lambda: fleet().alerts.group_wait)
        self.intake = Intake(db, herald, self.outages, doors, fleet, clock, self.hidden)
        self.vigil = Vigil(db, notices, self.outages, self.silences, doors.groups, fleet, clock)

    def launch(self) -> None:
        self.durable.launch()
        self.rollout.resume()
        self.act_runs.resume()
        self.task_work.resume()
        self.scaling.runs.resume()
