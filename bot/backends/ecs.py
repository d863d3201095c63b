"""Services of ECS: an image brought by its digest, and followed as a service deployment."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from bot.backends.aws_sessions import Sessions
from bot.backends.ecs_calls import OTHERS, EcsCalls, controller_of
from bot.backends.ecs_course import by_service, course_of, paused, task_reasons, troubles
from bot.backends.ecs_definition import BEFORE, ORDER, container_of, copied, digest_of, family_of, short_arn, tag
from bot.backends.ecs_pace import deployment_configuration, same
from bot.backends.managed import ManagedSite
from bot.backends.registries import Registries
from bot.errors import CloudRefused
from bot.fleet.ecs import Ecs
from bot.managed import Course, ManagedFacts, ManagedOrder, Phase, Proposed
from bot.model import Release, short

UPDATE = "ecs:UpdateService"
FEW = 5  # task definitions that are asked whose they are
CHANGED = "what would change is not what was shown when this was asked for: look at the plan and deploy anew"


@dataclass(frozen=True, slots=True)
class Now:
    """The service as it stands, with its task definition."""

    calls: EcsCalls
    config: Ecs
    service: dict[str, Any]
    definition: dict[str, Any]
    tags: list[dict[str, str]]
    container: str

    @property
    def arn(self) -> str:
        return str(self.definition["taskDefinitionArn"])


class EcsServices:
    """Fills managed.Managed. What was begun is known by a tag of the task definition that was registered for it."""

    def __init__(self, sessions: Sessions, registries: Registries) -> None:
        self._sessions = sessions
        self._registries = registries
        self._revisions: dict[str, str] = {}  # ARN of a service revision -> its task definition: that never changes
        self._registered: dict[tuple[str, str], str] = {}  # (service, order) -> task definition: neither does that

    def resolve(self, site: ManagedSite, ref: str | None) -> Release:
        return self._registries.resolve(site.of(Ecs).image, ref, site.account)

    def standing(self, site: ManagedSite) -> ManagedFacts:
        now = self._now(site)
        service, running = now.service, now.calls.tasks("RUNNING")
        current = digest_of(now.definition, now.container) or _running_digest(running, now)
        words = f"task definition {short_arn(now.arn)}"
        return ManagedFacts(current, _trouble(service), service["runningCount"], _drift(now, running), words)

    def propose(self, site: ManagedSite, order: ManagedOrder) -> Proposed:
        now = self._now(site)
        wanted, known = self._configuration(now, order), now.service.get("deploymentConfiguration", {})
        runs = digest_of(now.definition, now.container)
        drift = _drift(now, now.calls.tasks("RUNNING"))
        changes = list(drift)
        if runs != order.release.sha:
            was = short(runs) if runs else "what runs there"
            changes.append(f"container {now.container} runs {order.release.short} in the place of {was}")
        if not same(known, wanted):
            changes.append(f"how ECS rolls out: {_manner(wanted)}, before {_manner(known)}")
        if runs != order.release.sha or drift:
            changes.append(f"a new task definition, a copy of {short_arn(now.arn)} with that image")
        bound = json.dumps([now.arn, order.release.sha, wanted, changes], sort_keys=True)
        return Proposed(tuple(changes), hashlib.sha256(bound.encode()).hexdigest())

    def begin(self, site: ManagedSite, order: ManagedOrder) -> None:
        """Registered once: a tag says for which order. Updated once: a deployment of that definition says so."""
        now = self._now(site)
        ours = self._definition(site, now, order)
        if ours and self._was_begun(now, ours):
            return
        if order.seal and not ours and self.propose(site, order).seal != order.seal:
            raise CloudRefused(UPDATE, CHANGED)
        ours = ours or self._register(now, order)
        self._registered[_key(site, order)] = ours
        now.calls.update(ours, self._configuration(now, order))

    def look(self, site: ManagedSite, order: ManagedOrder) -> Course:
        now = self._now(site)
        ours = self._definition(site, now, order)
        if ours is None:
            return Course(Phase.UNBEGUN)
        known = now.calls.deployments()
        if known is None:
            return self._by_service(now, ours)
        mine = self._deployment(now.calls, known, ours)
        if mine is None:
            begun = now.service["taskDefinition"] == ours
            return Course(Phase.RUNNING, None, "ECS has not begun yet") if begun else Course(Phase.UNBEGUN)
        course = course_of(mine, self._reasons(now, mine, ours), troubles(now.service, mine["createdAt"]))
        if course.phase is Phase.DONE and now.service["taskDefinition"] != ours:
            return Course(Phase.FAILED, None, "", (f"the service runs {short_arn(now.arn)} by now",))
        return course

    def go_on(self, site: ManagedSite, order: ManagedOrder, checkpoint: int) -> None:
        now = self._now(site)
        mine = self._mine(site, now, order)
        hook, passed = paused(mine) if mine else (None, 0)
        if mine and hook and passed - 1 == checkpoint:
            now.calls.go_on(mine["serviceDeploymentArn"], hook["hookId"])

    def turn_back(self, site: ManagedSite, order: ManagedOrder) -> None:
        now = self._now(site)
        mine = self._mine(site, now, order)
        if mine and mine["status"] in ("PENDING", "IN_PROGRESS"):
            now.calls.stop(mine["serviceDeploymentArn"])
        elif mine is None and now.calls.deployments() is None:
            self._back_by_service(site, now, order)

    def _now(self, site: ManagedSite) -> Now:
        config = site.of(Ecs)
        calls = EcsCalls(self._sessions, site.account, config)
        service = calls.service()
        definition, tags = calls.definition(service["taskDefinition"])
        return Now(calls, config, service, definition, tags, container_of(definition, config.container))

    def _configuration(self, now: Now, order: ManagedOrder) -> dict[str, Any]:
        known = now.service.get("deploymentConfiguration", {})
        return deployment_configuration(now.calls.model, now.config, order.pace, known)

    def _definition(self, site: ManagedSite, now: Now, order: ManagedOrder) -> str | None:
        """The task definition that was registered for this order, also by a process that died."""
        key = _key(site, order)
        if key in self._registered:
            return self._registered[key]
        if not order.id:
            return None
        for arn in now.calls.family(family_of(now.arn)):
            found, tags = now.calls.definition(arn)
            if tag(tags, ORDER) == order.id and digest_of(found, now.container) == order.release.sha:
                self._registered[key] = arn
                return arn
        return None

    def _register(self, now: Now, order: ManagedOrder) -> str:
        """A copy of what runs; of the way back a copy of what ran when that release was good."""
        base, tags = (self._as_it_was(now, order) if order.again else None) or (now.definition, now.tags)
        fields = list(now.calls.model.operation_model("RegisterTaskDefinition").input_shape.members)
        image = f"{now.config.image}@{order.release.sha}"
        own = {ORDER: order.id, BEFORE: now.arn}
        return now.calls.register(copied(base, fields, now.container, image, own, tags))

    def _as_it_was(self, now: Now, order: ManagedOrder) -> tuple[dict[str, Any], list[dict[str, str]]] | None:
        """The newest definition of the family that runs this image; None when ECS has none any more."""
        for arn in now.calls.family(family_of(now.arn)):
            definition, tags = now.calls.definition(arn)
            if digest_of(definition, now.container) == order.release.sha:
                return definition, tags
        return None

    def _was_begun(self, now: Now, ours: str) -> bool:
        if now.service["taskDefinition"] == ours:
            return True
        known = now.calls.deployments()
        return known is not None and self._deployment(now.calls, known, ours, closely=False) is not None

    def _mine(self, site: ManagedSite, now: Now, order: ManagedOrder) -> dict[str, Any] | None:
        ours = self._definition(site, now, order)
        known = now.calls.deployments() if ours else None
        return self._deployment(now.calls, known, ours) if ours and known else None

    def _deployment(
        self, calls: EcsCalls, known: list[dict[str, Any]], ours: str, closely: bool = True
    ) -> dict[str, Any] | None:
        """The newest one whose target is our task definition."""
        arns = [str(one["targetServiceRevisionArn"]) for one in known if one.get("targetServiceRevisionArn")]
        self._revisions |= calls.revisions([arn for arn in arns if arn not in self._revisions])
        for one in known:
            if self._revisions.get(one.get("targetServiceRevisionArn", "")) == ours:
                return calls.deployment(one["serviceDeploymentArn"]) if closely else one
        return None

    def _reasons(self, now: Now, mine: dict[str, Any], ours: str) -> list[str]:
        if mine["status"] in ("PENDING", "IN_PROGRESS", "SUCCESSFUL"):
            return []
        return task_reasons(now.calls.tasks("STOPPED"), ours)

    def _by_service(self, now: Now, ours: str) -> Course:
        found = by_service(now.service, ours)
        if found.phase in (Phase.DONE, Phase.RUNNING):
            return found
        return replace(found, reasons=(*found.reasons, *task_reasons(now.calls.tasks("STOPPED"), ours)))

    def _back_by_service(self, site: ManagedSite, now: Now, order: ManagedOrder) -> None:
        """Where ECS cannot be told to go back, the service gets what ran before."""
        ours = self._definition(site, now, order)
        if ours is None or self._by_service(now, ours).phase not in (Phase.RUNNING, Phase.FAILED):
            return
        _, tags = now.calls.definition(ours)
        if before := tag(tags, BEFORE):
            now.calls.update(before, self._configuration(now, order))


def _key(site: ManagedSite, order: ManagedOrder) -> tuple[str, str]:
    return f"{site.service} {site.environment}", order.id


def _trouble(service: dict[str, Any]) -> str:
    if service["status"] != "ACTIVE":
        return f"the service {service['serviceName']} is {service['status']}"
    kind = controller_of(service)
    return OTHERS.format(kind) if kind != "ECS" else ""


def _drift(now: Now, running: list[dict[str, Any]]) -> tuple[str, ...]:
    """What is not as the bot left it; while ECS brings something, tasks differ, and that is its work."""
    found = []
    if not tag(now.tags, ORDER) and _brought(now):
        found.append(f"task definition {short_arn(now.arn)} was not registered by the bot, as earlier ones were")
    others = sorted({short_arn(one["taskDefinitionArn"]) for one in running if one["taskDefinitionArn"] != now.arn})
    if others and len(now.service["deployments"]) == 1:
        found.append(f"tasks run {', '.join(others)}, and the service wants {short_arn(now.arn)}")
    return tuple(found)


def _brought(now: Now) -> bool:
    """Whether the bot has registered any of the newest definitions."""
    return any(tag(now.calls.definition(arn)[1], ORDER) for arn in now.calls.family(family_of(now.arn))[:FEW])


def _running_digest(running: list[dict[str, Any]], now: Now) -> str | None:
    """What tasks run whose image stands there by a tag; None when they do not all run the same."""
    containers = [one for task in running for one in task.get("containers", ()) if one["name"] == now.container]
    found = {str(one.get("imageDigest", "")) for one in containers}
    return next(iter(found)) or None if len(found) == 1 else None


def _manner(configuration: dict[str, Any]) -> str:
    """`rolling, circuit breaker on, alarms shop-5xx`."""
    breaker = configuration.get("deploymentCircuitBreaker", {}).get("enable")
    alarms = configuration.get("alarms", {})
    names = alarms.get("alarmNames", ()) if alarms.get("enable", True) else ()
    parts = [str(configuration.get("strategy", "ROLLING")).lower().replace("_", " ")]
    parts += [f"circuit breaker {'on' if breaker else 'off'}", f"alarms {', '.join(names)}" if names else "no alarms"]
    pauses = any(one.get("targetType") == "PAUSE" for one in configuration.get("lifecycleHooks", ()))
    return ", ".join([*parts, "with a pause"] if pauses else parts)
