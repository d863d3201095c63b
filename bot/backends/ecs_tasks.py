"""Commands that ECS runs once, each in a task of its own: in the service's task definition, where the service runs."""

import hashlib
from typing import Any

from bot.backends.aws_errors import asked
from bot.backends.aws_sessions import Sessions
from bot.backends.ecs_calls import EcsCalls
from bot.backends.ecs_course import stop_words
from bot.backends.ecs_definition import container_of
from bot.backends.managed import ManagedSite
from bot.errors import CloudRefused, PointsmanError
from bot.fleet.ecs import Ecs
from bot.managed import TaskEnd

RUN = "ecs:RunTask"
WHERE = ("networkConfiguration", "platformVersion")
"""What the task takes over from the service, besides what it runs on."""


class EcsTasks:
    """Fills managed.Runner."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def start(self, site: ManagedSite, order: str, task: str) -> str:
        """The client token makes the same order the same task."""
        config = site.of(Ecs)
        wanted = config.tasks.get(task)
        if wanted is None:
            raise PointsmanError(f"the task {task} is no longer in the fleet file")
        calls = EcsCalls(self._sessions, site.account, config)
        service = calls.service()
        definition, _ = calls.definition(service["taskDefinition"])
        own = {"name": container_of(definition, wanted.container or config.container), "command": list(wanted.command)}
        place = f"{order} {config.cluster} {config.service} {task}"
        token = hashlib.sha256(place.encode()).hexdigest()[:32]
        client = self._sessions.client("ecs", site.account)
        said = asked(
            RUN,
            lambda: client.run_task(
                cluster=config.cluster,
                taskDefinition=service["taskDefinition"],
                count=1,
                overrides={"containerOverrides": [own]},
                clientToken=token,
                startedBy=order[:36],
                **_where(service),
            ),
        )
        if not said["tasks"]:
            reasons = ", ".join(one.get("reason", "") for one in said.get("failures", ()))
            raise CloudRefused(RUN, f"no task was started: {reasons or 'ECS gives no reason'}")
        return str(said["tasks"][0]["taskArn"])

    def watch(self, site: ManagedSite, handle: str) -> TaskEnd:
        config, client = site.of(Ecs), self._sessions.client("ecs", site.account)
        said = asked("ecs:DescribeTasks", lambda: client.describe_tasks(cluster=config.cluster, tasks=[handle]))
        if not said["tasks"]:
            return TaskEnd(True, False, "ECS does not know the task any more: how it ended is not known")
        task = said["tasks"][0]
        if task["lastStatus"] != "STOPPED":
            return TaskEnd(False, words=str(task["lastStatus"]).lower())
        codes = [one.get("exitCode") for one in task.get("containers", ()) if "exitCode" in one]
        well = bool(codes) and not any(codes)
        return TaskEnd(True, well, "ended with 0" if well else stop_words(task) or "it stopped without an exit code")

    def stop(self, site: ManagedSite, handle: str, why: str) -> None:
        config, client = site.of(Ecs), self._sessions.client("ecs", site.account)
        asked("ecs:StopTask", lambda: client.stop_task(cluster=config.cluster, task=handle, reason=why))


def _where(service: dict[str, Any]) -> dict[str, Any]:
    found = {key: service[key] for key in WHERE if service.get(key)}
    if service.get("capacityProviderStrategy"):
        return found | {"capacityProviderStrategy": service["capacityProviderStrategy"]}
    return found | ({"launchType": service["launchType"]} if service.get("launchType") else {})
