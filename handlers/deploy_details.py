"""The Details button of a failed deploy: every host with its last lines."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.messages.commands import prefixed_view
from bot.messages.details import details_view
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused, reply


def register(app: App, office: Office) -> None:
    @app.action("deploy.details")
    def details(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
        ack()
        found = asked(lambda: office.board.deploy(str(body["actions"][0].get("value", ""))))
        if isinstance(found, Refusal):
            reply(office, respond, refused(office, found))
            return
        client.views_open(trigger_id=body["trigger_id"], view=prefixed_view(details_view(found), office.prefix))
