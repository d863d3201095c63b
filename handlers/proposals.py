"""The buttons of a plan that waits for a confirming click. What a click makes of it stands in the plan's place."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.messages.held import BACK_ANYWAY
from bot.messages.proposals import CANCEL, CONFIRM, cancelled_message
from bot.refusals import Reason, Refusal
from handlers.begun import begun
from handlers.office import Office
from handlers.reply import asked, refused, reply

DEAD = frozenset({Reason.STALE, Reason.REF_GONE, Reason.UNKNOWN_PROPOSAL})
"""After these no click on the same button can count: the button goes."""


def register(app: App, office: Office) -> None:
    @app.action(CONFIRM)
    def confirm(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.proposals.confirm(body["user"]["id"], _value(body)))
        reply(office, respond, begun(office, found), instead=_over(found))

    @app.action(CANCEL)
    def cancel(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.proposals.cancel(body["user"]["id"], _value(body)))
        answer = refused(office, found) if isinstance(found, Refusal) else cancelled_message(found)
        reply(office, respond, answer, instead=_over(found))

    @app.action(BACK_ANYWAY)
    def back_anyway(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.moves.back_anyway(body["user"]["id"], _value(body)))
        reply(office, respond, begun(office, found))


def _over(found: object) -> bool:
    """Whether what was clicked is done with. What a lock or a locked database says no to may be clicked again."""
    return not isinstance(found, Refusal) or found.reason in DEAD


def _value(body: dict[str, Any]) -> str:
    return str(body["actions"][0].get("value", ""))
