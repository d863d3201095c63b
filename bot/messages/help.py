"""What can be typed, each form with an example that would work in this fleet today."""

import re
from collections.abc import Mapping, Sequence

from bot.fleet import Deployment, Fleet
from bot.messages.blocks import content, section
from bot.messages.words import escape
from bot.model import Content, Target

FORCE = '/deploy SERVICE@REF to ENV --force "REASON"'
"""Only for those who may."""
NAMES = re.compile(r"{(\w+)}")
DEPLOY_FORMS = (
    (
        "/deploy SERVICE@REF to ENV",
        "bring a branch, tag or commit to an environment",
        "/deploy {service}@{ref} to {env}",
    ),
    ("/deploy SERVICE to ENV", "the same with the repository's default branch", "/deploy {service} to {env}"),
    (
        "/deploy SERVICE@REF to ENV/HOST,HOST",
        "only these hosts",
        "/deploy {service}@{ref} to {env}/{host}",
    ),
    (
        "/deploy SERVICE@REF to ENV --strategy KIND",
        "by another strategy this once",
        "/deploy {service}@{ref} to {env} --strategy all_at_once",
    ),
    (
        "/deploy SERVICE@REF to ENV --now",
        "without watching the canary",
        "/deploy {service}@{ref} to {env} --now",
    ),
    ("/deploy plan SERVICE@REF to ENV", "what that would do; nothing moves", "/deploy plan {service}@{ref} to {env}"),
    (
        "/deploy plan rollback SERVICE [to RELEASE] [in ENV]",
        "what a rollback would bring back, and what not",
        "/deploy plan rollback {service} in {env}",
    ),
    (
        "/deploy plan promote SERVICE to ENV",
        "what a promotion would bring",
        "/deploy plan promote {service} to {next}",
    ),
    ("/deploy rollback SERVICE [to RELEASE] [in ENV]", "back to what was good", "/deploy rollback {service} in {env}"),
    (
        "/deploy promote SERVICE to ENV",
        "the very release that stands one environment before",
        "/deploy promote {service} to {next}",
    ),
    ("/deploy abort [NUMBER]", "stop what runs; where a host was changed, choose what follows", "/deploy abort"),
    (
        "/deploy replace SERVICE HOST [in ENV]",
        "end one instance; a new one takes its place",
        "/deploy replace {service} {machine} in {env}",
    ),
    ("/deploy run SERVICE TASK [in ENV]", "a command of the fleet file, once", "/deploy run {service} {task} in {env}"),
    (
        "/deploy SERVICE@REF to ENV --wait",
        "the same, in line where something stands in the way",
        "/deploy {service}@{ref} to {env} --wait",
    ),
    (
        FORCE,
        "the same past a freeze or CI checks, for those who may",
        '/deploy {service}@{ref} to {env} --force "checkout is down"',
    ),
    (
        '/deploy lock SERVICE [in ENV] "REASON" [for TIME]',
        "keep others from deploying it; 8 h when no time is said",
        '/deploy lock {service} in {env} "load test" for 2h',
    ),
    (
        '/deploy lock SERVICE@REF [in ENV] "REASON" [for TIME]',
        "the same, and nothing but that ref by yourself",
        '/deploy lock {service}@{ref} in {env} "load test"',
    ),
    ("/deploy unlock SERVICE [in ENV]", "give it back", "/deploy unlock {service} in {env}"),
    ("/deploy locks", "all that is locked or frozen", "/deploy locks"),
    (
        '/deploy freeze ENV "REASON" [until TIME]',
        "only rollbacks begin there, and what is forced",
        '/deploy freeze {env} "stocktaking" until 18:00 UTC',
    ),
    ("/deploy unfreeze ENV", "end that", "/deploy unfreeze {env}"),
    ("/deploy", "open a form that asks for everything", "/deploy"),
    ("/deploy status SERVICE", "hosts, checks and recent deploys", "/deploy status {service}"),
    ("/deploy history SERVICE [in ENV]", "its deploys, ten at a time", "/deploy history {service}"),
    ("/deploy history NUMBER", "one deploy: its stages with their times, host by host", "/deploy history NUMBER"),
    ("/deploy help", "this", "/deploy help"),
)
STATUS_FORMS = (
    ("/status", "all services, worst first", "/status"),
    ("/status SERVICE", "hosts, checks and recent deploys", "/status {service}"),
    ("/status checks SERVICE", "each of its checks with its latency hour by hour", "/status checks {service}"),
    ("/status incidents", "what was down in the last 30 days, and the time to restore", "/status incidents"),
    (
        '/status silence SERVICE [in ENV] 2h "REASON"',
        "its alerts are told to nobody for that time; what is still down then is told then",
        '/status silence {service} 2h "moving the database"',
    ),
    ("/status unsilence SERVICE [in ENV]", "end that", "/status unsilence {service}"),
    ("/status silences", "all that is silenced, by people and by the fleet file", "/status silences"),
    (
        "/status ack NUMBER",
        "say that you take care of an incident; the alert has a button for it and says its number",
        "/status ack NUMBER",
    ),
    (
        '/status close NUMBER "REASON"',
        "end an incident from elsewhere whose sender never says that it is over",
        '/status close NUMBER "REASON"',
    ),
    ("/status help", "this", "/status help"),
)
Form = tuple[str, str, str]


