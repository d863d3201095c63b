"""Takes hosts out of a load balancer around what is done to them, so many at a time that enough go on serving.

Each step asks first how it stands, so that after a crash it goes on where it was cut off: what was taken out and not
put back is found out of the group, and put back at its end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.backends.base import Balancer
from bot.cloud import Member, TargetGroup
from bot.engine.clock import Clock
from bot.errors import CloudError, CloudRefused, PointsmanError, StateError
from bot.model import HostState
from bot.plan.traffic import next_out
from bot.records import HostLine

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=3)  # between two looks at a group
WHOLE = (HostState.HEALTHY, HostState.UNCHANGED)  # runs something that was well
Bring = Callable[[Sequence[HostLine]], list[HostLine]]


@dataclass(frozen=True, slots=True)
class Behind:
    """A target group, how many of it must always serve, and how long leaving and coming back may take."""

    group: TargetGroup
    least: int
    drain: timedelta
    join: timedelta


class NoBalancer:
    """Fills Balancer where there is none."""

    def members(self, group: TargetGroup) -> dict[str, Member]:
        raise CloudRefused("elasticloadbalancing:DescribeTargetHealth", f"no load balancer is known for {group.name}")

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        self.members(group)

    def join(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        self.members(group)


class Traffic:
    def __init__(self, balancer: Balancer, clock: Clock) -> None:
        self._balancer = balancer
        self._clock = clock

    def around(
        self, behind: Behind, lines: Sequence[HostLine], bring: Bring, halted: Callable[[], bool]
    ) -> list[HostLine]:
        """The lines after `bring`, in the order given; what was not begun stays as it is. Stops at the first part that
        is not well. Raises CloudError when the load balancer cannot be read or changed.
        """
        done: dict[str, HostLine] = {}
        while coming := [line for line in lines if line.host not in done]:
            if done and (halted() or any(line.state is not HostState.HEALTHY for line in done.values())):
                break
            members = self._balancer.members(behind.group)
            out = next_out([line.host for line in coming], members, behind.least)
            wave = [line for line in coming if line.host in out]
            after = self._apart(behind, wave, bring, halted) if wave else _kept(coming, members, behind)
            done |= {line.host: line for line in after}
        return [done.get(line.host, line) for line in lines]

    def _apart(
        self, behind: Behind, wave: Sequence[HostLine], bring: Bring, halted: Callable[[], bool]
    ) -> list[HostLine]:
        """Out, drained, brought, in again, healthy there. What is not well stays out; so does what nobody can reach."""
        names = [line.host for line in wave]
        self._balancer.leave(behind.group, names)
        try:
            self._drained(behind, names, halted)
            after = bring(wave)
        except StateError:  # waited out by the workflow, which begins this anew: they stay out until then
            raise
        except PointsmanError:
            self._back_again(behind, names)
            raise
        whole = [line.host for line in after if line.state in WHOLE]
        away = self._joined(behind, whole, halted) if whole else {}
        return [_turned_away(line, away[line.host]) if line.host in away else line for line in after]

    def _drained(self, behind: Behind, names: Sequence[str], halted: Callable[[], bool]) -> None:
        """Until no request is on its way there; after `drain` those that are left are cut off."""
        until = self._clock.now() + behind.drain
        while not halted():
            members = self._balancer.members(behind.group)
            left = [name for name in names if name in members and (members[name].leaves or members[name].serves)]
            if not left:
                return
            if self._clock.now() >= until:
                log.warning("requests were still on their way", hosts=left, group=behind.group.name)
                return
            self._clock.sleep(LOOK)

    def _joined(self, behind: Behind, names: Sequence[str], halted: Callable[[], bool]) -> dict[str, str]:
        """Those that the load balancer sends nobody to, and why."""
        self._balancer.join(behind.group, names)
        until = self._clock.now() + behind.join
        while True:
            members = self._balancer.members(behind.group)
            away = {name: str(members.get(name, "not in it")) for name in names if not _serves(members, name)}
            if not away or halted() or self._clock.now() >= until:
                return away
            self._clock.sleep(LOOK)

    def _back_again(self, behind: Behind, names: Sequence[str]) -> None:
        """Something failed for all of them: whether they were changed is found out later, and they serve meanwhile."""
        try:
            self._balancer.join(behind.group, names)
        except CloudError as error:
            log.error("hosts stay out of the load balancer", hosts=list(names), error=str(error))


def _serves(members: Mapping[str, Member], name: str) -> bool:
    return name in members and members[name].serves


def _kept(lines: Sequence[HostLine], members: Mapping[str, Member], behind: Behind) -> list[HostLine]:
    """None may leave."""
    serving = sum(member.serves for member in members.values())
    words = f"{serving} healthy in the load balancer, and {behind.least} must stay: none may leave it"
    return [replace(line, state=HostState.UNCHANGED, detail=words) for line in lines]


def _turned_away(line: HostLine, why: str) -> HostLine:
    state = HostState.UNHEALTHY if line.state is HostState.HEALTHY else line.state
    words = f"the load balancer sends it nobody: {why}"
    return replace(line, state=state, detail=f"{line.detail}; {words}".removeprefix("; "))
