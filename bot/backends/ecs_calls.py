"""The calls of ECS that a rollout makes, page by page, with errors that name the action."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from bot.backends.aws_errors import asked, code_of
from bot.backends.aws_sessions import Sessions
from bot.cloud import Account
from bot.errors import CloudError, CloudRefused
from bot.fleet.ecs import Ecs

CHUNK = 100  # task definitions, tasks and deployments in a call
FEW = 20  # service revisions in a call, and service deployments that are looked at
LATELY = 30  # task definitions of the family that are looked at, the newest first
UNKNOWN = ("UnknownOperationException", "NotImplemented", "UnknownOperation", "404", "501")


OTHERS = "{} deploys this service, and the bot only knows deployments of ECS itself"


def controller_of(service: Mapping[str, Any]) -> str:
    """Who deploys it: ECS, CODE_DEPLOY or EXTERNAL."""
    return str(service.get("deploymentController", {}).get("type", "ECS"))


class EcsCalls:
    """One service of one cluster, over one client."""

    def __init__(self, sessions: Sessions, account: Account, config: Ecs) -> None:
        self.client = sessions.client("ecs", account)
        self._cluster, self._name = config.cluster, config.service

    @property
    def model(self) -> Any:
        return self.client.meta.service_model

    def knows(self, operation: str) -> bool:
        """Whether the installed botocore has it."""
        return operation in self.model.operation_names

    def service(self) -> dict[str, Any]:
        """Raises CloudRefused when there is none, or nothing of it can be known here."""
        action = "ecs:DescribeServices"
        said = asked(action, lambda: self.client.describe_services(cluster=self._cluster, services=[self._name]))
        found: list[dict[str, Any]] = said["services"]
        if not found:
            raise CloudRefused(action, f"the cluster {self._cluster} has no service {self._name}")
        if "taskDefinition" not in found[0]:  # a deployment controller that is not ECS' own
            raise CloudRefused(action, OTHERS.format(controller_of(found[0])))
        return found[0]

    def definition(self, arn: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """With its tags."""
        said = asked(
            "ecs:DescribeTaskDefinition",
            lambda: self.client.describe_task_definition(taskDefinition=arn, include=["TAGS"]),
        )
        return said["taskDefinition"], said.get("tags", [])

    def family(self, name: str) -> list[str]:
        """ARNs of its active definitions, the newest first, not all of them."""
        action, wanted = "ecs:ListTaskDefinitions", {"familyPrefix": name, "sort": "DESC", "status": "ACTIVE"}
        arns = asked(action, lambda: self.client.list_task_definitions(**wanted, maxResults=CHUNK))
        found: list[str] = arns["taskDefinitionArns"]
        return sorted(
            (arn for arn in found if arn.rpartition("/")[2].rpartition(":")[0] == name),
            key=lambda arn: -int(arn.rpartition(":")[2]),
        )[:LATELY]

    def register(self, wanted: dict[str, Any]) -> str:
        said = asked("ecs:RegisterTaskDefinition", lambda: self.client.register_task_definition(**wanted))
        return str(said["taskDefinition"]["taskDefinitionArn"])

    def update(self, definition: str, configuration: dict[str, Any]) -> None:
        asked(
            "ecs:UpdateService",
            lambda: self.client.update_service(
                cluster=self._cluster,
                service=self._name,
                taskDefinition=definition,
                deploymentConfiguration=configuration,
            ),
        )

    def deployments(self) -> list[dict[str, Any]] | None:
        """The last ones, the newest first; None where they cannot be asked for here at all."""
        if not self.knows("ListServiceDeployments"):
            return None
        wanted = {"cluster": self._cluster, "service": self._name, "maxResults": FEW}
        try:
            said = asked("ecs:ListServiceDeployments", lambda: self.client.list_service_deployments(**wanted))
        except CloudError as error:
            if isinstance(error.__cause__, ClientError) and code_of(error.__cause__) in UNKNOWN:
                return None
            raise
        found: list[dict[str, Any]] = said["serviceDeployments"]
        return sorted(found, key=lambda one: one["createdAt"], reverse=True)

    def deployment(self, arn: str) -> dict[str, Any]:
        action = "ecs:DescribeServiceDeployments"
        said = asked(action, lambda: self.client.describe_service_deployments(serviceDeploymentArns=[arn]))
        if not said["serviceDeployments"]:
            raise CloudRefused(action, f"{arn} is not there any more")
        found: dict[str, Any] = said["serviceDeployments"][0]
        return found

    def revisions(self, arns: Sequence[str]) -> dict[str, str]:
        """The task definition of each service revision."""
        chunks = [list(arns[start : start + FEW]) for start in range(0, len(arns), FEW)]
        return {arn: definition for some in chunks for arn, definition in self._revisions(some)}

    def _revisions(self, arns: list[str]) -> list[tuple[str, str]]:
        said = asked(
            "ecs:DescribeServiceRevisions",
            lambda: self.client.describe_service_revisions(serviceRevisionArns=arns),
        )
        return [(one["serviceRevisionArn"], one["taskDefinition"]) for one in said["serviceRevisions"]]

    def stop(self, arn: str) -> None:
        asked(
            "ecs:StopServiceDeployment",
            lambda: self.client.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK"),
        )

    def go_on(self, arn: str, hook: str) -> None:
        asked(
            "ecs:ContinueServiceDeployment",
            lambda: self.client.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook, action="CONTINUE"),
        )

    def tasks(self, status: str) -> list[dict[str, Any]]:
        """Those of the service; `status` is RUNNING or STOPPED. ECS forgets stopped ones after an hour."""
        wanted = {"cluster": self._cluster, "serviceName": self._name, "desiredStatus": status}
        arns = asked("ecs:ListTasks", lambda: self.client.list_tasks(**wanted, maxResults=CHUNK))["taskArns"]
        if not arns:
            return []
        said = asked("ecs:DescribeTasks", lambda: self.client.describe_tasks(cluster=self._cluster, tasks=arns))
        found: list[dict[str, Any]] = said["tasks"]
        return found
