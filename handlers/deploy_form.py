"""The form that /deploy opens when nothing is typed after it."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.grammar import DeployTo
from bot.messages.form import CALLBACK, read_form
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
