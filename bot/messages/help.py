"""What can be typed, each form with an example that would work in this fleet today."""

from collections.abc import Mapping, Sequence

from bot.fleet import Fleet
from bot.messages.blocks import content, section
from bot.messages.words import escape
from bot.model import Content, Target

RUN = "/deploy run SERVICE TASK [in ENV]"
"""Only where the fleet file has tasks."""
REPLACE = "/deploy replace SERVICE HOST [in ENV]"
"""Only where machines are made anew."""
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
        REPLACE,
        "end one instance; a new one takes its place",
        "/deploy replace {service} {host} in {env}",
    ),
    (RUN, "a command of the fleet file, once", "/deploy run {service} {task} in {env}"),
    (
        "/deploy SERVICE@REF to ENV --wait",
        "the same, in line where something stands in the way",
        "/deploy {service}@{ref} to {env} --wait",
    ),
    (
        '/deploy SERVICE@REF to ENV --force "REASON"',
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


def deploy_help(fleet: Fleet, environments: tuple[str, ...], ref: str = "main") -> Content:
    """`environments` are those the asker may deploy to; forms that need one are left out when nothing runs in any.

    `ref` is one that exists in the repository of that `example`.
    """
    service, environment = example(fleet, environments)
    hosts = fleet.hosts(Target(service, environment))
    found = fleet.deployment(Target(service, environment))
    names = {
        "task": next(iter(found.ecs.tasks), "") if found and found.ecs else "",
        "host": hosts[0].name if hosts else "",
        "service": service,
        "env": environment,
        "next": _next(fleet, service),
        "ref": escape(ref),
    }
    missing = [f"{{{name}}}" for name, value in names.items() if not value]
    forms = [form for form in DEPLOY_FORMS if not any(name in form[2] for name in missing)]
    if found is None or not (found.ec2 or found.asg):
        forms = [form for form in forms if form[0] != REPLACE]
    return help_message("Deploying", forms, names)


def _next(fleet: Fleet, service: str) -> str:
    """The second environment that the service runs in: the first that something can be promoted to."""
    places = [target.environment for target in fleet.targets() if target.service == service]
    return places[1] if len(places) > 1 else ""


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
