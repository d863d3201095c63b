"""The demo's AWS as the bot meets it: its API, and machines that are really there."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backends.aws_sessions import Sessions
from bot.backends.base import Site
from bot.backends.ec2_hosts import Ec2Hosts
from bot.backends.ssh import SshBackend, SshOptions
from bot.cloud import Account, Search
from bot.errors import PointsmanError
from bot.fleet import load_fleet
from bot.model import Target
from bot.sandbox import processes
from bot.sandbox.aws import estate
from bot.sandbox.aws.cloud import Cloud
from bot.sandbox.aws.instances import ADDRESS, PORT
from bot.sandbox.aws.server import REGION, AwsServer, installed
from bot.sandbox.hosts_keys import new_private_key, public_line
from tests.waiting import eventually

LONG = 120.0  # seconds: moto is slow to start on a busy machine
SEARCH = Search(tuple(estate.TAGS.items()), Account(REGION), "deploy", 22, f"tag:{ADDRESS}", {PORT: "0"})


@dataclass
class World:
    server: AwsServer
    cloud: Cloud
    root: Path
    key: str

    @property
    def ec2(self) -> Any:
        return self.server.client("ec2")

    def cpu(self, name: str) -> float:
        """The newest reading, 0 before the first."""
        now = datetime.now(UTC)
        found = self.server.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/EC2",
            MetricName="CPUUtilization",
            Dimensions=[{"Name": "InstanceId", "Value": name}],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=1),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        return max((point["Maximum"] for point in found), default=0.0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("demo")
    key = new_private_key()
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    server = AwsServer(port, root / "aws.log", str(root / "aws"))
    known = root / "known_hosts"

    def trust(line: str) -> None:
        with known.open("a") as file:
            file.write(f"{line}\n")

    cloud = Cloud(server, root / "cloud", public_line(key), trust, root / "hill")
    cloud.start()
    yield World(server, cloud, root, key)
    cloud.stop()
    assert not list(processes.find(str(root / "aws")))
    assert not cloud.hosts


@pytest.fixture
def found(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2Hosts]:
    for name, value in world.server.settings.items():
        monkeypatch.setenv(name, value)
    sessions = Sessions()
    eventually(
        lambda: len(Ec2Hosts(sessions).find(SEARCH)) >= estate.COUNT if world.cloud.hosts else False, timeout=LONG
    )
    yield Ec2Hosts(sessions)
    sessions.close()


@pytest.mark.timeout(300)
def test_each_instance_is_a_host_that_the_bot_finds_trusts_and_logs_in_to(world: World, found: Ec2Hosts) -> None:
    hosts = found.find(SEARCH)
    assert {host.name for host in hosts} == set(world.cloud.hosts)
    assert {host.address for host in hosts} == {"127.0.0.1"}
    assert len({host.vars[PORT] for host in hosts}) == len(hosts)
    backend = SshBackend(SshOptions(world.root / "known_hosts", world.key))
    facts = backend.survey(Site("web", "production", "r", "shop", {}), hosts)
    assert [(one.reachable, one.trouble, one.current) for one in facts] == [(True, "", None)] * len(hosts)


@pytest.mark.timeout(300)
def test_one_that_is_launched_boots_and_one_that_is_terminated_goes_with_all_of_it(
    world: World, found: Ec2Hosts
) -> None:
    tags = [{"Key": key, "Value": value} for key, value in estate.TAGS.items()]
    (made,) = world.ec2.run_instances(
        LaunchTemplate={"LaunchTemplateName": estate.WEB},
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )["Instances"]
    name = made["InstanceId"]
    (host,) = eventually(lambda: [one for one in found.find(SEARCH) if one.name == name], timeout=LONG)
    home = world.cloud.hosts[name].home
    world.cloud.hosts[name].run("sleep 300 >/dev/null 2>&1 &")
    eventually(lambda: list(processes.find(str(home))), timeout=LONG)
    assert host.vars[PORT].isdecimal()
    world.ec2.terminate_instances(InstanceIds=[name])
    eventually(lambda: name not in world.cloud.hosts, timeout=LONG)
    eventually(lambda: not list(processes.find(str(home))) and not home.exists(), timeout=LONG)
    assert name not in {one.name for one in found.find(SEARCH)}


@pytest.mark.timeout(300)
def test_those_behind_the_load_balancer_become_busy_on_a_hill(world: World, found: Ec2Hosts) -> None:
    name = found.find(SEARCH)[0].name
    eventually(lambda: 25 < world.cpu(name) < 45, timeout=LONG)
    (world.root / "hill").touch()
    eventually(lambda: world.cpu(name) > 45, timeout=LONG)


def test_the_fleet_file_takes_what_is_said_of_it() -> None:
    data = {"version": 1, "environments": ["production"], "services": dict(estate.services("/srv/shop.git"))}
    fleet = load_fleet(json.dumps(data))
    deployment = fleet.deployment(Target(estate.WEB, "production"))
    assert deployment is not None
    assert deployment.ec2 is not None
    assert deployment.ec2.launch is not None
    assert deployment.scale is not None


def test_a_server_that_cannot_start_says_where_to_look(tmp_path: Path, world: World) -> None:
    assert installed()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = AwsServer(taken.getsockname()[1], tmp_path / "aws.log", str(tmp_path))
        server.start()
        with pytest.raises(PointsmanError, match=r"aws\.log"):
            server.ready(threading.Event())
        server.stop()
