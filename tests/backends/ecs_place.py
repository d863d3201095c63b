"""A cluster with one service in moto's server, made truer, and a repository of images in its ECR."""

import json
from dataclasses import replace
from typing import Any

import boto3

from bot.backends.aws_sessions import Sessions
from bot.backends.ecs import EcsServices
from bot.backends.ecs_definition import ORDER
from bot.backends.managed import ManagedSite
from bot.backends.registries import Registries
from bot.cloud import Account
from bot.fleet.ecs import Ecs
from tests.backends.managed_places import ManagedPlace

REGION, NUMBER = "eu-west-1", "123456789012"
KIND = "application/vnd.oci.image.manifest.v1+json"


class EcsPlace(ManagedPlace):
    """`cluster` is the place's own; the service has four tasks."""

    pause_at = 25

    def __init__(self, cluster: str, **config: Any) -> None:
        self.sessions = Sessions()
        self.ecs, self.ecr = boto3.client("ecs", REGION), boto3.client("ecr", REGION)
        self.digests: dict[str, str] = {}
        self.cluster, self.repository = cluster, f"{cluster}/shop"
        self.image = f"{NUMBER}.dkr.ecr.{REGION}.amazonaws.com/{self.repository}"
        known = {"cluster": cluster, "service": "shop", "image": self.image, **config}
        self.site = ManagedSite("shop", "production", "", Ecs.model_validate(known), Account(REGION))
        self.ecr.create_repository(repositoryName=self.repository)
        self.ecs.create_cluster(clusterName=cluster)
        self.release("first")
        first = self.register(f"{self.image}@{self.digests['first']}", {ORDER: "deploy-0"})
        self.ecs.create_service(
            cluster=cluster, serviceName="shop", taskDefinition=first, desiredCount=4, launchType="FARGATE"
        )
        breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
        self.ecs.update_service(cluster=cluster, service="shop", deploymentConfiguration=breaker)

    def backend(self) -> EcsServices:
        return EcsServices(self.sessions, Registries(self.sessions))

    def register(self, image: str, tags: dict[str, str] | None = None) -> str:
        made = self.ecs.register_task_definition(
            family=f"{self.cluster}-shop",
            containerDefinitions=[
                {
                    "name": "web",
                    "image": image,
                    "environment": [{"name": "MODE", "value": "live"}],
                    "essential": True,
                    "memory": 128,
                },
                {"name": "log", "image": "fluent/fluent-bit:3", "essential": False, "memory": 64},
            ],
            tags=[{"key": key, "value": value} for key, value in (tags or {}).items()],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def release(self, name: str, broken: str = "") -> None:
        for tag in (name, *([f"breaks-{broken.rpartition(' ')[2]}"] if broken else [])):
            self.mark(name, tag)

    def mark(self, name: str, tag: str) -> None:
        """The image of this name has one more tag."""
        manifest = {"schemaVersion": 2, "mediaType": KIND, "name": name}
        put = self.ecr.put_image(
            repositoryName=self.repository,
            imageManifest=json.dumps(manifest),
            imageManifestMediaType=KIND,
            imageTag=tag,
        )
        self.digests[name] = str(put["image"]["imageId"]["imageDigest"])

    def configure(self, **more: Any) -> None:
        """Other keys in the fleet file."""
        config = Ecs.model_validate({**self.site.config.model_dump(exclude_unset=True), **more})
        self.site = replace(self.site, config=config)

    def move(self) -> None:
        """A look moves it."""

    def begun(self) -> int:
        return len(self.ecs.list_service_deployments(cluster=self.cluster, service="shop")["serviceDeployments"])

    def tamper(self) -> None:
        by_hand = self.register(f"{self.image}@{self.digests['first']}")
        self.ecs.update_service(cluster=self.cluster, service="shop", taskDefinition=by_hand)
        for _ in range(8):
            (newest, *_) = self.ecs.list_service_deployments(cluster=self.cluster, service="shop")["serviceDeployments"]
            self.ecs.describe_service_deployments(serviceDeploymentArns=[newest["serviceDeploymentArn"]])

    def tasks(self) -> list[dict[str, Any]]:
        """Those that were run once."""
        arns = [arn for status in ("RUNNING", "STOPPED") for arn in self.listed(status)]
        return [dict(one) for one in self.ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"]] if arns else []

    def listed(self, status: str) -> list[str]:
        return list(self.ecs.list_tasks(cluster=self.cluster, desiredStatus=status)["taskArns"])

    def newest(self) -> dict[str, Any]:
        """The last service deployment; asking so moves nothing."""
        said = self.ecs.list_service_deployments(cluster=self.cluster, service="shop")
        return dict(said["serviceDeployments"][0])

    def hold(self, held: bool) -> None:
        """Nothing moves until it is let go."""
        arn = self.service()["serviceArn"]
        if held:
            self.ecs.tag_resource(resourceArn=arn, tags=[{"key": "held", "value": "yes"}])
        else:
            self.ecs.untag_resource(resourceArn=arn, tagKeys=["held"])

    def service(self) -> dict[str, Any]:
        (found,) = self.ecs.describe_services(cluster=self.cluster, services=["shop"])["services"]
        return dict(found)

    def definition(self, arn: str = "") -> dict[str, Any]:
        wanted = arn or str(self.service()["taskDefinition"])
        return dict(self.ecs.describe_task_definition(taskDefinition=wanted)["taskDefinition"])

    def close(self) -> None:
        self.sessions.close()
        self.ecs.close()
        self.ecr.close()
