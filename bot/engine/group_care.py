"""Auto Scaling groups around what is done to their instances: their processes stand still for the whole deploy, and the
instances of each part are in standby meanwhile.

What is held is written down first, so that it is let go after a crash too: by the deploy that goes on, or, where it has
ended, by `tidy`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.backends.scaling_groups import ScalingGroups
from bot.cloud import GroupStand, ScalingGroup
from bot.engine.journal import Journal
from bot.errors import CloudError, CloudRefused, PointsmanError, StateError
from bot.messages.scaling_groups import goes_again, left_in_standby, still_held
from bot.model import Content, HostState
from bot.records import HostLine
from bot.state.group_care import GroupHolds, Held, Hold

log = structlog.get_logger(__name__)

PROCESSES = ("AZRebalance", "AlarmNotification", "HealthCheck", "ReplaceUnhealthy", "ScheduledActions")
"""What would end instances, or change their number, while they are being changed. Launch goes on."""
LOOK = timedelta(seconds=3)
PATIENCE = timedelta(minutes=5)  # for an instance on its way into standby: its load balancers drain first
WELL = (HostState.HEALTHY, HostState.UNCHANGED, HostState.RESTORED)
STANDBY, ENTERING, SERVES = "Standby", "EnteringStandby", "InService"
Bring = Callable[[Sequence[HostLine]], list[HostLine]]


class NoGroups:
    """Fills ScalingGroups where there are none."""

    def read(self, group: ScalingGroup) -> GroupStand:
        raise CloudRefused("autoscaling:DescribeAutoScalingGroups", f"no Auto Scaling is known for {group.name}")

    def suspend(self, group: ScalingGroup, processes: Sequence[str]) -> None:
        self.read(group)

    def resume(self, group: ScalingGroup, processes: Sequence[str]) -> None:
        self.read(group)

    def rest(self, group: ScalingGroup, names: Sequence[str]) -> None:
        self.read(group)

    def recall(self, group: ScalingGroup, names: Sequence[str]) -> None:
        self.read(group)


@dataclass(frozen=True, slots=True)
class _Ended:
    """What an ended deploy still holds of one group."""

    deploy_id: int
    group: ScalingGroup
    processes: list[str]
    instances: list[str]


class GroupCare:
    def __init__(self, groups: ScalingGroups, holds: GroupHolds, journal: Journal) -> None:
        self._groups = groups
        self._holds = holds
        self._journal = journal
        self._clock = journal.clock

    def around(self, deploy_id: int, group: ScalingGroup, lines: Sequence[HostLine], bring: Bring) -> list[HostLine]:
        """The lines after `bring`. Whoever is well is in service again; the others stay in standby.

        Raises CloudError when the group cannot be read or held.
        """
        stand = self._groups.read(group)
        self._hold_still(deploy_id, group, stand)
        names = [line.host for line in lines]
        self._rest(deploy_id, group, stand, names)
        try:
            after = bring(lines)
        except StateError:  # waited out by the workflow, which begins this anew: they rest until then
            raise
        except PointsmanError:
            self._recalled(group, names)
            raise
        trouble = self._recalled(group, [line.host for line in after if line.state in WELL])
        return [_resting(line, trouble) if line.state in WELL and trouble else line for line in after]

    def tidy(self) -> None:
        """Lets go what ended deploys still hold. Never raises CloudError: what cannot be let go is said, and tried
        again at the next call.
        """
        running = {deploy.id for deploy in self._journal.deploys.unfinished()}
        for ended in _by_group(hold for hold in self._holds.all() if hold.deploy_id not in running):
            try:
                self._let_go(ended)
            except CloudError as error:
                log.error(
                    "an Auto Scaling group is still held",
                    group=ended.group.name,
                    deploy=ended.deploy_id,
                    error=str(error),
                )
                self._reply(ended, "held", still_held(ended.group, ended.processes, str(error)))

    def _hold_still(self, deploy_id: int, group: ScalingGroup, stand: GroupStand) -> None:
        """Those that somebody else has suspended stay suspended afterwards too."""
        ours = {hold.name for hold in self._holds.all() if hold.group == group and hold.held is Held.PROCESS}
        wanted = [name for name in PROCESSES if name in ours or name not in stand.suspended]
        self._holds.take(deploy_id, group, Held.PROCESS, wanted, self._clock.now())
        running = [name for name in wanted if name not in stand.suspended]
        if running:
            self._groups.suspend(group, running)

    def _rest(self, deploy_id: int, group: ScalingGroup, stand: GroupStand, names: Sequence[str]) -> None:
        """As many as the group's least number leaves room for; the others are changed in service: nothing replaces
        them meanwhile.
        """
        room = max(0, stand.desired - stand.least)
        going = [name for name in names if stand.members.get(name) == SERVES][:room]
        if going:
            self._holds.take(deploy_id, group, Held.INSTANCE, going, self._clock.now())
            self._groups.rest(group, going)
        self._rested(group, names)

    def _rested(self, group: ScalingGroup, names: Sequence[str]) -> None:
        until = self._clock.now() + PATIENCE
        while self._clock.now() < until:
            members = self._groups.read(group).members
            if not any(members.get(name) == ENTERING for name in names):
                return
            self._clock.sleep(LOOK)

    def _recalled(self, group: ScalingGroup, names: Sequence[str]) -> str:
        """Why they could not be taken back; empty when they were."""
        try:
            self._recall(group, names)
        except CloudError as error:
            log.error("instances stay in standby", group=group.name, hosts=list(names), error=str(error))
            return str(error)
        return ""

    def _recall(self, group: ScalingGroup, names: Sequence[str]) -> None:
        """Those that deploys have put there: whoever was put there by hand stays."""
        ours = [hold.name for hold in self._holds.all() if hold.group == group and hold.held is Held.INSTANCE]
        mine = [name for name in names if name in ours]
        if not mine:
            return
        members = self._groups.read(group).members
        back = [name for name in mine if members.get(name) in (STANDBY, ENTERING)]
        if back:
            self._groups.recall(group, back)
        self._holds.give_back(group, Held.INSTANCE, mine)

    def _let_go(self, ended: _Ended) -> None:
        if ended.processes:
            self._groups.resume(ended.group, ended.processes)
            self._holds.give_back(ended.group, Held.PROCESS, ended.processes)
            log.info("a group goes by itself again", group=ended.group.name, deploy=ended.deploy_id)
            if self._journal.said(ended.deploy_id, _key(ended, "held")):
                self._reply(ended, "goes", goes_again(ended.group))
        lines = self._journal.view(ended.deploy_id).hosts
        well = {line.host for line in lines if line.state in WELL}
        self._recall(ended.group, [name for name in ended.instances if name in well])
        left = [name for name in ended.instances if name not in well]
        if left:
            self._reply(ended, "standby", left_in_standby(ended.group, left))

    def _reply(self, ended: _Ended, name: str, message: Content) -> None:
        with self._journal.transaction() as now:
            self._journal.reply(ended.deploy_id, _key(ended, name), message, now)


def _key(ended: _Ended, name: str) -> str:
    return f"{name} {ended.group.name}"


def _by_group(holds: Iterable[Hold]) -> list[_Ended]:
    found: dict[tuple[int, ScalingGroup], _Ended] = {}
    for hold in holds:
        ended = found.setdefault((hold.deploy_id, hold.group), _Ended(hold.deploy_id, hold.group, [], []))
        (ended.processes if hold.held is Held.PROCESS else ended.instances).append(hold.name)
    return list(found.values())


def _resting(line: HostLine, why: str) -> HostLine:
    state = HostState.UNHEALTHY if line.state is HostState.HEALTHY else line.state
    words = f"it stays in standby of its Auto Scaling group: {why}"
    return replace(line, state=state, detail=f"{line.detail}; {words}".removeprefix("; "))
