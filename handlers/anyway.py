"""The second click on what an alert offers, wanted while the bot cannot see. What comes of it stands in the question's
place.
"""

import re
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.messages.blind import ANYWAY, LEAVE, left_message
from bot.records import Act
from bot.refusals import Refusal
from bot.remedies import Kind
from bot.scales import Scaling
from bot.watch import Unseen
from handlers.acted import acted
from handlers.office import Office
from handlers.reply import asked, reply


def register(app: App, office: Office) -> None:
    @app.action(re.compile(re.escape(f"{ANYWAY}.") + f"({Kind.RESTART}|{Kind.REPLACE}|{Kind.SCALE}|{Kind.STEP})"))
    def anyway(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: _begun(office, body["user"]["id"], body["actions"][0]))
        reply(office, respond, acted(office, found), instead=True)

    @app.action(LEAVE)
    def leave(ack: Ack, respond: Respond) -> None:
        ack()
        reply(office, respond, left_message(), instead=True)


def _begun(office: Office, user: str, action: dict[str, Any]) -> Act | Scaling | Unseen | Refusal:
    """By what stands on the button: the blindness, and what the alert's own button says."""
    despite, _, value = str(action.get("value", "")).partition(":")
    kind = Kind(action["action_id"].removeprefix(f"{ANYWAY}."))
    if kind is Kind.SCALE:
        return office.scaling.relief.ask(user, value, despite)
    if kind is Kind.REPLACE:
        return office.scaling.relief.replace(user, value, despite)
    return (office.acts.ask_step if kind is Kind.STEP else office.acts.ask_restart)(user, value, despite)
