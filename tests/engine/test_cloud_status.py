"""/status over a real AWS server: machines, load balancer and CPU, read by the jobs and told from what they kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest

from bot.backends.aws_sessions import Sessions
from bot.backends.cloudwatch import CloudWatch
from bot.backends.elb import TargetGroups
from bot.backends.loads import AllLoads
from bot.backends.prometheus import Prometheus
from bot.backends.scalers import Scalers
from bot.engine.board import Board
from bot.engine.cpu import CpuBook
from bot.engine.musters import Musters
from bot.engine.stands import Stands
from bot.messages.status import overview_message, service_message
from bot.plan.pools import pool_of
from bot.standing import ServiceView
from tests.backends.cloud_pools import Ec2Place
from tests.backends.daemons import moto, reach
from tests.backends.test_loads import Hosts
from tests.building import said
from tests.engine.line import Line
from tests.fleet.samples import changed, load
from tests.fleet.test_ec2 import TARGET, tagged

REGION = "eu-west-1"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2Place]:
    """Three instances behind a target group."""
    with moto(tmp_path) as endpoint:
        reach(monkeypatch, endpoint, REGION)
        made = Ec2Place(REGION)
        yield made
        made.close()


class Watching:
    """A line whose shop runs on these instances; `minute` is what the jobs do each."""

    def __init__(self, line: Line, place: Ec2Place) -> None:
        self.line, self.place, self.sessions = line, place, Sessions()
        launch = {"template": place.name, "subnets": list(place.subnets())}
        shop = tagged(tags={"service": place.name}, launch=launch, target_group=place.arn)
        self.line.fleet = fleet = load(changed(*shop))
        stands = Stands(Scalers(self.sessions, TargetGroups(self.sessions)), line.clock)
        self.loads = AllLoads(Prometheus(), CloudWatch(self.sessions), Hosts())
        self.cpu = CpuBook(line.db, self.loads, line.current, line.clock, stands.last)
        groups = TargetGroups(self.sessions)
        self.musters = Musters(lambda target: pool_of(fleet, target), stands.read, groups, {}, line.current, line.clock)
        journal, overview = line.engine.journal, line.monitor.overview
        self.board = Board(journal, overview, line.holds, line.current, line.clock, self.cpu, self.musters.of)

    def minute(self) -> None:
        self.line.clock.sleep(timedelta(minutes=1))
        self.musters.look()
        self.cpu.sweep()

    def says(self) -> str:
        found = self.board.service("shop")
        assert isinstance(found, ServiceView), found
        return said(service_message(found).blocks)

    def names(self) -> list[str]:
        found = self.musters.of(TARGET)
        return [one.name for one in found.standing.machines] if found and found.standing else []

    def close(self) -> None:
        self.loads.close()
        self.sessions.close()


@pytest.fixture
def watching(line: Line, place: Ec2Place) -> Iterator[Watching]:
    made = Watching(line, place)
    yield made
    made.close()


def put(watching: Watching, name: str, percent: float) -> None:
    """Of the minute that is now."""
    client = boto3.client("cloudwatch", REGION)
    data = {
        "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "InstanceId", "Value": name}],
        "Timestamp": watching.line.clock.now(),
        "Value": percent,
    }
    client.put_metric_data(Namespace="AWS/EC2", MetricData=[data])  # type: ignore[list-item] # a plain dict does
    client.close()


def test_machines_their_load_and_what_is_not_known_stand_in_status(watching: Watching) -> None:
    assert "Capacity" not in watching.says()
    watching.minute()
    assert "*Capacity*  3 desired · 3 healthy" in watching.says()
    assert "*CPU*  not known (CloudWatch has no point)" in watching.says()
    first, second, _ = watching.names()
    put(watching, first, 40)
    put(watching, second, 60)
    watching.minute()
    assert "*CPU*  50 % · median of 2 hosts" in watching.says()
    loads = {one.host: one.cpu for one in watching.cpu.loads(TARGET, watching.line.clock.now())}
    assert sorted(loads.values(), key=lambda cpu: cpu or 0) == [None, 40, 60]
    assert "3/3" in said(overview_message(watching.board.overview()).blocks)
    assert "50 % " in said(overview_message(watching.board.overview()).blocks)


def test_an_instance_that_is_ended_under_our_hands_is_gone_at_the_next_look(watching: Watching) -> None:
    watching.minute()
    watching.place.kill(watching.names()[0])
    watching.minute()
    assert "2 healthy" in watching.says()


def test_a_cloud_that_is_away_leaves_what_was_seen_with_its_age(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching.minute()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    watching.sessions.close()
    for _ in range(4):
        watching.minute()
    words = watching.says()
    assert "*Capacity*  3 desired · 3 healthy · seen 4 min ago" in words
    assert ":warning: The cloud cannot be asked: " in words
