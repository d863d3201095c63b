"""/deploy: bring a release to an environment, ask how deploys stand, or open the form."""

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.archive import Leaf
from bot.grammar import (
    AbortOf,
    DeployCommand,
    DeployTo,
    Form,
    FreezeOf,
    Help,
    HistoryOf,
    LockOf,
    Locks,
    Misread,
    PlanOf,
    PromoteTo,
    ReplaceOf,
    RollbackOf,
    RunOf,
    StatusOf,
    UnfreezeOf,
    UnlockOf,
    near_verbs,
    parse_deploy,
    shown,
)
from bot.messages.help import deploy_help
from bot.messages.status import service_message
from bot.model import Content
from bot.refusals import Reason, Refusal
from handlers import deploy_details, freezes, history, locks, moves, queue, scale, tasks
from handlers.command import Command
from handlers.form_view import open_form
from handlers.office import Office
from handlers.reply import asked, refused, reply

COMMAND = Command(
    "/deploy",
    "Bring a release to an environment",
    "SERVICE[@REF] to ENV | plan | rollback | promote | abort | replace | lock | freeze | status | history | help",
)


def register(app: App, office: Office) -> None:
    @app.command(COMMAND.called(office.prefix))
    def deploy(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
        ack()
        command = parse_deploy(body.get("text") or "")
        if isinstance(command, Form):
            open_form(office, client, body["trigger_id"], body["user_id"], body["channel_id"])
            return
        if isinstance(command, HistoryOf) and command.deploy is not None:
            deploy_details.show(office, client, body["trigger_id"], respond, str(command.deploy))
            return
        reply(office, respond, answer(office, body["user_id"], command))


def answer(office: Office, user: str, command: DeployCommand) -> Content:
    match command:
        case DeployTo():
            return start(office, user, command)
        case StatusOf(service=str(service)):
            found = asked(lambda: office.board.service(service))
            return refused(office, found) if isinstance(found, Refusal) else service_message(found)
        case HistoryOf(service=str(service)):
            return history.answer(office, Leaf(service, command.environment))
        case Misread():
            return refused(office, Refusal(Reason.UNREADABLE, command.usage, near=command.near, detail=command.what))
        case PlanOf():
            return moves.plan(office, user, command)
        case RollbackOf():
            return moves.roll_back(office, user, command)
        case PromoteTo():
            return moves.promote(office, user, command)
        case AbortOf():
            return moves.abort(office, user, command)
        case ReplaceOf():
            asks = (user, command.service, command.environment, command.host)
            return scale.begun(office, asked(lambda: office.scaling.replacing.ask(*asks)))
        case RunOf():
            return tasks.answer(office, user, command)
        case LockOf() | UnlockOf() | Locks():
            return locks.answer(office, user, command)
        case FreezeOf() | UnfreezeOf():
            return freezes.answer(office, user, command)
        case Help():
            return deploy_help(office.fleet(), *office.deploys.examples(user), office.deploys.forcing(user))
        case _:
            return refused(office, not_offered(command))


def start(office: Office, user: str, command: DeployTo) -> Content:
    """Begins the deploy; the answer says where to watch it, where it stands in line, what has to be confirmed first, or
    why not.
    """
    found = begin(office, user, command)
    return refused(office, found) if isinstance(found, Refusal) else found


def begin(office: Office, user: str, command: DeployTo, seen: str = "") -> Content | Refusal:
    """The same, with the no as such. `seen` is the SHA that the asker was shown: it is that one or none."""
    found = queue.ask(office, user, command, seen)
    if isinstance(found, Refusal) and found.reason is Reason.UNKNOWN_SERVICE:
        return replace(found, near=(*found.near, *near_verbs(command.service)))
    return found if isinstance(found, Refusal) else queue.told(office, found)


def not_offered(command: DeployCommand) -> Refusal:
    """For what the grammar reads and this version does not do."""
    detail = f"{shown(str(command))} is understood, but this version does not offer it; nothing was done"
    return Refusal(Reason.UNREADABLE, "/deploy help", detail=detail)
