"""Dashboards as CloudWatch takes them."""

import json
from typing import Any

import yaml

from bot.fleet import load_fleet
from bot.model import Target
from bot.plan.dashboard import Seen, name_of, of_environment, of_the_bot
from tests.plan.iam.everything import EVERYTHING

FLEET = load_fleet(yaml.safe_dump(EVERYTHING))
SHOP, WEB, OLD = (Target(name, "production") for name in ("shop", "web", "old"))


def graphs(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {widget["properties"]["title"]: widget["properties"] for widget in body["widgets"]}


def test_instances_show_their_cpu_and_the_target_group_who_serves() -> None:
    seen = Seen(SHOP, ("i-1", "i-2"), "targetgroup/shop/01", ("app/web/02", "net/tcp/03"))
    found = graphs(of_environment(FLEET, [seen], "eu-west-1"))
    assert found["shop · production: CPU, %"]["metrics"] == [
        ["AWS/EC2", "CPUUtilization", "InstanceId", "i-1"],
        ["AWS/EC2", "CPUUtilization", "InstanceId", "i-2"],
    ]
    lines = found["shop · production: health in the target group"]["metrics"]
    assert lines[0] == [
        *("AWS/ApplicationELB", "HealthyHostCount"),
        *("TargetGroup", "targetgroup/shop/01", "LoadBalancer", "app/web/02"),
    ]
    assert [line[0] for line in lines] == ["AWS/ApplicationELB"] * 2 + ["AWS/NetworkELB"] * 2


def test_more_instances_than_a_graph_bears_are_cut_off() -> None:
    seen = Seen(SHOP, tuple(f"i-{number}" for number in range(700)))
    (cpu,) = graphs(of_environment(FLEET, [seen], "eu-west-1")).values()
    assert len(cpu["metrics"]) == 100


def test_a_group_and_a_service_of_ecs_show_what_cloudwatch_has_of_them() -> None:
    found = graphs(of_environment(FLEET, [Seen(OLD), Seen(WEB)], "eu-west-1"))
    assert found["old · production: CPU of the group, %"]["metrics"] == [
        ["AWS/EC2", "CPUUtilization", "AutoScalingGroupName", "old"]
    ]
    assert found["web · production: CPU and memory of ECS, %"]["metrics"][0] == [
        *("AWS/ECS", "CPUUtilization", "ClusterName", "default", "ServiceName", "web")
    ]


def test_graphs_stand_two_beside_each_other_and_never_on_one_another() -> None:
    body = of_the_bot(FLEET, "Pointsman", "eu-west-1")
    places = [(one["x"], one["y"], one["width"], one["height"]) for one in body["widgets"]]
    assert places[:3] == [(0, 0, 12, 6), (12, 0, 12, 6), (0, 6, 12, 6)]
    assert len(set(places)) == len(places)
    assert json.loads(json.dumps(body)) == body


def test_the_bots_own_figures_bear_the_names_they_are_sent_by() -> None:
    found = graphs(of_the_bot(FLEET, "Pointsman", "eu-west-1"))
    uptime = next(properties for title, properties in found.items() if title.startswith("Uptime"))
    assert uptime["metrics"][FLEET.targets().index(SHOP)] == [
        "Pointsman",
        "Uptime",
        "Service",
        "shop",
        "Environment",
        "production",
    ]
    assert uptime["region"] == "eu-west-1"
    deploys = found["Deploys in a day"]["metrics"]
    assert {line[-1] for line in deploys} == {"succeeded", "rolled_back", "failed"}


def test_a_service_that_aws_knows_nothing_of_has_no_graph() -> None:
    assert of_environment(FLEET, [Seen(SHOP)], "eu-west-1") == {"widgets": []}
    assert name_of("production") == "pointsman-production"
