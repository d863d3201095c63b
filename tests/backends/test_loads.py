"""How busy services are by Prometheus (a real one), CloudWatch (moto) and hosts, behind one interface."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from bot.backends.aws_sessions import Sessions
from bot.backends.busy import Busy
from bot.backends.cloudwatch import CloudWatch
from bot.backends.loads import AllLoads
from bot.backends.prometheus import Prometheus
from bot.model import Host
from bot.questions.numbers import CloudMetric, LoadQuestion, ProcLoad, PromQuery
from tests.backends.daemons import moto, prometheus, reach

REGION = "eu-west-1"
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOW = NOON + timedelta(seconds=30)
NO_POINT = Busy(trouble="CloudWatch has no point")
SAMPLES = f'# TYPE cpu gauge\ncpu{{service="shop"}} 61 {int(NOON.timestamp())}\n'


class Hosts:
    """Fills KindLoads[ProcLoad]."""

    def read(self, questions: Sequence[ProcLoad], now: datetime) -> list[Busy]:
        return [Busy(((now, float(one.host.port)),)) for one in questions]

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus(tmp_path_factory.mktemp("prometheus"), SAMPLES) as address:
        yield address


@pytest.fixture
def sessions(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    reach(monkeypatch, endpoint, REGION)
    made = Sessions()
    yield made
    made.close()


@pytest.fixture
def loads(sessions: Sessions) -> Iterator[AllLoads]:
    asked = Prometheus()
    found = AllLoads(asked, CloudWatch(sessions), Hosts())
    yield found
    found.close()
    asked.close()


def put(name: str, *points: tuple[float, float], namespace: str = "AWS/EC2", dimension: str = "InstanceId") -> None:
    """(minutes before noon, percent)"""
    client = boto3.client("cloudwatch", REGION)
    for age, value in points:
        data = {
            "MetricName": "CPUUtilization",
            "Dimensions": [{"Name": dimension, "Value": name}],
            "Timestamp": NOON - age * MINUTE,
            "Value": value,
        }
        client.put_metric_data(Namespace=namespace, MetricData=[data])  # type: ignore[list-item] # a plain dict does
    client.close()


def cpu(name: str) -> CloudMetric:
    return CloudMetric("AWS/EC2", "CPUUtilization", "Average", (("InstanceId", name),), MINUTE)


def test_the_points_of_the_last_minutes_that_are_over_come_the_oldest_first(loads: AllLoads) -> None:
    put("i-1", (3, 30), (1, 10), (0.5, 20), (2, 50), (0, 99), (12, 80))
    (found,) = loads.read([cpu("i-1")], NOW)
    assert found == Busy(((NOON - 3 * MINUTE, 30.0), (NOON - 2 * MINUTE, 50.0), (NOON - MINUTE, 15.0)))


def test_a_point_that_comes_late_is_there_the_next_time(loads: AllLoads) -> None:
    assert loads.read([cpu("i-late")], NOW) == [NO_POINT]
    put("i-late", (4, 70))
    assert loads.read([cpu("i-late")], NOW) == [Busy(((NOON - 4 * MINUTE, 70.0),))]


def test_an_instance_without_points_is_missing_and_not_zero_beside_one_that_is_idle(loads: AllLoads) -> None:
    put("i-idle", (1, 0))
    assert loads.read([cpu("i-idle"), cpu("i-gone")], NOW) == [Busy(((NOON - MINUTE, 0.0),)), NO_POINT]


def test_a_service_of_ecs_has_its_own_metric(loads: AllLoads) -> None:
    client = boto3.client("cloudwatch", REGION)
    dimensions = [{"Name": "ClusterName", "Value": "main"}, {"Name": "ServiceName", "Value": "shop"}]
    data = {"MetricName": "CPUUtilization", "Dimensions": dimensions, "Timestamp": NOON - MINUTE, "Value": 42.0}
    client.put_metric_data(Namespace="AWS/ECS", MetricData=[data])  # type: ignore[list-item] # a plain dict does
    client.close()
    asked = (("ClusterName", "main"), ("ServiceName", "shop"))
    found = loads.read([CloudMetric("AWS/ECS", "CPUUtilization", "Average", asked, MINUTE)], NOW)
    assert found == [Busy(((NOON - MINUTE, 42.0),))]


def test_each_question_goes_where_its_answer_is_known_and_keeps_its_place(loads: AllLoads, url: str) -> None:
    put("i-2", (1, 10))
    asked: list[LoadQuestion] = [
        ProcLoad(Host("web1", "deploy", "10.0.0.1", 2201)),
        cpu("i-2"),
        PromQuery('cpu{service="shop"}', url),
        ProcLoad(Host("web2", "deploy", "10.0.0.2", 2202)),
        PromQuery('cpu{service="other"}', url),
    ]
    found = loads.read(asked, NOW)
    assert [busy.points for busy in found] == [
        ((NOW, 2201.0),),
        ((NOON - MINUTE, 10.0),),
        ((NOON, 61.0),),
        ((NOW, 2202.0),),
        (),
    ]
    assert found[-1].trouble == "the query returned nothing"
    assert loads.read([], NOW) == []


@pytest.mark.parametrize(("instances", "calls"), [(1, 1), (500, 1), (501, 2), (1200, 3)])
def test_five_hundred_instances_are_one_call(loads: AllLoads, sessions: Sessions, instances: int, calls: int) -> None:
    put("i-0", (1, 33))
    found = loads.read([cpu(f"i-{number}") for number in range(instances)], NOW)
    assert len(found) == instances
    assert found[0] == Busy(((NOON - MINUTE, 33.0),))
    assert [(one.operation, one.calls) for one in sessions.calls.counts()] == [("GetMetricData", calls)]


def test_a_cloud_that_does_not_answer_is_said_of_each_and_the_others_are_there(
    loads: AllLoads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    away, host = loads.read([cpu("i-1"), ProcLoad(Host("web1", "deploy", "10.0.0.1"))], NOW)
    assert (away.points, away.failed) == ((), True)
    assert away.trouble.startswith("CloudWatch: Could not connect")
    assert host.points == ((NOW, 22.0),)
