from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.capacity import Fitness, Machine, Standing
from bot.cloud import HERE, Account
from bot.fleet import Deployment
from bot.model import Host, Target
from bot.plan.busy import ALWAYS, averaged, loads, questions, rows_of, slots, unwritten
from bot.questions.numbers import CloudMetric, LoadQuestion, ProcLoad, PromQuery
from bot.scaling import BusyMinute, HostMinute, Load
from tests.fleet.samples import PRODUCTION, changed, load
from tests.fleet.test_ec2 import tagged

NOW = datetime(2026, 11, 27, 12, 0, 30, tzinfo=UTC)
NOON = NOW.replace(second=0)
MINUTE = timedelta(minutes=1)
TARGET = Target("shop", "production")
WEB = Host("web1", "deploy", "10.0.0.5")
PROMETHEUS: LoadQuestion = PromQuery("up")


def deployment(*changes: Any, hosts: tuple[Host, ...] = ()) -> Deployment:
    fleet = load(changed(*changes))
    found = (fleet.with_hosts({TARGET: hosts}) if hosts else fleet).deployment(TARGET)
    assert found is not None
    return found


def scaled(cpu: Any) -> tuple[tuple[str | int, ...], Any]:
    return (*PRODUCTION, "scale"), {"max": 5, "target_cpu": 60, "cpu": cpu}


def instance(name: str) -> CloudMetric:
    return CloudMetric("AWS/EC2", "CPUUtilization", "Average", (("InstanceId", name),), MINUTE)


def test_hosts_are_asked_over_ssh_for_their_own_account() -> None:
    found = questions(TARGET, deployment(), HERE, [])
    assert [(name, type(asked)) for name, asked in found] == [("web1", ProcLoad), ("web2", ProcLoad)]


def test_instances_are_asked_of_cloudwatch_by_their_ids() -> None:
    there = deployment(*tagged(), hosts=(Host("i-1", "deploy", "10.0.0.1"),))
    assert questions(TARGET, there, HERE, []) == [("i-1", instance("i-1"))]
    assert questions(TARGET, there, HERE, ["i-1", "i-2"]) == [("i-1", instance("i-1")), ("i-2", instance("i-2"))]


@pytest.mark.parametrize("cluster", ["main", "arn:aws:ecs:eu-west-1:123456789012:cluster/main"])
def test_a_service_of_ecs_is_asked_for_as_a_whole_in_its_own_region(cluster: str) -> None:
    ecs = {"cluster": cluster, "service": "shop", "image": "registry.example.com/shop", "region": "us-east-1"}
    there = deployment((PRODUCTION, {"backend": "ecs", "ecs": ecs}))
    dimensions = (("ClusterName", "main"), ("ServiceName", "shop"))
    account = Account("us-east-1")
    expected = CloudMetric("AWS/ECS", "CPUUtilization", "Average", dimensions, MINUTE, account)
    assert questions(TARGET, there, HERE, ["task/1", "task/2"]) == [("", expected)]


def test_instances_of_a_group_are_asked_for_as_it_names_them() -> None:
    there = deployment((PRODUCTION, {"backend": "asg", "asg": {"group": "shop"}}))
    assert questions(TARGET, there, HERE, ["i-1"]) == [("i-1", instance("i-1"))]
    assert questions(TARGET, there, HERE, []) == []


def test_a_query_of_the_fleet_file_goes_before_and_is_one_for_all_or_one_for_each_host() -> None:
    whole = questions(
        TARGET, deployment(scaled('avg(cpu{service="{service}",env="{environment}"}[{every}])')), HERE, []
    )
    assert whole == [("", PromQuery('avg(cpu{service="shop",env="production"}[1m])'))]
    each = questions(TARGET, deployment(scaled('cpu{instance="{host}:{APP_PORT}"}')), HERE, [])
    assert each == [
        ("web1", PromQuery('cpu{instance="10.0.0.5:8001"}')),
        ("web2", PromQuery('cpu{instance="10.0.0.6:8002"}')),
    ]


def test_a_metric_of_cloudwatch_may_stand_there_as_well() -> None:
    metric = {"namespace": "CWAgent", "metric": "cpu_usage_active", "dimensions": {"host": "{name}"}}
    found = questions(TARGET, deployment(scaled({"cloudwatch": metric})), HERE, [])
    assert found[0] == (
        "web1",
        CloudMetric("CWAgent", "cpu_usage_active", "Average", (("host", "web1"),), MINUTE),
    )


