"""The rules for app manifests, after Slack's own JSON Schema (slackapi/manifest-schema) and its documentation."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.limits.rules import URL, Check, Shape, anything, boolean, items, matching, number, string

COMMAND_NAME = matching(r"/[a-z0-9_\-]{1,31}", "2 to 32 characters: / and then lowercase letters, digits, - or _", 32)
SCOPE = matching(r"[a-z._]+(:[a-z._]+){0,2}", "a scope such as chat:write", 100)
EVENT = matching(r"[a-z_]+(\.[a-z_]+)?", "an event such as app_home_opened", 100)

_COMMAND = Shape(
    {
        "command": COMMAND_NAME,
        "description": string(2000, least=1),
        "usage_hint": string(1000),
        "url": URL,
        "should_escape": boolean,
    },
    ("command", "description"),
)
_SHORTCUT: dict[str, Check] = {
    "name": string(24, least=1),
    "type": anything,
    "callback_id": string(255, least=1),
    "description": string(150, least=1),
}
_FEATURES = Shape(
    {
        "app_home": Shape(
            {
                "home_tab_enabled": boolean,
                "messages_tab_enabled": boolean,
                "messages_tab_read_only_enabled": boolean,
            }
        ),
        "bot_user": Shape({"display_name": string(80, least=1), "always_online": boolean}, ("display_name",)),
        "slash_commands": items(_COMMAND, 50),
        "shortcuts": items(Shape(_SHORTCUT, ("name", "type", "callback_id", "description")), 10),
        "unfurl_domains": items(string(least=1), 5),
    }
)
_SETTINGS = Shape(
    {
        "event_subscriptions": Shape(
            {"request_url": URL, "bot_events": items(EVENT, 100), "user_events": items(EVENT, 100)}
        ),
        "interactivity": Shape(
            {"is_enabled": boolean, "request_url": URL, "message_menu_options_url": URL}, ("is_enabled",)
        ),
        "allowed_ip_address_ranges": items(string(), 10),
        "org_deploy_enabled": boolean,
        "socket_mode_enabled": boolean,
        "token_rotation_enabled": boolean,
    }
)
MANIFEST = Shape(
    {
        "_metadata": Shape(
            {"major_version": number(1, 2, whole=True), "minor_version": number(0, whole=True), "schema": string()}
        ),
        "display_information": Shape(
            {
                "name": string(35, least=1),
                "description": string(140),
                "long_description": string(4000, least=175),
                "background_color": matching(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", "a colour such as #1d3557", 7),
            },
            ("name",),
        ),
        "features": _FEATURES,
        "oauth_config": Shape(
            {
                "redirect_urls": items(URL, 1000),
                "scopes": Shape({"bot": items(SCOPE, 255), "user": items(SCOPE, 255)}),
                "token_management_enabled": boolean,
            }
        ),
        "settings": _SETTINGS,
    },
    ("display_information",),
)

# What an event needs to be subscribed to: docs.slack.dev/reference/events
SCOPE_OF_EVENT = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "subteam_created": "usergroups:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "team_join": "users:read",
    "user_change": "users:read",
}


def manifest_problems(manifest: Any) -> list[str]:
    """Everything that Slack would refuse about this manifest, each with its path; empty when it is good."""
    problems = list(MANIFEST(manifest, ""))
    return [_with_path(problem) for problem in problems or _rules(manifest)]


def _with_path(problem: str) -> str:
    message, _, pointer = problem.removesuffix("]").partition(" [json-pointer:")
    return f"{pointer.strip('/').replace('/', '.') or 'manifest'}: {message}"


def _rules(manifest: dict[str, Any]) -> Iterator[str]:
    features, settings = manifest.get("features") or {}, manifest.get("settings") or {}
    scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    commands = features.get("slash_commands") or []
    over_sockets = settings.get("socket_mode_enabled")
    for command, count in Counter(row["command"] for row in commands).items():
        if count > 1:
            yield f"{command} is there {count} times [json-pointer:/features/slash_commands]"
    if commands and "commands" not in scopes:
        yield "slash commands need the scope commands [json-pointer:/oauth_config/scopes/bot]"
    if scopes and not features.get("bot_user"):
        yield "bot scopes need a bot user [json-pointer:/features/bot_user]"
    for place, row in enumerate(commands):
        if not over_sockets and not row.get("url"):
            yield f"without Socket Mode a command needs a url [json-pointer:/features/slash_commands/{place}/url]"
    yield from _event_rules(settings, scopes)


def _event_rules(settings: dict[str, Any], scopes: list[str]) -> Iterator[str]:
    subscriptions, over_sockets = settings.get("event_subscriptions") or {}, settings.get("socket_mode_enabled")
    events = subscriptions.get("bot_events") or []
    for event in events:
        needed = SCOPE_OF_EVENT.get(event)
        if needed and needed not in scopes:
            yield f"{event} needs the scope {needed} [json-pointer:/settings/event_subscriptions/bot_events]"
    if events and not over_sockets and not subscriptions.get("request_url"):
        yield "without Socket Mode events need a request_url [json-pointer:/settings/event_subscriptions/request_url]"
    interactivity = settings.get("interactivity") or {}
    if interactivity.get("is_enabled") and not over_sockets and not interactivity.get("request_url"):
        yield "without Socket Mode interactivity needs a request_url [json-pointer:/settings/interactivity/request_url]"
