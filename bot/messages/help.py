"""What can be typed, each form with an example that would work in this fleet today."""

from bot.fleet import Fleet
from bot.messages.blocks import content, section
from bot.model import Content

DEPLOY_FORMS = (
    (
        "/deploy SERVICE@REF to ENV",
        "bring a branch, tag or commit to an environment",
        "/deploy {service}@{ref} to {env}",
    ),
    ("/deploy SERVICE to ENV", "the same with the repository's default branch", "/deploy {service} to {env}"),
    ("/deploy", "open a form that asks for everything", "/deploy"),
    ("/deploy status SERVICE", "hosts, checks and recent deploys", "/deploy status {service}"),
    ("/deploy history SERVICE", "the last deploys", "/deploy history {service}"),
    ("/deploy help", "this", "/deploy help"),
)
STATUS_FORMS = (
    ("/status", "all services, worst first", "/status"),
    ("/status SERVICE", "hosts, checks and recent deploys", "/status {service}"),
    ("/status help", "this", "/status help"),
)
Form = tuple[str, str, str]


def deploy_help(fleet: Fleet, environments: tuple[str, ...], ref: str = "main") -> Content:
    """`environments` are those the asker may deploy to; forms that need one are left out when there is none."""
    forms = [form for form in DEPLOY_FORMS if environments or "{env}" not in form[2]]
    return _help("Deploying", tuple(forms), fleet, environments, ref)


def status_help(fleet: Fleet) -> Content:
    return _help("How services stand", STATUS_FORMS, fleet, (), "")


def _help(line: str, forms: tuple[Form, ...], fleet: Fleet, environments: tuple[str, ...], ref: str) -> Content:
    service, environment = _example(fleet, environments)
    rows = [
        f"`{form}` {what}, such as `{example.format(service=service, env=environment, ref=ref)}`"
        if example != form
        else f"`{form}` {what}"
        for form, what, example in forms
    ]
    return content(line, [section(f"*{line}*"), section("\n".join(rows))])


def _example(fleet: Fleet, environments: tuple[str, ...]) -> tuple[str, str]:
    for name, service in fleet.services.items():
        for environment in environments:
            if environment in service.environments:
                return name, environment
    return next(iter(fleet.services)), environments[0] if environments else ""
