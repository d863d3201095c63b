"""The form of a deploy: service, environment, release; and what a person filled in."""

from typing import Any

from slack_sdk.models.blocks import InputBlock, Option, PlainTextInputElement, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.fleet import Fleet
from bot.grammar import DeployTo, Misread, parse_deploy

CALLBACK = "deploy.form"
OPTIONS = 100  # Slack takes no more in one menu
SERVICE, ENVIRONMENT, RELEASE = "service", "environment", "release"


def deploy_form(fleet: Fleet, channel: str) -> dict[str, Any]:
    """`channel` is where the answer goes."""
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=channel,
        title="Deploy",
        submit="Deploy",
        close="Cancel",
        blocks=[
            _menu(SERVICE, "Service", list(fleet.services)),
            _menu(ENVIRONMENT, "Environment", list(fleet.environments)),
            _release(),
        ],
    ).to_dict()


def _menu(key: str, label: str, names: list[str]) -> InputBlock:
    options = [Option(value=name, text=PlainTextObject(text=name[:75])) for name in names[:OPTIONS]]
    return InputBlock(
        block_id=key,
        label=PlainTextObject(text=label),
        element=StaticSelectElement(action_id=key, options=options, placeholder=PlainTextObject(text="Choose")),
    )


def _release() -> InputBlock:
    return InputBlock(
        block_id=RELEASE,
        label=PlainTextObject(text="Release"),
        optional=True,
        hint=PlainTextObject(text="A tag, a branch or a commit. Empty: the repository's default branch."),
        element=PlainTextInputElement(
            action_id=RELEASE, max_length=200, placeholder=PlainTextObject(text="1.4.2, main, 7f3c9a1 …")
        ),
    )


def read_form(view: dict[str, Any], fleet: Fleet) -> DeployTo | dict[str, str]:
    """The command that was filled in, or what is wrong with which field, in words shown beside it."""
    service, environment = _chosen(view, SERVICE), _chosen(view, ENVIRONMENT)
    release = str(_field(view, RELEASE).get("value") or "").strip()
    errors = {}
    if service not in fleet.services:
        errors[SERVICE] = "Choose a service; the fleet file may have changed meanwhile."
    elif environment not in fleet.services[service].environments:
        where = ", ".join(fleet.services[service].environments)
        errors[ENVIRONMENT] = f"{service} does not run there. It runs in {where}."
    written = parse_deploy(f"{service}@{release} to {environment}" if release else f"{service} to {environment}")
    if not errors and not isinstance(written, DeployTo):
        errors[RELEASE] = _plainly(written.what) if isinstance(written, Misread) else "This cannot be a ref."
    return errors if errors or not isinstance(written, DeployTo) else written


def _plainly(text: str) -> str:
    return text.replace("`", "")


def _chosen(view: dict[str, Any], key: str) -> str:
    option = _field(view, key).get("selected_option") or {}
    return str(option.get("value") or "")


def _field(view: dict[str, Any], key: str) -> dict[str, Any]:
    field = view.get("state", {}).get("values", {}).get(key, {}).get(key)
    return field if isinstance(field, dict) else {}
