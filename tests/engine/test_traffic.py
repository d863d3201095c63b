"""Hosts behind a load balancer: out, drained, changed, in again; and never fewer that serve than must."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.engine import Engine, Outside
from bot.backends.base import HostResult, Order, Progress, Site
from bot.cloud import Member, TargetGroup
from bot.engine.clock import Clock
from bot.errors import CloudDenied, CloudError
from bot.fleet import Fleet
from bot.model import DeployState, Host, Step
from tests.building import TARGET, a_plan, names
from tests.engine.dying import Killed
from tests.engine.line import Hosts, Line
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load

DRAIN, WARM = timedelta(seconds=20), timedelta(seconds=10)


class Group:
    """Fills Balancer, in virtual time: a host that leaves drains, one that comes in is looked at first. `serving` is
    how many served at each look and each change.
    """

    def __init__(self, clock: Clock, hosts: Sequence[str]) -> None:
        self._clock = clock
        self.inside: dict[str, Member] = {name: Member("healthy") for name in hosts}
        self._until: dict[str, Any] = {}
        self.serving: list[int] = []
        self.left: list[list[str]] = []
        self.sick: set[str] = set()
        self.trouble: dict[str, CloudError | BaseException] = {}

    def members(self, group: TargetGroup) -> dict[str, Member]:
        self._trouble("members")
        assert group == TargetGroup("shop")
        now = self._clock.now()
        for name, (state, at) in list(self._until.items()):
            if now >= at:
                del self._until[name]
                if state == "draining":
                    del self.inside[name]
                else:
                    sick = name in self.sick
                    self.inside[name] = Member("unhealthy", "Target.Timeout") if sick else Member("healthy")
        self.serving.append(sum(member.serves for member in self.inside.values()))
        return dict(self.inside)

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        self._trouble("leave")
        inside = [name for name in hosts if name in self.inside]
        self.left.append(inside)
        for name in inside:
            self.inside[name] = Member("draining")
            self._until[name] = ("draining", self._clock.now() + DRAIN)
        self.members(group)

    def join(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        self._trouble("join")
        for name in hosts:
            if name not in self.inside or self.inside[name].leaves:
                self.inside[name] = Member("initial")
                self._until[name] = ("initial", self._clock.now() + WARM)

    def _trouble(self, call: str) -> None:
        error = self.trouble.pop(call, None)
        if error:
            raise error


class Watched(Hosts):
    """Keeps which hosts were still in the group while something was done to them."""

    def __init__(self) -> None:
        super().__init__()
        self.group: Group | None = None
        self.touched: list[str] = []

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        inside = self.group.inside if self.group else {}
        self.touched += [host.name for host in hosts if host.name in inside]
        return super().bring(site, order, hosts, progress)


def fleet(hosts: Sequence[str], **ec2: Any) -> Fleet:
    """The shop on these instances, behind a group; of three batches."""
    words = {"tags": {"service": "shop"}, "user": "deploy", "vars": {"APP_PORT": "8080"}, "target_group": "shop", **ec2}
    data = changed(
        ((*PRODUCTION, "backend"), "ec2"),
        ((*PRODUCTION, "hosts"), REMOVED),
        ((*PRODUCTION, "ec2"), words),
        ((*PRODUCTION, "strategy"), {"batches": [1, "100%"], "bake": None}),
        ((*PRODUCTION, "health", "http"), "http://{name}/"),
        ((*PRODUCTION, "checks"), []),
    )
    found = tuple(Host(name, "deploy", name, 22, {"APP_PORT": "8080"}) for name in hosts)
    return load(data).with_hosts({TARGET: found})


class Balanced(Line):
    """Four instances in a group."""

    group: Group

    def some_hosts(self) -> Watched:
        return Watched()

    def another_engine(self, outside: Outside) -> Engine:
        if not hasattr(self, "group"):
            self.group = Group(self.clock, names(4))
            assert isinstance(self.backend, Watched)
            self.backend.group = self.group
        behind = Outside(
            outside.backend,
            outside.prober,
            outside.source,
            outside.people,
            outside.metrics,
            outside.checks,
            balancer=self.group,
        )
        return super().another_engine(behind)

    def inside(self) -> dict[str, str]:
        return {name: str(member) for name, member in sorted(self.group.members(TargetGroup("shop")).items())}

    def touched_inside(self) -> list[str]:
        assert isinstance(self.backend, Watched)
        return self.backend.touched


ALL_IN = dict.fromkeys(names(4), "healthy")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Balanced]:
    """1.4.1 stands; at least two must serve."""
    made = Balanced(tmp_path, fleet(names(4), min_healthy=2))
    made.launch()
    assert made.deploy("1.4.1").state is DeployState.SUCCEEDED
    made.group.serving.clear()
    made.group.left.clear()
    yield made
    made.stop()


def test_a_rolling_deploy_never_goes_below_those_that_must_serve(line: Balanced) -> None:
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert line.runs() == ["1.4.2"] * 4
    assert min(line.group.serving) == 2
    assert line.group.left == [["web1"], ["web2", "web3"], ["web4"]]
    assert line.inside() == ALL_IN
    assert line.touched_inside() == []


def test_a_release_that_fails_leaves_its_host_out_until_it_is_back(line: Balanced) -> None:
    line.apps.sick.add(line.source.resolve("", "1.4.2"))
    deploy = line.deploy("1.4.2")
    assert deploy.state is DeployState.ROLLED_BACK
    assert line.runs() == ["1.4.1"] * 4
    assert line.group.left == [["web1"], []]
    assert line.inside() == ALL_IN


def test_a_step_that_fails_before_the_switch_puts_its_host_back(line: Balanced) -> None:
    line.backend.fail("web1", Step.TEST)
    assert line.deploy("1.4.2").state is DeployState.FAILED
    assert line.inside() == ALL_IN


def test_a_host_that_the_load_balancer_finds_unwell_counts_as_unwell(line: Balanced) -> None:
    line.group.sick.add("web1")
    deploy = line.deploy("1.4.2")
    assert "the load balancer sends it nobody: unhealthy (Target.Timeout)" in deploy.reason
    assert line.runs()[1:] == ["1.4.1"] * 3


def test_where_none_may_leave_nothing_is_changed_and_that_is_said(line: Balanced) -> None:
    line.fleet = fleet(names(4), min_healthy=4)
    deploy = line.deploy("1.4.2")
    assert deploy.state is DeployState.FAILED
    assert "4 healthy in the load balancer, and 4 must stay: none may leave it" in deploy.reason
    assert line.runs() == ["1.4.1"] * 4
    assert line.group.left == []


def test_a_host_that_serves_nobody_already_may_always_be_mended(line: Balanced) -> None:
    line.fleet = fleet(names(4), min_healthy=3)
    line.group.inside["web1"] = Member("unhealthy")
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert line.group.left[0] == ["web1"]
    assert min(line.group.serving) == 3


@pytest.mark.parametrize("call", ["members", "leave", "join"])
def test_a_cloud_that_says_no_stops_the_deploy_with_its_words(line: Balanced, call: str) -> None:
    line.group.trouble[call] = CloudDenied(f"elb:{call}", "AWS does not allow it")
    deploy = line.deploy("1.4.2")
    assert deploy.state is not DeployState.SUCCEEDED
    assert f"elb:{call}: AWS does not allow it" in deploy.reason
    assert line.inside().keys() == ALL_IN.keys() or call == "join"


@pytest.mark.parametrize("call", ["leave", "join"])
def test_a_bot_that_dies_between_leaving_and_coming_back_puts_its_hosts_in_again(line: Balanced, call: str) -> None:
    deploy = line.journal.open(a_plan(4), "U0ANA")
    assert deploy is not None
    assert line.engine.stages.run(deploy.id, 0)
    line.group.trouble[call] = Killed()
    with pytest.raises(Killed):
        line.engine.stages.run(deploy.id, 1)
    assert ("web1" in line.group.inside) is (call == "leave")
    later = line.another_engine(line.engine.outside)
    assert [later.stages.run(deploy.id, position) for position in (1, 2, 3)] == [True] * 3
    assert line.runs() == ["1.4.2"] * 4
    assert line.inside() == ALL_IN
    assert min(line.group.serving) == 2


def test_an_abort_while_requests_drain_puts_the_host_back_unchanged(line: Balanced) -> None:
    deploy = line.journal.open(a_plan(4), "U0ANA")
    assert deploy is not None
    assert line.engine.stages.run(deploy.id, 0)
    line.engine.bringing.bring(deploy, "deploy-x", deploy.release.sha, line.view(deploy).hosts[:1], lambda: True)
    line.clock.sleep(DRAIN)
    assert line.runs()[0] == "1.4.1"
    assert line.inside() == ALL_IN


def test_without_a_load_balancer_one_that_is_named_is_said_to_be_unknown(tmp_path: Path) -> None:
    made = Line(tmp_path, fleet(names(2)))
    made.launch()
    deploy = made.deploy("1.4.1")
    assert "no load balancer is known for shop" in deploy.reason
    made.stop()
