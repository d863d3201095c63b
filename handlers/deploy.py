"""/deploy: bring a release to an environment, ask how deploys stand, or open the form."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.grammar import DeployCommand, DeployTo, Form, Help, HistoryOf, Misread, StatusOf, parse_deploy
from bot.messages.form import deploy_form
from bot.messages.help import deploy_help
from bot.messages.history import history_message
from bot.messages.started import started_message
from bot.messages.status import service_message
from bot.model import Content
from bot.records import Reason, Refusal
from handlers.command import Command
from handlers.office import Office
from handlers.reply import asked, refused, reply

COMMAND = Command("/deploy", "Bring a release to an environment", "SERVICE[@REF] to ENV | status | history | help")


def register(app: App, office: Office) -> None:
    @app.command(COMMAND.called(office.prefix))
    def deploy(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
        ack()
        command = parse_deploy(body.get("text") or "")
        if isinstance(command, Form):
            client.views_open(trigger_id=body["trigger_id"], view=deploy_form(office.fleet(), body["channel_id"]))
            return
        reply(office, respond, answer(office, body["user_id"], command))


def answer(office: Office, user: str, command: DeployCommand) -> Content:
    match command:
        case DeployTo():
            return start(office, user, command)
        case StatusOf(service=str(service)):
            found = asked(lambda: office.board.service(service))
            return refused(office, found) if isinstance(found, Refusal) else service_message(found)
        case HistoryOf():
            past = asked(lambda: office.board.history(command.service))
            if isinstance(past, Refusal):
                return refused(office, past)
            return history_message(command.service, past, office.clock.now())
        case Misread():
            return refused(office, Refusal(Reason.UNREADABLE, command.usage, detail=command.what))
        case Help() | _:
            return deploy_help(office.fleet(), *office.deploys.examples(user))


def start(office: Office, user: str, command: DeployTo) -> Content:
    """Begins the deploy; the answer says where to watch it, or why not."""
    begun = asked(lambda: office.deploys.ask(user, command.service, command.ref, command.environment))
    if isinstance(begun, Refusal):
        return refused(office, begun)
    return started_message(begun, office.fleet().channels.deploys)
