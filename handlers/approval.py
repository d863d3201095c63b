"""Promote and Abort: the buttons of an approval. Late, second and forbidden clicks get the truth."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.messages.approval import ABORT, PROMOTE, counted_message
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused, reply


def register(app: App, office: Office) -> None:
    @app.action(PROMOTE)
    def promote(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.approvals.promote(body["user"]["id"], _value(body)))
        reply(office, respond, refused(office, found) if isinstance(found, Refusal) else counted_message(found))

    @app.action(ABORT)
    def abort(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.approvals.abort(body["user"]["id"], _value(body)))
        reply(office, respond, refused(office, found) if isinstance(found, Refusal) else counted_message(found))


def _value(body: dict[str, Any]) -> str:
    return str(body["actions"][0].get("value", ""))
