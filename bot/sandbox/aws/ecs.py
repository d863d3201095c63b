"""ECS in moto, which knows no service deployments: an update begins one, and each look at it takes it one step on.

The image decides how that goes, by its tags in ECR: `breaks-137` ends its tasks with that exit code at half of the way,
`stuck-…` cannot be rolled back either. A service with the tag `held` stands still. Tasks that are run once end at the
second look, with the exit code that their command names (`exit 3`), else with 0.
"""

import hashlib
import itertools
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecr.models import Image, ecr_backends
from moto.ecs.models import Task
from moto.ecs.responses import EC2ContainerServiceResponse as Responses
from moto.moto_api._internal import mock_random

ROLLOUTS: dict[str, "Rollouts"] = {}
REVISIONS: dict[str, str] = {}  # ARN -> task definition
BEGUN = itertools.count(1)
OVER = ("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
UPDATED, LISTED, DESCRIBED, RUN = (
    Responses.update_service,
    Responses.list_tasks,
    Responses.describe_tasks,
    Responses.run_task,
)
ONCE: dict[str, Any] = {}  # client token -> what run_task answered
LOOKS: dict[str, int] = {}  # ARN of a task that is run once -> looks at it


def tags_of(definition: Any) -> list[str]:
    """Of the image of its first container."""
    image = definition.container_definitions[0]["image"]
    name, _, digest = image.partition("@")
    repository = ecr_backends["123456789012"][name.split(".")[3]].repositories.get(name.partition("/")[2])
    images = repository.images if repository else []
    return [tag for one in images if one.get_image_digest() == digest for tag in one.image_tags]


class Rollouts:
    """The service deployments of one service, the newest first."""

    def __init__(self, service: Any, backend: Any) -> None:
        self.service, self.backend = service, backend
        self.known: list[dict[str, Any]] = []
        self.stopped: list[dict[str, Any]] = []

    def start(self, before: str, after: str, configuration: dict[str, Any]) -> None:
        for one in self.known[:1]:
            if one["status"] not in OVER:
                one["status"], one["statusReason"] = "STOPPED", "another deployment took its place"
        number = next(BEGUN)
        name, arn = f"{self.service.cluster_name}/{self.service.name}", "arn:aws:ecs:eu-west-1:123456789012:"
        revision = f"{arn}service-revision/{name}/{number}"
        REVISIONS[revision] = after
        self.known.insert(
            0,
            {
                "serviceDeploymentArn": f"{arn}service-deployment/{name}/{number}",
                "serviceArn": self.service.arn,
                "createdAt": utcnow(),
                "status": "PENDING",
                "targetServiceRevisionArn": revision,
                "targetServiceRevision": {
                    "arn": revision,
                    "requestedTaskCount": self.service.desired_count,
                    "runningTaskCount": 0,
                    "requestedProductionTrafficWeight": 0.0,
                },
                "lifecycleHookDetails": [],
                "deploymentConfiguration": configuration,
                "before": before,
            },
        )

    @property
    def held(self) -> bool:
        return any(tag["key"] == "held" for tag in self.service.tags)

    def step(self) -> None:
        if not self.known or self.known[0]["status"] in OVER or self.held:
            return
        one = self.known[0]
        status = one["status"]
        if status == "PENDING":
            one["status"] = "IN_PROGRESS"
        elif status == "IN_PROGRESS":
            self.forward(one)
        elif status == "ROLLBACK_REQUESTED":
            one["status"] = "ROLLBACK_IN_PROGRESS"
        elif status == "ROLLBACK_IN_PROGRESS":
            self.back(one)

    def forward(self, one: dict[str, Any]) -> None:
        if one["deploymentConfiguration"].get("strategy", "ROLLING") != "ROLLING" and self.waits(one):
            return
        target = one["targetServiceRevision"]
        target["runningTaskCount"] += 1
        half = target["runningTaskCount"] * 2 >= target["requestedTaskCount"]
        definition = self.backend.describe_task_definition(REVISIONS[target["arn"]])
        broken = next((tag for tag in tags_of(definition) if tag.startswith("breaks-")), "")
        if broken and half:
            self.fail(one, definition, int(broken.removeprefix("breaks-")))
        elif target["runningTaskCount"] >= target["requestedTaskCount"]:
            one["status"], target["requestedProductionTrafficWeight"] = "SUCCESSFUL", 100.0

    def waits(self, one: dict[str, Any]) -> bool:
        """Before each of its two shifts of traffic, where there is a pause."""
        hooks = one["lifecycleHookDetails"]
        if not any(hook["targetType"] == "PAUSE" for hook in one["deploymentConfiguration"].get("lifecycleHooks", ())):
            return False
        if hooks and hooks[-1]["status"] == "AWAITING_ACTION":
            return True
        if len(hooks) == 1:
            percent = one["deploymentConfiguration"]["canaryConfiguration"]["canaryPercent"]
            one["targetServiceRevision"]["requestedProductionTrafficWeight"] = percent
        if len(hooks) < 2:
            waiting = {"hookId": f"hook-{len(hooks)}", "targetType": "PAUSE", "status": "AWAITING_ACTION"}
            hooks.append({**waiting, "expiresAt": utcnow(), "timeoutAction": "ROLLBACK"})
            return True
        return False

    def fail(self, one: dict[str, Any], definition: Any, code: int) -> None:
        self.stopped.append(
            {
                "taskArn": f"arn:aws:ecs:eu-west-1:123456789012:task/{self.service.cluster_name}/{mock_random.uuid4()}",
                "taskDefinitionArn": definition.arn,
                "lastStatus": "STOPPED",
                "stoppedReason": "Essential container in task exited",
                "containers": [{"name": definition.container_definitions[0]["name"], "exitCode": code}],
            }
        )
        one["deploymentCircuitBreaker"] = {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}
        reason = "Service deployment rolled back because the circuit breaker threshold was exceeded."
        one["rollback"] = {"reason": reason, "startedAt": utcnow()}
        breaker = one["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
        one["status"] = "ROLLBACK_IN_PROGRESS" if breaker.get("rollback") else "STOPPED"

    def back(self, one: dict[str, Any]) -> None:
        definition = self.backend.describe_task_definition(REVISIONS[one["targetServiceRevisionArn"]])
        if any(tag.startswith("stuck-") for tag in tags_of(definition)):
            one["status"] = "ROLLBACK_FAILED"
            return
        one["status"] = "ROLLBACK_SUCCESSFUL"
        self.service.task_definition = one["before"]


def rollouts(response: Any) -> Rollouts:
    name = response._get_param("service").split("/")[-1]
    (service,), _ = response.ecs_backend.describe_services(response._get_param("cluster", "default"), [name])
    service.running_count = service.desired_count
    return ROLLOUTS.setdefault(service.arn, Rollouts(service, response.ecs_backend))


def owner(arn: str) -> tuple[Rollouts, dict[str, Any]]:
    return next((its, one) for its in ROLLOUTS.values() for one in its.known if one["serviceDeploymentArn"] == arn)


def update_service(self: Any) -> ActionResult:
    its = rollouts(self)
    before, wanted = its.service.task_definition, self._get_param("taskDefinition")
    answer: ActionResult = UPDATED(self)
    if wanted:
        after = its.backend.describe_task_definition(wanted).arn
        its.service.task_definition = after
        its.start(before, after, self._get_param("deploymentConfiguration") or {})
    return answer


def list_service_deployments(self: Any) -> ActionResult:
    return ActionResult({"serviceDeployments": rollouts(self).known[:20]})


def describe_service_deployments(self: Any) -> ActionResult:
    found = [owner(arn) for arn in self._get_param("serviceDeploymentArns")]
    for its, _ in found:
        its.step()
    return ActionResult({"serviceDeployments": [one for _, one in found], "failures": []})


def describe_service_revisions(self: Any) -> ActionResult:
    arns = self._get_param("serviceRevisionArns")
    found = [{"serviceRevisionArn": arn, "taskDefinition": REVISIONS[arn]} for arn in arns]
    return ActionResult({"serviceRevisions": found, "failures": []})


def stop_service_deployment(self: Any) -> ActionResult:
    _, one = owner(self._get_param("serviceDeploymentArn"))
    one["status"] = "ROLLBACK_REQUESTED"
    return ActionResult({"serviceDeploymentArn": one["serviceDeploymentArn"]})


def continue_service_deployment(self: Any) -> ActionResult:
    _, one = owner(self._get_param("serviceDeploymentArn"))
    for hook in one["lifecycleHookDetails"]:
        if hook["hookId"] == self._get_param("hookId"):
            hook["status"] = "SUCCEEDED"
    return ActionResult({"serviceDeploymentArn": one["serviceDeploymentArn"]})


def stopped_tasks() -> dict[str, dict[str, Any]]:
    return {task["taskArn"]: task for its in ROLLOUTS.values() for task in its.stopped}


def list_tasks(self: Any) -> ActionResult:
    name = self._get_param("serviceName")
    if not name:
        return LISTED(self)
    stopped = self._get_param("desiredStatus") == "STOPPED"
    place = (self._get_param("cluster", "default"), name)
    mine = [its for its in ROLLOUTS.values() if (its.service.cluster_name, its.service.name) == place]
    tasks = [task for its in mine for task in its.stopped if stopped]
    return ActionResult({"taskArns": [task["taskArn"] for task in tasks]})


def describe_tasks(self: Any) -> ActionResult:
    wanted, known = self._get_param("tasks", []), stopped_tasks()
    if wanted and all(arn in known for arn in wanted):
        return ActionResult({"tasks": [known[arn] for arn in wanted], "failures": []})
    for cluster in self.ecs_backend.tasks.values():
        for arn in wanted:
            if arn in cluster:
                age(cluster[arn])
    return DESCRIBED(self)


def age(task: Task) -> None:
    """A task that is run once ends at the second look."""
    LOOKS[task.task_arn] = LOOKS.get(task.task_arn, 0) + 1
    own = task.overrides.get("containerOverrides", [{}])[0]
    command = own.get("command", [])
    if LOOKS[task.task_arn] < 2 or "sleep" in command:
        return
    code = int(command[command.index("exit") + 1]) if "exit" in command else 0
    task.last_status = task.desired_status = "STOPPED"
    task.stopped_reason = "Essential container in task exited"
    (container,) = task.containers
    container.exitCode, container.last_status = code, "STOPPED"


def run_task(self: Any) -> ActionResult:
    """The same token twice is the same task."""
    token = self._get_param("clientToken")
    if token not in ONCE:
        ONCE[token] = RUN(self)
    return ONCE[token]  # type: ignore[no-any-return]


def date_images() -> None:
    """Each image a second after the one before: two of one second have no order. Its digest is that of its manifest:
    moto's own is one of a few.
    """
    made, seconds = Image.__init__, itertools.count()

    def begin(self: Any, *arguments: Any, **words: Any) -> None:
        made(self, *arguments, **words)
        self.image_pushed_at += next(seconds)
        self._image_digest = "sha256:" + hashlib.sha256(self.image_manifest.encode()).hexdigest()

    Image.__init__ = begin  # type: ignore[method-assign]


def stay(task: Any, status: str) -> None:
    task._status = status


def mend() -> None:
    Task.status = property(lambda self: self._status, stay)  # type: ignore[assignment,method-assign] # moto ends it at once
    date_images()
    for action in (
        update_service,
        list_service_deployments,
        describe_service_deployments,
        describe_service_revisions,
        stop_service_deployment,
        continue_service_deployment,
        list_tasks,
        describe_tasks,
        run_task,
    ):
        setattr(Responses, action.__name__, action)
