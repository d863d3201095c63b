"""What Slack sends to an app: slash commands, interactions, events. One function per payload."""

import secrets
from typing import Any

from bot.sandbox.slack import form
from bot.sandbox.slack.entities import Json, Message, View
from bot.sandbox.slack.hub import Hub

VERIFICATION_TOKEN = "sandbox-verification-token"


def _team(hub: Hub) -> Json:
    return {"id": hub.seed.team_id, "domain": hub.seed.team_domain}


def _user(hub: Hub, user: str) -> Json:
    name = hub.workspace.people[user].name
    return {"id": user, "username": name, "name": name, "team_id": hub.seed.team_id}


def _interaction(hub: Hub, kind: str, user: str) -> Json:
    return {
        "type": kind,
        "user": _user(hub, user),
        "api_app_id": hub.app.app_id,
        "token": VERIFICATION_TOKEN,
        "team": _team(hub),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def slash_command(hub: Hub, user: str, channel: str, command: str, text: str) -> Json:
    """The fields of a command's form. `is_enterprise_install` is text there, and in the envelope too."""
    where = hub.workspace.channels[channel]
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": hub.seed.team_id,
        "team_domain": hub.seed.team_domain,
        "channel_id": channel,
        "channel_name": where.name or "directmessage",
        "user_id": user,
        "user_name": hub.workspace.people[user].name,
        "command": command,
        "text": text,
        "api_app_id": hub.app.app_id,
        "is_enterprise_install": "false",
        "response_url": hub.hooks.new(user, channel),
        "trigger_id": hub.triggers.new(user, channel),
    }


def action(block: Json, element: Json, value: Any, ts: str) -> Json:
    """One entry of `actions`: what was pressed or chosen."""
    shown = {"action_id": element.get("action_id", ""), "block_id": block.get("block_id", ""), "action_ts": ts}
    shown |= form.chosen(element, value)
    if "text" in element:
        shown["text"] = element["text"]
    return {name: value for name, value in shown.items() if not (name == "value" and value is None)}


def message_action(hub: Hub, user: str, message: Message, acted: Json, values: Json) -> Json:
    """block_actions in a message. An ephemeral message itself is not sent along, as Slack does not either."""
    channel = hub.workspace.channels[message.channel]
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = bool(message.only_for)
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _interaction(hub, "block_actions", user) | {
        "container": container,
        "trigger_id": hub.triggers.new(user, channel.id),
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "response_url": hub.hooks.new(user, channel.id, message.ts, "actions"),
        "state": {"values": form.state(message.blocks, values)},
        "actions": [acted],
    }
    return payload if message.only_for else payload | {"message": message.as_api(metadata=True)}


def view_action(hub: Hub, user: str, view: View, acted: Json, values: Json) -> Json:
    """block_actions in a modal or on the home tab."""
    return _interaction(hub, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": hub.triggers.new(user, view.channel),
        "view": hub.workspace.view_shown(view, form.state(view.body["blocks"], values)),
        "actions": [acted],
    }


def view_submission(hub: Hub, user: str, view: View, values: Json) -> Json:
    """A form was sent. `response_urls` are there for selects that asked for them."""
    return _interaction(hub, "view_submission", user) | {
        "trigger_id": hub.triggers.new(user, view.channel),
        "view": hub.workspace.view_shown(view, values),
        "response_urls": _response_urls(hub, user, view, values),
    }


def _response_urls(hub: Hub, user: str, view: View, values: Json) -> list[Json]:
    urls = []
    for block, element in form.elements(view.body["blocks"]):
        if not element.get("response_url_enabled"):
            continue
        answer = values[block["block_id"]][element["action_id"]]
        channel = answer.get("selected_conversation") or answer.get("selected_channel")
        if channel in hub.workspace.channels:
            url = hub.hooks.new(user, channel, kind="app")
            row = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel}
            urls.append(row | {"response_url": url})
    return urls


def view_closed(hub: Hub, user: str, view: View, *, cleared: bool) -> Json:
    """A modal was closed without being sent; `cleared` when the whole stack went."""
    shown = hub.workspace.view_shown(view)
    return _interaction(hub, "view_closed", user) | {"view": shown, "is_cleared": cleared}


def suggestion(hub: Hub, user: str, where: Message | View, action_id: str, block_id: str, value: str) -> Json:
    """Somebody types into an external select."""
    payload = _interaction(hub, "block_suggestion", user)
    payload |= {"action_id": action_id, "block_id": block_id, "value": value}
    if isinstance(where, View):
        container: Json = {"type": "view", "view_id": where.id}
        return payload | {"container": container, "view": hub.workspace.view_shown(where)}
    container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel}
    channel = {"id": where.channel, "name": hub.workspace.channels[where.channel].name}
    return payload | {"container": container, "channel": channel, "message": where.as_api()}


def event(hub: Hub, body: Json) -> Json:
    """The outer shape around one event of the Events API."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": hub.seed.team_id,
        "api_app_id": hub.app.app_id,
        "event": body,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(hub.clock()),
        "authorizations": [
            {"enterprise_id": None, "team_id": hub.seed.team_id, "user_id": hub.app.bot_user, "is_bot": True}
        ],
        "is_ext_shared_channel": False,
    }
