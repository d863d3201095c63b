"""The form that /deploy opens when nothing is typed after it."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.fleet import Fleet
from bot.grammar import DeployTo, ref_trouble
from bot.messages.form import CALLBACK, ENVIRONMENT, RELEASE, SERVICE
from handlers.deploy import start
from handlers.office import Office
from handlers.reply import tell


def register(app: App, office: Office) -> None:
    @app.view(CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        asked = read_form(body["view"], office.fleet())
        if not isinstance(asked, DeployTo):
            ack(response_action="errors", errors=asked)
            return
        ack()
        user = body["user"]["id"]
        tell(office, client, user, body["view"].get("private_metadata") or user, start(office, user, asked))


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
    trouble = ref_trouble(release) if release else ""
    if trouble:
        errors[RELEASE] = f"This cannot be a ref here: {trouble}."
    return errors or DeployTo(service, environment, release or None)


def _chosen(view: dict[str, Any], key: str) -> str:
    option = _field(view, key).get("selected_option")
    return str(option.get("value") or "") if isinstance(option, dict) else ""


def _field(view: dict[str, Any], key: str) -> dict[str, Any]:
    """Empty where the form holds something that Slack would never send."""
    found: Any = view
    for part in ("state", "values", key, key):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
