"""/status: all services, or one of them closely."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.grammar import AckOf, ChecksOf, CloseOf, Help, IncidentsNow, Misread, StatusCommand, StatusOf, parse_status
from bot.messages.help import status_help
from bot.messages.status import overview_message, service_message
from bot.model import Content
from bot.refusals import Reason, Refusal
from handlers import incident, sights, silences
from handlers.command import Command
from handlers.office import Office
from handlers.reply import asked, refused, reply

COMMAND = Command(
    "/status",
    "How services stand: releases, health, uptime, incidents",
    "[SERVICE] | checks | incidents | silence | unsilence | silences | ack | close | help",
)


def register(app: App, office: Office) -> None:
    @app.command(COMMAND.called(office.prefix))
    def status(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        reply(office, respond, answer(office, body["user_id"], parse_status(body.get("text") or "")))


def answer(office: Office, user: str, command: StatusCommand) -> Content:
    if isinstance(command, Misread):
        return refused(office, Refusal(Reason.UNREADABLE, command.usage, near=command.near, detail=command.what))
    if isinstance(command, Help):
        return status_help(office.fleet())
    if isinstance(command, AckOf):
        return incident.acknowledged(office, user, str(command.incident))
    if isinstance(command, CloseOf):
        return incident.closed(office, user, command)
    if isinstance(command, ChecksOf | IncidentsNow):
        return sights.answer(office, command)
    if not isinstance(command, StatusOf):
        return silences.answer(office, user, command)
    service = command.service
    if service is None:
        seen = asked(office.board.overview)
        return refused(office, seen) if isinstance(seen, Refusal) else overview_message(seen)
    found = asked(lambda: office.board.service(service))
    return refused(office, found) if isinstance(found, Refusal) else service_message(found)
