"""The Abort button of a deploy that runs, and those that ask what follows on an abort."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.halt import Choice
from bot.messages.halt import CHOICES, STOP, chosen_message
from bot.refusals import Refusal
from handlers import moves
from handlers.office import Office
from handlers.reply import asked, refused, reply


def register(app: App, office: Office) -> None:
    @app.action(STOP)
    def stop(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        reply(office, respond, moves.press_abort(office, body["user"]["id"], _value(body)))

    for action, choice in CHOICES.items():
        _listen(app, office, action, choice)


def _listen(app: App, office: Office, action: str, choice: Choice) -> None:
    @app.action(action)
    def choose(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.halts.choose(body["user"]["id"], _value(body), choice))
        reply(office, respond, refused(office, found) if isinstance(found, Refusal) else chosen_message(found))


def _value(body: dict[str, Any]) -> str:
    return str(body["actions"][0].get("value", ""))
