"""Promote anyway: asks for a reason where the analysis could not tell. Late and forbidden answers get the truth."""

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.messages.approval import PROMOTE_ANYWAY, counted_message
from bot.messages.commands import prefixed_view
from bot.messages.reason_form import REASON
from bot.messages.verdict import CALLBACK, EMPTY, verdict_form
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused, reply, tell


def register(app: App, office: Office) -> None:
    @app.action(PROMOTE_ANYWAY)
    def promote_anyway(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
        ack()
        user, button = body["user"]["id"], str(body["actions"][0].get("value", ""))
        found = asked(lambda: office.approvals.look(user, button))
        if isinstance(found, Refusal):
            reply(office, respond, refused(office, found))
            return
        channel = str((body.get("channel") or {}).get("id") or user)
        form = prefixed_view(verdict_form(found, button, channel), office.prefix)
        client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.view(CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        reason = read_reason(body["view"])
        if not reason:
            ack(response_action="errors", errors={REASON: EMPTY})
            return
        ack()
        user, (channel, _, button) = body["user"]["id"], str(body["view"].get("private_metadata")).partition(" ")
        found = asked(lambda: office.approvals.promote(user, button, reason))
        answer = refused(office, found) if isinstance(found, Refusal) else counted_message(found)
        tell(office, client, user, channel or user, answer)


def read_reason(view: dict[str, Any]) -> str:
    """In one line; empty where nothing was said."""
    found: Any = view
    for part in ("state", "values", REASON, REASON, "value"):
        found = found.get(part) if isinstance(found, dict) else None
    return " ".join(str(found or "").split())
