"""Killed between RunInstances and registration, over EC2 as moto has it: the client token finds the instances again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.capacity import Ec2Pool
from tests.backends.cloud_pools import Ec2Place
from tests.backends.daemons import moto, reach
from tests.engine.lives import Lives, lives
from tests.engine.mortal_cloud import write_pool
from tests.engine.mortal_scale import OUT

REGION = "eu-west-1"
ONE_FEWER = "-1"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture(scope="module")
def begotten(endpoint: str) -> Iterator[Lives]:
    with pytest.MonkeyPatch.context() as patch:
        reach(patch, endpoint, REGION)
        with lives("tests.engine.mortal_cloud") as made:
            yield made


@pytest.fixture
def cloud(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2Place]:
    """Three instances behind a target group."""
    reach(monkeypatch, endpoint, REGION)
    made = Ec2Place(REGION)
    assert isinstance(made.pool, Ec2Pool)
    write_pool(tmp_path, made.pool)
    yield made
    made.close()


def alive(cloud: Ec2Place) -> set[str]:
    """Every instance with the service's tag that runs or starts, whoever made it."""
    pages = (
        cloud.client("ec2")
        .get_paginator("describe_instances")
        .paginate(
            Filters=[
                {"Name": "tag:service", "Values": [cloud.name]},
                {"Name": "instance-state-name", "Values": ["pending", "running"]},
            ]
        )
    )
    return {one["InstanceId"] for page in pages for group in page["Reservations"] for one in group["Instances"]}


def registered(cloud: Ec2Place) -> set[str]:
    found = cloud.client("elbv2").describe_target_health(TargetGroupArn=cloud.arn)["TargetHealthDescriptions"]
    return {one["Target"]["Id"] for one in found}


KILLS = {
    OUT: ["1: scale begins", "RunInstances begins", "RunInstances has acted", "RegisterTargets begins",
          "RegisterTargets has acted", "1: scale has acted", "1: close has acted"],
    ONE_FEWER: ["DeregisterTargets begins", "DeregisterTargets has acted", "TerminateInstances begins",
         "TerminateInstances has acted", "1: close has acted"],
}  # fmt: skip


@pytest.mark.parametrize(("ref", "moment"), [(ref, moment) for ref, moments in KILLS.items() for moment in moments])
def test_a_kill_leaves_no_instance_behind(
    begotten: Lives, cloud: Ec2Place, tmp_path: Path, ref: str, moment: str
) -> None:
    before = alive(cloud)
    wanted = len(before) + (2 if ref == OUT else -1)
    assert begotten.live(tmp_path, ref, moment) is None, moment
    life = begotten.live(tmp_path, ref)
    assert life is not None
    assert len(alive(cloud)) == wanted
    assert registered(cloud) == alive(cloud)
    assert (alive(cloud) > before) is (ref == OUT)
