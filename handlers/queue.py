"""The line of deploys that wait: who joins it is told where they stand, and a button leaves it."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.grammar import DeployTo
from bot.messages.queue import LEAVE, left_message, place_message
from bot.messages.started import started_message
from bot.model import Content
from bot.queue import Place
from bot.records import Deploy
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused, reply


def register(app: App, office: Office) -> None:
    @app.action(LEAVE)
    def leave(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        button = str(body["actions"][0].get("value", ""))
        found = asked(lambda: office.queue.leave(body["user"]["id"], button))
        reply(office, respond, refused(office, found) if isinstance(found, Refusal) else left_message(found))


def ask(office: Office, user: str, command: DeployTo, seen: str) -> Deploy | Place | Refusal:
    """Begun at once, in line where the command says that it may wait, or refused."""
    if command.wait:
        return asked(lambda: office.queue.ask(user, command))
    return asked(lambda: office.deploys.ask(user, command, seen))


def told(office: Office, begun: Deploy | Place) -> Content:
    """Where to watch it, or where it stands in line."""
    channel = office.fleet().channels.deploys
    return place_message(begun, channel) if isinstance(begun, Place) else started_message(begun, channel)
