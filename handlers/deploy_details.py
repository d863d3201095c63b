"""A deploy closely: the Details button, the menu of a history, and what leads on from there."""

import re
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.messages.commands import prefixed_view
from bot.messages.details import LEAF, REFRESH, details_view, read_leaf
from bot.messages.history import CLOSELY
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused, reply

OPENS = re.compile(rf"^(deploy\.details|{re.escape(CLOSELY)})$")
LEADS_ON = re.compile(rf"^({re.escape(LEAF)}\.\d+|{re.escape(REFRESH)})$")


def register(app: App, office: Office) -> None:
    @app.action(OPENS)
    def details(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
        ack()
        show(office, client, body["trigger_id"], respond, _chosen(body))

    @app.action(LEADS_ON)
    def leaf(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """The same modal, other hosts or a later moment."""
        ack()
        number, start = read_leaf(_chosen(body))
        view = view_of(office, number, start)
        if not isinstance(view, Refusal):
            client.views_update(view_id=body["view"]["id"], view=view)


def show(office: Office, client: WebClient, trigger: str, respond: Respond, number: str) -> None:
    """Opens the modal, or says that there is no such deploy."""
    view = view_of(office, number)
    if isinstance(view, Refusal):
        reply(office, respond, refused(office, view))
    else:
        client.views_open(trigger_id=trigger, view=view)


def view_of(office: Office, number: str, start: int = 0) -> dict[str, Any] | Refusal:
    found = asked(lambda: office.archive.closely(number))
    if isinstance(found, Refusal):
        return found
    return prefixed_view(details_view(found, office.clock.now(), start), office.prefix)


def _chosen(body: dict[str, Any]) -> str:
    """Of a button, or of a menu."""
    action = body["actions"][0]
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")
