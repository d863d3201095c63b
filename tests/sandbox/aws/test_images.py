"""What stands on the demo's ECS, and what the fleet file says of it."""

import json
from pathlib import Path

import boto3
import pytest

from bot.fleet import load_fleet
from bot.model import Target
from bot.sandbox.aws import images
from bot.sandbox.aws.server import REGION
from tests.backends.daemons import reach, truer_moto


def test_the_fleet_file_takes_what_is_said_of_it() -> None:
    data = {"version": 1, "environments": list(images.ENVIRONMENTS), "services": dict(images.services("/srv/shop.git"))}
    fleet = load_fleet(json.dumps(data))
    assert [target.environment for target in fleet.targets()] == ["dev", "qa", "production"]
    deployment = fleet.deployment(Target(images.API, "qa"))
    assert deployment is not None
    assert deployment.ecs is not None
    assert (deployment.ecs.cluster, deployment.ecs.image) == ("qa", images.IMAGE)


@pytest.mark.timeout(300)
def test_each_environment_has_a_service_and_each_release_an_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with truer_moto(tmp_path) as address:
        reach(monkeypatch, address, REGION)
        ecs, ecr = boto3.client("ecs", REGION), boto3.client("ecr", REGION)
        images.build(ecs, ecr)
        for environment in images.ENVIRONMENTS:
            (service,) = ecs.describe_services(cluster=environment, services=[images.API])["services"]
            assert (service["status"], service["desiredCount"]) == ("ACTIVE", images.TASKS)
        known = ecr.describe_images(repositoryName=images.API)["imageDetails"]
        tags = {tag: one["imageDigest"] for one in known for tag in one["imageTags"]}
        assert set(images.RELEASES) <= set(tags)
        assert len({tags[release] for release in images.RELEASES}) == len(images.RELEASES)
        ecs.close()
        ecr.close()