@pytest.mark.parametrize(
    ("question", "minute"), [(ProcLoad(WEB), NOON), (PROMETHEUS, NOON), (instance("i-1"), NOON - MINUTE)]
)
def test_an_answer_without_a_point_is_written_down_as_missing_and_not_as_zero(
    question: LoadQuestion, minute: datetime
) -> None:
    assert rows_of("web1", question, (), 0.5, None, NOW) == [HostMinute("web1", minute, None, 0.5)]


def test_every_point_of_an_answer_is_a_row() -> None:
    points = ((NOON - 2 * MINUTE, 40.0), (NOON - MINUTE, 50.0))
    found = rows_of("i-1", instance("i-1"), points, None, None, NOW)
    assert found == [HostMinute("i-1", at, cpu) for at, cpu in points]


def test_only_what_is_new_or_may_have_changed_is_written_again() -> None:
    rows = [row(age) for age in (5, 4, 3, 2, 1, 0)]
    assert unwritten(rows, None) == rows
    assert unwritten(rows, NOON - 2 * MINUTE) == [row(age) for age in (3, 2, 1, 0)]


def row(age: int, cpu: float | None = 50.0, host: str = "web1") -> HostMinute:
    return HostMinute(host, NOON - age * MINUTE, cpu)


@pytest.mark.parametrize(
    ("rows", "over", "expected"),
    [
        ([row(0, 10), row(1, 20), row(2, 90)], 2, {"web1": 15.0}),
        ([row(0, 10), row(1, 20), row(2, 90)], 3, {"web1": 40.0}),
        ([row(3, 30), row(4, 50)], 2, {"web1": 40.0}),  # late, and still the newest
        ([row(5, 80)], 2, {"web1": 80.0}),  # one point every five minutes
        ([row(0, None), row(1, 50)], 2, {"web1": None}),  # just now it could not be told
        ([row(0, 50), row(1, None)], 2, {"web1": 50.0}),  # a hole before is none of a second one
        ([row(11, 50)], 2, {}),
        ([row(10, 50), row(9, 70)], 1, {"web1": 70.0}),
        ([row(0, 0.0)], 2, {"web1": 0.0}),
        ([row(0, 10), row(1, 30), row(0, 70, "web2")], 2, {"web1": 20.0, "web2": 70.0}),
        ([], 2, {}),
    ],
)
def test_each_host_is_averaged_over_its_last_minutes(
    rows: list[HostMinute], over: int, expected: dict[str, float | None]
) -> None:
    assert averaged(rows, over * MINUTE, NOON) == expected


def test_a_span_shorter_than_a_minute_is_one_minute() -> None:
    assert averaged([row(0, 10), row(1, 90)], timedelta(seconds=30), NOON) == {"web1": 10.0}


def test_every_host_of_the_file_has_a_load_and_missing_stays_missing() -> None:
    began = NOON - timedelta(days=3)
    rows = [HostMinute("web1", NOON, 50.0, 0.4, began)]
    found = loads(None, (WEB, Host("web2", "deploy", "10.0.0.6")), rows, {"web1": 50.0})
    assert found == (Load("web1", began, 50.0), Load("web2", ALWAYS, None))


def test_a_number_of_all_together_stands_for_each_of_them() -> None:
    hosts = (WEB, Host("web2", "deploy", "10.0.0.6"))
    assert [one.cpu for one in loads(None, hosts, [], {"": 70.0})] == [70.0, 70.0]


def test_of_machines_that_a_cloud_keeps_only_those_that_serve_have_a_load() -> None:
    machines = tuple(
        Machine(f"i-{number}", fitness, NOON - number * MINUTE, release="7") for number, fitness in enumerate(Fitness)
    )
    found = loads(Standing(2, machines), (WEB,), [], {"i-1": 40.0, "i-2": 90.0})
    assert found == (Load("i-1", NOON - MINUTE, 40.0, "7"),)


def test_an_hour_has_a_slot_for_each_minute_whether_it_was_read_or_not() -> None:
    minutes = [BusyMinute(NOON - age * MINUTE, 1, 0, 1.0 * age, 1.0, 1.0) for age in (0, 1, 59, 60)]
    found = slots(minutes, NOW)
    assert len(found) == 60
    assert [index for index, one in enumerate(found) if one] == [0, 58, 59]
    assert (found[0], found[-1]) == (minutes[2], minutes[0])
