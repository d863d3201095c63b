"""A deploy is planned for the hosts that run when it is asked for, not for those of the last sweep."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import CloudDenied
from bot.model import Target
from bot.refusals import Reason, Refusal
from tests.building import fleet_of, names
from tests.engine.line import Line, line_on

DENIED = CloudDenied("ec2:DescribeInstances", "AWS does not allow it")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with line_on(tmp_path, fleet_of(names(2))) as made:
        yield made


def test_hosts_that_have_joined_since_the_last_sweep_are_in_the_plan(line: Line) -> None:
    def look(_target: Target) -> None:
        line.fleet = fleet_of(names(3))

    line.engine.sites.look = look
    deploy = line.begin("1.4.2")
    assert deploy.plan.hosts == ("web1", "web2", "web3")
    line.ended(deploy.id)


def test_while_the_cloud_cannot_be_read_those_found_last_are_planned_for(line: Line) -> None:
    def look(_target: Target) -> None:
        raise DENIED

    line.engine.sites.look = look
    deploy = line.begin("1.4.2")
    assert deploy.plan.hosts == ("web1", "web2")
    line.ended(deploy.id)


def test_where_none_are_known_the_clouds_trouble_is_the_answer(line: Line) -> None:
    def look(_target: Target) -> None:
        raise DENIED

    line.engine.sites.look = look
    line.fleet = line.fleet.with_hosts({Target("shop", "production"): ()})
    refused = line.ask("1.4.2")
    assert isinstance(refused, Refusal)
    assert (refused.reason, "ec2:DescribeInstances" in refused.detail) == (Reason.CLOUD, True)