def deploy_help(
    fleet: Fleet, environments: tuple[str, ...], ref: str = "main", forcing: tuple[str, ...] | None = None
) -> Content:
    """`environments` are those the asker may deploy to, `forcing` those where they may pass freezes (None: all): forms
    that work nowhere for them are left out. `ref` is one that exists in the repository of that `example`; what its
    service lacks is shown by another one.
    """
    first = Target(*example(fleet, environments))
    others = [target for target in fleet.targets() if target.environment in environments and target != first]
    casts = [{**_cast(fleet, first, environments), "ref": escape(ref)}]
    casts += [_cast(fleet, target, environments) for target in others]
    forms = [
        (form, what, found)
        for form, what, sample in DEPLOY_FORMS
        if (form != FORCE or forcing is None or first.environment in forcing) and (found := _filled(sample, casts))
    ]
    return help_message("Deploying", forms, {})


def _cast(fleet: Fleet, target: Target, environments: Sequence[str]) -> dict[str, str]:
    """What stands for the names in an example, as far as that deployment has it."""
    hosts, found = fleet.hosts(target), fleet.deployment(target)
    return {
        "task": next(iter(found.ecs.tasks), "") if found and found.ecs else "",
        "host": hosts[0].name if hosts else "",
        "machine": hosts[0].name if hosts and found and _made_anew(found) else "",
        "service": target.service,
        "env": target.environment,
        "next": _next(fleet, target.service, environments),
    }


def _made_anew(found: Deployment) -> bool:
    return found.asg is not None or (found.ec2 is not None and bool(found.ec2.launch or found.ec2.group))


def _filled(sample: str, casts: Sequence[Mapping[str, str]]) -> str:
    """The example by the first that has all its names; empty where none has."""
    fitting = (cast for cast in casts if all(cast.get(name) for name in NAMES.findall(sample)))
    return next((sample.format_map(cast) for cast in fitting), "")


def _next(fleet: Fleet, service: str, environments: Sequence[str]) -> str:
    """The first environment that something of the service can be promoted to, of those the asker may deploy to."""
    places = [target.environment for target in fleet.targets() if target.service == service]
    return next((place for place in places[1:] if place in environments), "")


def status_help(fleet: Fleet) -> Content:
    return help_message("How services stand", STATUS_FORMS, {"service": example(fleet, ())[0]})


def example(fleet: Fleet, environments: Sequence[str]) -> tuple[str, str]:
    """The first service that runs in one of these environments, and that one; the first service and "" without any."""
    for name, service in fleet.services.items():
        for environment in environments:
            if environment in service.environments:
                return name, environment
    return next(iter(fleet.services)), ""


def help_message(line: str, forms: Sequence[Form], names: Mapping[str, str]) -> Content:
    """`names` fills the examples in."""
    rows = [
        f"`{form}` {what}, such as `{sample.format_map(names)}`" if sample != form else f"`{form}` {what}"
        for form, what, sample in forms
    ]
    return content(line, [section(f"*{line}*"), section("\n".join(rows))])
