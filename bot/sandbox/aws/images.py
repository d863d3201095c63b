"""A service on the demo's ECS: in a cluster for each environment, from images that stand in a registry."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.sandbox.aws.server import REGION

API = "api"
ENVIRONMENTS = ("dev", "qa", "production")
IMAGE = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/{API}"  # moto's account
KIND = "application/vnd.oci.image.manifest.v1+json"
RELEASES: Mapping[str, Sequence[str]] = {"1.0.0": (), "1.1.0": (), "1.2.0": ("breaks-1",)}
"""And the marks by which ECS's stand-in knows what becomes of their tasks: those of 1.2.0 end with status 1."""

TASKS = 2


def build(ecs: Any, ecr: Any) -> None:
    """The first release runs everywhere; nobody has deployed it yet."""
    ecr.create_repository(repositoryName=API)
    for release, marks in RELEASES.items():
        manifest = json.dumps({"schemaVersion": 2, "mediaType": KIND, "annotations": {"version": release}})
        for tag in (release, *marks):
            ecr.put_image(repositoryName=API, imageManifest=manifest, imageManifestMediaType=KIND, imageTag=tag)
    for environment in ENVIRONMENTS:
        ecs.create_cluster(clusterName=environment)
        container = {"name": API, "image": f"{IMAGE}:1.0.0", "memory": 128, "essential": True}
        ecs.register_task_definition(family=f"{environment}-{API}", containerDefinitions=[container])
        ecs.create_service(
            cluster=environment, serviceName=API, taskDefinition=f"{environment}-{API}", desiredCount=TASKS
        )


def services(repository: str) -> Mapping[str, Any]:
    """For the fleet file."""
    places = {
        environment: {
            "backend": "ecs",
            "ecs": {"cluster": environment, "service": API, "image": IMAGE, "region": REGION},
            "scale": {"min": 1, "max": 6},
        }
        for environment in ENVIRONMENTS
    }
    return {API: {"owners": ["@shop-team"], "repo": repository, "environments": places}}
