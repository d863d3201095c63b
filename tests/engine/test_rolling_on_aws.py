"""Stories of a rolling deploy on moto's AWS: instances of an Auto Scaling group behind a target group, found by tags.

Only what runs on the hosts is in memory. A log of target states shows how many served at every moment that the bot
changed or saw something.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from bot.app.engine import Engine, Outside
from bot.backends.asg_capacity import AsgScaler
from bot.backends.aws_sessions import Sessions
from bot.backends.ec2_hosts import Ec2Hosts
from bot.backends.elb import TargetGroups
from bot.backends.scaling_groups import AwsScalingGroups
from bot.capacity import AsgPool, ScaleOrder
from bot.cloud import Member, TargetGroup
from bot.engine.discovery import Discovery
from bot.engine.resting import Resting
from bot.fleet import Fleet
from bot.model import DeployState, HostState, Step
from bot.plan.pools import pool_of
from tests.backends.cloud_pools import NUMBERS
from tests.backends.daemons import moto, reach
from tests.building import TARGET, a_plan
from tests.engine.dying import Killed
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load
from tests.waiting import eventually

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


class Watched:
    """Fills Balancer by another one, and keeps how many were healthy after each call. `dies` once it was called."""

    def __init__(self, groups: TargetGroups) -> None:
        self._groups = groups
        self.serving: list[int] = []
        self.dies = ""

    def members(self, group: TargetGroup) -> dict[str, Member]:
        found = self._groups.members(group)
        self.serving.append(sum(member.serves for member in found.values()))
        return found

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        self._groups.leave(group, hosts)
        self._seen(group, "leave")

    def join(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        self._groups.join(group, hosts)
        self._seen(group, "join")

    def _seen(self, group: TargetGroup, call: str) -> None:
        self.members(group)
        if self.dies == call:
            self.dies = ""
            raise Killed


class Shop:
    """Four instances of an Auto Scaling group, registered with a target group."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ec2, self.elb = boto3.client("ec2", REGION), boto3.client("elbv2", REGION)
        self.scaling = boto3.client("autoscaling", REGION)
        image = self.ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        self.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData={"ImageId": image})
        vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        made = self.elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance")
        self.arn = made["TargetGroups"][0]["TargetGroupArn"]
        subnet = self.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        self.scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": name},
            MinSize=1,
            MaxSize=9,
            DesiredCapacity=4,
            VPCZoneIdentifier=subnet,
            Tags=[{"Key": "service", "Value": name, "PropagateAtLaunch": True}],
        )
        self.register()

    def register(self) -> None:
        targets: Any = [{"Id": name} for name in self.instances()]
        self.elb.register_targets(TargetGroupArn=self.arn, Targets=targets)

    def grow(self, number: int) -> None:
        self.scaling.set_desired_capacity(AutoScalingGroupName=self.name, DesiredCapacity=number)
        self.register()

    def group(self) -> Any:
        return self.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])["AutoScalingGroups"][0]

    def instances(self) -> dict[str, str]:
        return {one["InstanceId"]: one["LifecycleState"] for one in self.group()["Instances"]}

    def suspended(self) -> list[str]:
        return [one["ProcessName"] for one in self.group()["SuspendedProcesses"]]

    def targets(self) -> dict[str, str]:
        told = self.elb.describe_target_health(TargetGroupArn=self.arn)["TargetHealthDescriptions"]
        return {one["Target"]["Id"]: one["TargetHealth"]["State"] for one in told}

    def close(self) -> None:
        for client in (self.ec2, self.elb, self.scaling):
            client.close()


def fleet(name: str) -> Fleet:
    """The shop in batches of one and the rest; two must always serve."""
    ec2 = {"tags": {"service": name}, "user": "deploy", "vars": {"APP_PORT": "8080"}}
    data = changed(
        ((*PRODUCTION, "backend"), "ec2"),
        ((*PRODUCTION, "hosts"), REMOVED),
        ((*PRODUCTION, "ec2"), {**ec2, "target_group": name, "group": name, "min_healthy": 2}),
        ((*PRODUCTION, "strategy"), {"batches": [1, "100%"], "bake": None}),
        ((*PRODUCTION, "health", "http"), "http://{name}/"),
        ((*PRODUCTION, "checks"), []),
    )
    return load(data)


