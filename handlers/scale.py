"""/scale: another number of hosts, hold it, give it back to the rules, or ask what they would do."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.engine.scale_desk import LASTS
from bot.grammar import AutoOf, Form, Help, HoldOf, Misread, ScaleCommand, ScalePlanOf, ScaleTo, parse_scale
from bot.messages.commands import prefixed_view
from bot.messages.scale_form import CALLBACK, WANTED, read_form, scale_form
from bot.messages.scale_help import scale_help
from bot.messages.scaling import (
    asking_message,
    began_message,
    given_back_message,
    held_message,
    outlook_message,
)
from bot.model import Content
from bot.refusals import Reason, Refusal
from bot.scales import Scaling, Stand
from handlers.command import Command
from handlers.office import Office
from handlers.reply import asked, refused, reply, tell

COMMAND = Command(
    "/scale",
    "Change how many hosts a service has, or let the rules",
    "SERVICE [in ENV] 6 | +2 | -1 | auto | hold [2h] | plan | help",
)


def register(app: App, office: Office) -> None:
    @app.command(COMMAND.called(office.prefix))
    def scale(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
        ack()
        command = parse_scale(body.get("text") or "")
        if isinstance(command, Form):
            form = prefixed_view(scale_form(office.scaling.places(), body["channel_id"]), office.prefix)
            client.views_open(trigger_id=body["trigger_id"], view=form)
            return
        reply(office, respond, answer(office, body["user_id"], command))

    @app.view(CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        place, wanted = read_form(body["view"])
        command = parse_scale(f"{place} {wanted}")
        if isinstance(command, Misread | Form | Help):
            what = command.what if isinstance(command, Misread) else "Say how many: 6, +2 or -1"
            ack(response_action="errors", errors={WANTED: f"{what}."})
            return
        ack()
        user, channel = str(body["user"]["id"]), str(body["view"].get("private_metadata") or "")
        tell(office, client, user, channel or user, answer(office, user, command))


def answer(office: Office, user: str, command: ScaleCommand) -> Content:
    desk, outlooks = office.scaling.desk, office.scaling.outlooks
    match command:
        case ScaleTo():
            asks = (user, command.service, command.environment, command.amount)
            return begun(office, asked(lambda: desk.ask(*asks)))
        case HoldOf():
            held = asked(lambda: desk.hold(user, command.service, command.environment, command.lease))
            return refused(office, held) if isinstance(held, Refusal) else held_message(held)
        case AutoOf():
            back = asked(lambda: desk.give_back(user, command.service, command.environment))
            return refused(office, back) if isinstance(back, Refusal) else given_back_message(back)
        case ScalePlanOf():
            seen = asked(lambda: outlooks.of(user, command.service, command.environment, command.amount))
            return refused(office, seen) if isinstance(seen, Refusal) else outlook_message(seen)
        case Misread():
            return refused(office, Refusal(Reason.UNREADABLE, command.usage, near=command.near, detail=command.what))
        case _:
            return scale_help(office.fleet(), office.scaling.places())


def begun(office: Office, found: Scaling | Refusal) -> Content:
    """Where to watch it, or what has to be confirmed first, or why not."""
    if isinstance(found, Refusal):
        return refused(office, found)
    if found.stand is Stand.PROPOSED:
        return asking_message(found, LASTS)
    return began_message(found, office.fleet().channels.deploys)
