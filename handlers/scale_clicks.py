"""The buttons of a change of a number of hosts: begin it, undo it, hold the number, give it back to the rules."""

from datetime import timedelta
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.messages.scaling import (
    AUTO,
    CANCEL,
    CONFIRM,
    HOLD,
    REPLACE,
    UNDO,
    cancelled_message,
    given_back_message,
    held_message,
    read_place,
)
from bot.refusals import Reason, Refusal
from handlers.office import Office
from handlers.reply import asked, refused, reply
from handlers.scale import begun

HOUR = timedelta(hours=1)
DEAD = frozenset({Reason.STALE, Reason.OTHER_NUMBER, Reason.OVER})
"""After these no click on the same question can count: its buttons go."""


def register(app: App, office: Office) -> None:
    desk = office.scaling.desk

    @app.action(CONFIRM)
    def confirm(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: desk.confirm(body["user"]["id"], _value(body)))
        reply(office, respond, begun(office, found), instead=_over(found))

    @app.action(REPLACE)
    def replace(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.scaling.replacing.confirm(body["user"]["id"], _value(body)))
        reply(office, respond, begun(office, found), instead=_over(found))

    @app.action(CANCEL)
    def cancel(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: desk.cancel(body["user"]["id"], _value(body)))
        answer = refused(office, found) if isinstance(found, Refusal) else cancelled_message(found)
        reply(office, respond, answer, instead=_over(found))

    @app.action(UNDO)
    def undo(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        reply(office, respond, begun(office, asked(lambda: desk.undo(body["user"]["id"], _value(body)))))

    @app.action(HOLD)
    def hold(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        place = read_place(_value(body))
        found = asked(lambda: desk.hold(body["user"]["id"], place.service, place.environment, HOUR))
        reply(office, respond, refused(office, found) if isinstance(found, Refusal) else held_message(found))

    @app.action(AUTO)
    def auto(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        place = read_place(_value(body))
        found = asked(lambda: desk.give_back(body["user"]["id"], place.service, place.environment))
        reply(office, respond, refused(office, found) if isinstance(found, Refusal) else given_back_message(place))


def _over(found: object) -> bool:
    """What a running deploy or a locked database says no to may be clicked again."""
    return not isinstance(found, Refusal) or found.reason in DEAD


def _value(body: dict[str, Any]) -> str:
    return str(body["actions"][0].get("value", ""))
