"""An Auto Scaling group in virtual time, behind it a target group, and a line of instances that are of both."""

from collections.abc import Sequence

from bot.app.engine import Engine, Outside
from bot.backends.base import HostResult, Order, Progress, Site
from bot.cloud import GroupStand, ScalingGroup
from bot.engine.clock import Clock
from bot.errors import CloudError
from bot.model import Host
from tests.building import names
from tests.engine.line import Hosts, Line
from tests.engine.test_traffic import fleet

GROUP = ScalingGroup("shop")


class Scaled:
    """Fills ScalingGroups: an instance that shall rest does so two looks later. `log` is what was done, in order, and
    `desired` after each change.
    """

    def __init__(self, clock: Clock, hosts: Sequence[str], least: int = 1) -> None:
        self._clock = clock
        self.members = dict.fromkeys(hosts, "InService")
        self.suspended: set[str] = set()
        self.desired, self.least = len(hosts), least
        self.log: list[tuple[str, list[str]]] = []
        self.wanted: list[int] = []
        self.trouble: dict[str, CloudError | BaseException] = {}
        self.after: dict[str, BaseException] = {}  # once it was done
        self._looks = 0

    def read(self, group: ScalingGroup) -> GroupStand:
        assert group == GROUP
        self._trouble("read")
        self._looks += 1
        if self._looks % 2 == 0:
            self.members = {name: state.removeprefix("Entering") for name, state in self.members.items()}
        return GroupStand(dict(self.members), frozenset(self.suspended), self.desired, self.least)

    def suspend(self, group: ScalingGroup, processes: Sequence[str]) -> None:
        self._trouble("suspend")
        self.suspended |= set(processes)
        self._done("suspend", processes)

    def resume(self, group: ScalingGroup, processes: Sequence[str]) -> None:
        self._trouble("resume")
        self.suspended -= set(processes)
        self._done("resume", processes)

    def rest(self, group: ScalingGroup, names: Sequence[str]) -> None:
        self._trouble("rest")
        assert all(self.members[name] == "InService" for name in names)
        assert self.desired - len(names) >= self.least, "AWS refuses that"
        self.members |= dict.fromkeys(names, "EnteringStandby")
        self.desired -= len(names)
        self._done("rest", names)

    def recall(self, group: ScalingGroup, names: Sequence[str]) -> None:
        self._trouble("recall")
        assert all(self.members[name] == "Standby" for name in names)
        self.members |= dict.fromkeys(names, "InService")
        self.desired += len(names)
        self._done("recall", names)

    def _trouble(self, call: str) -> None:
        error = self.trouble.pop(call, None)
        if error:
            raise error

    def _done(self, call: str, what: Sequence[str]) -> None:
        self.log.append((call, list(what)))
        self.wanted.append(self.desired)
        error = self.after.pop(call, None)
        if error:
            raise error


class Touched(Hosts):
    """Keeps how each host stood in its group, and which processes stood still, when something was done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.scaled: Scaled | None = None
        self.states: list[tuple[str, str]] = []
        self.still: list[int] = []

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        if self.scaled:
            self.states += [(host.name, self.scaled.members.get(host.name, "")) for host in hosts]
            self.still.append(len(self.scaled.suspended))
        return super().bring(site, order, hosts, progress)


class Grouped(Line):
    """Four instances of an Auto Scaling group, without a target group."""

    scaled: Scaled

    def some_hosts(self) -> Touched:
        return Touched()

    def another_engine(self, outside: Outside) -> Engine:
        if not hasattr(self, "scaled"):
            self.scaled = Scaled(self.clock, names(4))
            assert isinstance(self.backend, Touched)
            self.backend.scaled = self.scaled
        asked = outside.backend, outside.prober, outside.source, outside.people, outside.metrics, outside.checks
        return super().another_engine(Outside(*asked, groups=self.scaled))

    def touched(self) -> Touched:
        assert isinstance(self.backend, Touched)
        return self.backend


GROUPED = fleet(names(4), target_group=None, group="shop")
