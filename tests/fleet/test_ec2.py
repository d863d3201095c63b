from typing import Any

import pytest

from bot.fleet.ec2 import Ec2
from bot.model import Host, Target
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load, only_problem, problems

TARGET = Target("shop", "production")
TAGGED: dict[str, Any] = {"tags": {"service": "shop"}, "user": "deploy", "vars": {"APP_PORT": "8080"}}


def tagged(**more: Any) -> list[tuple[tuple[str | int, ...], Any]]:
    return [
        ((*PRODUCTION, "backend"), "ec2"),
        ((*PRODUCTION, "hosts"), REMOVED),
        ((*PRODUCTION, "ec2"), {**TAGGED, **more}),
    ]


def test_instances_are_found_by_their_tags_instead_of_being_written() -> None:
    deployment = load(changed(*tagged())).deployment(TARGET)
    assert deployment is not None
    assert deployment.hosts == ()
    assert deployment.ec2 == Ec2(tags={"service": "shop"}, user="deploy", vars={"APP_PORT": "8080"})
    assert (deployment.ec2.port, deployment.ec2.address, deployment.ec2.region) == (22, "private_ip", None)


@pytest.mark.parametrize(
    ("more", "path", "what"),
    [
        ({"tags": {}}, "ec2.tags", "is empty"),
        ({"user": "-oProxyCommand=x"}, "ec2.user", ""),
        ({"port": 0}, "ec2.port", "is out of range"),
        ({"address": "elastic"}, "ec2.address", "is no address of an instance"),
        ({"address": "tag:"}, "ec2.address", "is no address of an instance"),
        ({"vars": {"host": "x"}}, "ec2.vars.host", "is not a usable variable name"),
        ({"tag": {}}, "ec2.tag", "is not a known key"),
        ({"min_healthy": -1}, "ec2.min_healthy", "is out of range"),
        ({"drain": "2h"}, "ec2.drain", "is out of range"),
        ({"launch": {}}, "ec2.launch.template", "is missing"),
        ({"launch": {"template": "shop", "version": "newest"}}, "ec2.launch.version", ""),
        ({"launch": {"template": "shop"}, "group": "shop"}, "ec2.group", "goes not with launch"),
        ({"remove": "any"}, "ec2.remove", ""),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(more: dict[str, Any], path: str, what: str) -> None:
    (problem,) = problems(changed(*tagged(**more)))
    assert problem.path.endswith(path)
    assert what in problem.what


def test_hosts_are_written_or_found_and_never_both() -> None:
    assert only_problem(((*PRODUCTION, "ec2"), TAGGED)).path.endswith("production.ec2")
    assert only_problem(((*PRODUCTION, "hosts"), REMOVED)).path.endswith("production.hosts")
    found = problems(changed(((*PRODUCTION, "backend"), "ec2")))
    assert sorted(problem.path.rpartition(".")[2] for problem in found) == ["ec2", "hosts"]


def test_a_url_may_hold_only_variables_that_every_instance_has() -> None:
    (problem,) = problems(changed(*tagged(vars={})))
    assert problem.path.endswith("health.http")
    assert "{APP_PORT} is not a variable of each instance" in problem.what


def test_a_fleet_takes_over_what_was_found_and_nothing_else_changes() -> None:
    fleet = load(changed(*tagged()))
    hosts = (Host("i-1", "deploy", "10.0.0.9"),)
    found = fleet.with_hosts({TARGET: hosts})
    assert (found.hosts(TARGET), fleet.hosts(TARGET)) == (hosts, ())
    assert found.services["shop"].repo == fleet.services["shop"].repo
    assert fleet.with_hosts({}) is fleet


def test_by_systems_manager_nobody_needs_to_log_in_and_over_ssh_somebody_does() -> None:
    by_ssm = {"tags": {"service": "shop"}, "vars": {"APP_PORT": "8080"}, "transport": "ssm"}
    parts = tagged()[:2]
    deployment = load(changed(*parts, ((*PRODUCTION, "ec2"), by_ssm))).deployment(TARGET)
    assert deployment is not None
    assert deployment.ec2 is not None
    assert (deployment.ec2.transport, deployment.ec2.user) == ("ssm", None)
    (problem,) = problems(changed(*parts, ((*PRODUCTION, "ec2"), {**by_ssm, "transport": "ssh"})))
    assert problem.path.endswith("ec2.user")
    assert "is missing" in problem.what
    assert "transport: ssm" in problem.hint


def test_a_check_over_ssh_is_refused_where_there_is_no_ssh() -> None:
    checks = ((*PRODUCTION, "checks"), [{"ssh": "systemctl is-active shop", "action": "restart"}])
    assert not problems(changed(*tagged(), checks))
    (problem,) = problems(changed(*tagged(transport="ssm"), checks))
    assert problem.path.endswith("checks.0.ssh")
    assert "Systems Manager" in problem.what
    assert "heartbeat" in problem.hint
