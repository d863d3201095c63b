"""The buttons of an alert. A click is checked like a command."""

import re
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.grammar import CloseOf
from bot.messages.alert import acknowledged_message
from bot.messages.foreign import closed_message
from bot.messages.remedies import ACKNOWLEDGE, REPLACE, RESTART, ROLLBACK, RUNBOOK, SCALE, SILENCE, STEP, UNSILENCE
from bot.model import Content
from bot.refusals import Refusal
from handlers.acted import acted
from handlers.begun import begun
from handlers.office import Office
from handlers.reply import asked, refused, reply
from handlers.silences import silenced, unsilenced


def register(app: App, office: Office) -> None:
    register_care(app, office)

    @app.action(ROLLBACK)
    def rollback(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.deploys.ask_rollback(body["user"]["id"], _value(body)))
        reply(office, respond, begun(office, found))

    @app.action(RESTART)
    def restart(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.acts.ask_restart(body["user"]["id"], _value(body)))
        reply(office, respond, acted(office, found))

    @app.action(SCALE)
    def scale(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.scaling.relief.ask(body["user"]["id"], _value(body)))
        reply(office, respond, acted(office, found))

    @app.action(REPLACE)
    def replace(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.scaling.relief.replace(body["user"]["id"], _value(body)))
        reply(office, respond, acted(office, found))

    @app.action(re.compile(re.escape(f"{STEP}.") + ".+"))
    def step(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.acts.ask_step(body["user"]["id"], _value(body)))
        reply(office, respond, acted(office, found))


def register_care(app: App, office: Office) -> None:
    """Those that change nothing but who hears of it."""

    @app.action(ACKNOWLEDGE)
    def acknowledge(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        reply(office, respond, acknowledged(office, body["user"]["id"], _value(body)))

    @app.action(SILENCE)
    def silence(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.silences.silence_alert(body["user"]["id"], _value(body)))
        reply(office, respond, silenced(office, found))

    @app.action(UNSILENCE)
    def unsilence(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.silences.unsilence_alert(body["user"]["id"], _value(body)))
        reply(office, respond, unsilenced(office, found))

    @app.action(RUNBOOK)
    def runbook(ack: Ack) -> None:
        """A link: Slack opens it, and still wants to hear that the click arrived."""
        ack()


def acknowledged(office: Office, user: str, number: str) -> Content:
    """Also for `/status ack NUMBER`."""
    taken = asked(lambda: office.vigil.acknowledge(user, number))
    return refused(office, taken) if isinstance(taken, Refusal) else acknowledged_message(taken)


def closed(office: Office, user: str, command: CloseOf) -> Content:
    """For `/status close NUMBER "REASON"`."""
    ended = asked(lambda: office.intake.close(user, str(command.incident), command.reason))
    return refused(office, ended) if isinstance(ended, Refusal) else closed_message(ended)


def _value(body: dict[str, Any]) -> str:
    return str(body["actions"][0].get("value", ""))