class OnAws(Line):
    """A line whose hosts, load balancer and Auto Scaling group are moto's."""

    def __init__(self, directory: Path, name: str) -> None:
        self.sessions = Sessions()
        self.balancer = Watched(TargetGroups(self.sessions))
        self.written = fleet(name)
        super().__init__(directory, self.written)

    def another_engine(self, outside: Outside) -> Engine:
        finder = Ec2Hosts(self.sessions)
        self.discovery = Discovery(lambda: self.written, finder, self.db, self.outbox, self.clock)
        behind = replace(
            outside,
            look=self.look,
            balancer=self.balancer,
            groups=AwsScalingGroups(self.sessions),
        )
        return super().another_engine(behind)

    def look(self, target: Any) -> None:
        self.discovery.fresh(target)

    def current(self) -> Fleet:
        return self.discovery.current()

    def look_anew(self) -> None:
        """Longer than a look counts as fresh."""
        self.clock.sleep(timedelta(seconds=10))
        self.discovery.look()

    def running(self) -> dict[str, str]:
        """The release of each host, by its name."""
        known = {self.source.resolve("", ref): ref for ref in ("1.4.1", "1.4.2")}
        hosts = self.current().hosts(TARGET)
        return {host.name: known.get(self.backend.machine(host.name).current or "", "nothing") for host in hosts}


@pytest.fixture
def shop(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    reach(monkeypatch, endpoint, REGION)
    made = Shop(f"rolling{next(NUMBERS)}")
    yield made
    made.close()


@pytest.fixture
def line(shop: Shop, tmp_path: Path) -> Iterator[OnAws]:
    """1.4.1 stands on the four."""
    made = OnAws(tmp_path, shop.name)
    made.launch()
    made.look_anew()
    assert made.deploy("1.4.1").state is DeployState.SUCCEEDED
    made.balancer.serving.clear()
    yield made
    made.stop()
    made.sessions.close()


def is_whole(shop: Shop, number: int) -> None:
    """All serve, all are in service, nothing stands still."""
    eventually(lambda: shop.suspended() == [])
    assert list(shop.instances().values()) == ["InService"] * number
    assert shop.targets() == dict.fromkeys(shop.instances(), "healthy")
    assert shop.group()["DesiredCapacity"] == number


def test_a_rolling_deploy_never_goes_below_those_that_must_serve(shop: Shop, line: OnAws) -> None:
    assert line.deploy("1.4.2").state is DeployState.SUCCEEDED
    assert set(line.running().values()) == {"1.4.2"}
    assert min(line.balancer.serving) == 2
    is_whole(shop, 4)


def test_an_instance_that_joins_in_mid_deploy_is_brought_along(shop: Shop, line: OnAws) -> None:
    before = set(shop.instances())
    gate = line.backend.hang(sorted(before)[0], Step.INSTALL)
    deploy = line.begin("1.4.2")
    eventually(lambda: any(one.state is HostState.CHANGING for one in line.view(deploy).hosts), timeout=60)
    shop.grow(len([state for state in shop.instances().values() if state == "InService"]) + 1)
    gate.set()
    assert line.ended(deploy.id).state is DeployState.SUCCEEDED
    line.look_anew()
    (joined,) = set(shop.instances()) - before
    assert line.running() == dict.fromkeys(shop.instances(), "1.4.2")
    assert any("brought along" in stage.detail and joined in stage.detail for stage in line.view(deploy).stages)
    assert min(line.balancer.serving) >= 2
    is_whole(shop, 5)


def test_whom_a_deploy_holds_in_standby_counts_as_one_of_its_group(shop: Shop, line: OnAws) -> None:
    """Else a deploy would look like a host too few, and the host that comes back like one too many."""
    pool, scaler = pool_of(line.current(), TARGET), AsgScaler(line.sessions, line.balancer, Resting(line.db).of)
    assert isinstance(pool, AsgPool)
    gate = line.backend.hang(line.current().hosts(TARGET)[0].name, Step.INSTALL)
    deploy = line.begin("1.4.2")
    eventually(lambda: "Standby" in shop.instances().values(), timeout=60)
    assert (shop.group()["DesiredCapacity"], scaler.read(pool).desired) == (3, 4)
    assert scaler.advance(pool, ScaleOrder("scale-1", 4, 5)).desired == 5
    assert shop.group()["DesiredCapacity"] == 4
    shop.register()
    gate.set()
    assert line.ended(deploy.id).state is DeployState.SUCCEEDED
    is_whole(shop, 5)
    assert scaler.advance(pool, ScaleOrder("scale-1", 4, 5)).desired == 5


@pytest.mark.parametrize("call", ["leave", "join"])
def test_a_bot_that_dies_between_leaving_and_coming_back_registers_its_hosts_again(
    shop: Shop, line: OnAws, call: str
) -> None:
    plan = a_plan(sorted(shop.instances()))
    deploy = line.journal.open(plan, "U0ANA")
    assert deploy is not None
    assert line.engine.stages.run(deploy.id, 0)
    line.balancer.dies = call
    with pytest.raises(Killed):
        line.engine.stages.run(deploy.id, 1)
    assert len(shop.targets()) == (3 if call == "leave" else 4)
    line.engine = line.another_engine(line.engine.outside)
    assert [line.engine.stages.run(deploy.id, position) for position in (1, 2, 3)] == [True] * 3
    line.journal.close(deploy.id)
    line.engine.group_care.tidy()
    assert set(line.running().values()) == {"1.4.2"}
    assert min(line.balancer.serving) == 2
    is_whole(shop, 4)
