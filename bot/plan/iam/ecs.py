"""Backend ecs: a service, its task definitions, its image and its tasks."""

from collections.abc import Iterator

from bot.fleet import Deployment
from bot.fleet.ecs import ECR
from bot.plan.iam.grants import Grant, Where

DEFINITIONS = ("RegisterTaskDefinition", "DescribeTaskDefinition", "ListTaskDefinitions", "TagResource")
ROLLOUT = ("ListServiceDeployments", "DescribeServiceRevisions", "DescribeServiceDeployments")
STEERING = ("StopServiceDeployment", "ContinueServiceDeployment")


def rollouts(deployment: Deployment, where: Where) -> Iterator[Grant]:
    """Task definitions know no narrower resource while they are registered; roles that tasks run with are passed on."""
    ecs = deployment.ecs
    if ecs is None:
        return
    here = where.at(ecs.region)
    cluster = ecs.cluster.rpartition("/")[2]
    service = here.arn("ecs", f"service/{cluster}/{ecs.service}")
    deployments = here.arn("ecs", f"service-deployment/{cluster}/{ecs.service}/*")
    revisions = here.arn("ecs", f"service-revision/{cluster}/{ecs.service}/*")
    yield Grant("ReadTaskDefinitions", _of_ecs(*DEFINITIONS))
    yield Grant("ChangeServices", _of_ecs("DescribeServices", "UpdateService"), (service,))
    yield Grant("FollowServiceDeployments", _of_ecs(*ROLLOUT, *STEERING), (service, deployments, revisions))
    yield Grant("ReadTasks", _of_ecs("ListTasks", "DescribeTasks"), when=_in_cluster(here, cluster))
    if ecs.tasks:
        yield Grant("RunTasks", _of_ecs("RunTask", "StopTask"), when=_in_cluster(here, cluster))
    yield Grant("PassTaskRoles", ("iam:PassRole",), when=TASKS)


def images(deployment: Deployment, _where: Where) -> Iterator[Grant]:
    found = ECR.fullmatch(deployment.ecs.image) if deployment.ecs else None
    if found:
        there = Where(found["region"], found["account"])
        yield Grant("ReadImages", ("ecr:DescribeImages",), (there.arn("ecr", f"repository/{found['name']}"),))


TASKS = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def _in_cluster(where: Where, cluster: str) -> dict[str, dict[str, str | tuple[str, ...]]]:
    return {"ArnLike": {"ecs:cluster": where.arn("ecs", f"cluster/{cluster}")}}


def _of_ecs(*actions: str) -> tuple[str, ...]:
    return tuple(f"ecs:{action}" for action in actions)
