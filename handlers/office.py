"""What handlers may ask: the engine's desks, the clock, and how commands are called here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.engine.acts import ActDesk
from bot.engine.approvals import ApprovalDesk
from bot.engine.archive import Archive
from bot.engine.audit import Audit
from bot.engine.board import Board
from bot.engine.clock import Clock
from bot.engine.desk import DeployDesk
from bot.engine.errands import ErrandBook
from bot.engine.freeze_desk import FreezeDesk
from bot.engine.halts import HaltDesk
from bot.engine.holds import Holds
from bot.engine.intake import Intake
from bot.engine.lock_desk import LockDesk
from bot.engine.moves import Moves
from bot.engine.offering import Offering
from bot.engine.outlook import Outlooks
from bot.engine.previews import Previews
from bot.engine.proposals import ProposalDesk
from bot.engine.queue_desk import QueueDesk
from bot.engine.relief import Relief
from bot.engine.replacing import ReplaceDesk
from bot.engine.scale_desk import ScaleDesk
from bot.engine.sights import Sights
from bot.engine.silence_desk import SilenceDesk
from bot.engine.task_desk import TaskDesk
from bot.engine.vigil import Vigil
from bot.fleet import Fleet
from bot.model import Target


class ScalingDesks(Protocol):
    """bot.app.scaling.ScalingEngine."""

    @property
    def desk(self) -> ScaleDesk: ...
    @property
    def replacing(self) -> ReplaceDesk: ...
    @property
    def outlooks(self) -> Outlooks: ...
    @property
    def relief(self) -> Relief: ...
    def places(self) -> list[Target]: ...


@dataclass(frozen=True, slots=True)
class Office:
    deploys: DeployDesk
    acts: ActDesk
    approvals: ApprovalDesk
    moves: Moves
    previews: Previews
    halts: HaltDesk
    proposals: ProposalDesk
    board: Board
    errands: ErrandBook
    archive: Archive
    offering: Offering
    locks: LockDesk
    freezes: FreezeDesk
    holds: Holds
    queue: QueueDesk
    sights: Sights
    scaling: ScalingDesks
    tasks: TaskDesk
    silences: SilenceDesk
    vigil: Vigil
    intake: Intake
    audit: Audit
    fleet: Callable[[], Fleet]
    forget_groups: Callable[[], None]
    clock: Clock
    prefix: str = ""
