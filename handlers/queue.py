"""The line of deploys that wait: who joins it is told where they stand, and a button leaves it."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.grammar import DeployTo
from bot.messages.queue import AGAIN, LEAVE, left_message, place_message
from bot.model import Content
from bot.proposals import Proposal
from bot.queue import Place
from bot.records import Deploy
from bot.refusals import Refusal
from handlers.begun import begun
from handlers.office import Office
from handlers.reply import asked, refused, reply


def register(app: App, office: Office) -> None:
    @app.action(LEAVE)
    def leave(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        button = str(body["actions"][0].get("value", ""))
        found = asked(lambda: office.queue.leave(body["user"]["id"], button))
        reply(office, respond, refused(office, found) if isinstance(found, Refusal) else left_message(found))

    @app.action(AGAIN)
    def again(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        button = str(body["actions"][0].get("value", ""))
        found = asked(lambda: office.queue.again(body["user"]["id"], button))
        reply(office, respond, refused(office, found) if isinstance(found, Refusal) else told(office, found))


def ask(office: Office, user: str, command: DeployTo, seen: str) -> Deploy | Place | Refusal | Proposal:
    """Begun at once, to be confirmed first, in line where the command says that it may wait, or refused."""

    def find() -> Deploy | Place | Refusal | Proposal:
        return office.queue.ask(user, command) if command.wait else office.deploys.ask(user, command, seen)

    return asked(find)


def told(office: Office, found: Deploy | Place | Proposal) -> Content:
    """Where to watch it, where it stands in line, or what has to be confirmed first."""
    if isinstance(found, Place):
        return place_message(found, office.fleet().channels.deploys)
    return begun(office, found)
