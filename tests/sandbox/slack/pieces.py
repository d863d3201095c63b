"""Blocks, views and manifests that Slack takes, to be changed by tests."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "hello", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def rich(text: str = "done") -> Json:
    run = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [run]}


def field(block_id: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **more}


def text_field(block_id: str = "reason", **more: Any) -> Json:
    return field(block_id, {"type": "plain_text_input", "action_id": "text"}, **more)


def modal(*blocks: Json, **more: Any) -> Json:
    body = {"type": "modal", "title": plain("Deploy"), "submit": plain("Go"), "blocks": list(blocks) or [text_field()]}
    return body | more


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()]}


def manifest(**more: Any) -> Json:
    """An app in Socket Mode with one command, and with every scope that it needs."""
    scopes = ["commands", "chat:write", "channels:read", "channels:history", "users:read", "usergroups:read"]
    body: Json = {
        "display_information": {"name": "Pointsman"},
        "features": {
            "bot_user": {"display_name": "Pointsman"},
            "slash_commands": [{"command": "/deploy", "description": "Deploy", "usage_hint": "SERVICE to ENV"}],
        },
        "oauth_config": {"scopes": {"bot": scopes}},
        "settings": {"socket_mode_enabled": True, "interactivity": {"is_enabled": True}},
    }
    return body | more


def with_scopes(*scopes: str) -> Json:
    return manifest(oauth_config={"scopes": {"bot": ["commands", *scopes]}})
