"""The Slack app as a manifest: what an administrator pastes once to create it. Pure."""

from collections.abc import Iterable
from typing import Any, Protocol

import yaml

# Each scope with what stops working without it.
SCOPES = {
    "commands": "slash commands",
    "chat:write": "every message",
    "chat:write.public": "messages in public channels that nobody invited the bot to",
    "channels:read": "finding a channel by its name",
    "channels:history": "looking whether an unclear post arrived, in public channels",
    "groups:history": "the same in private channels",
    "channels:join": "joining the two channels of the fleet file, to read them",
    "usergroups:read": "who is in @oncall",
}
GROUP_EVENTS = ("subteam_created", "subteam_members_changed", "subteam_updated")
EVENTS = ("app_home_opened", *GROUP_EVENTS)
HTTP_PATH = "/slack/events"  # slack-bolt's default: one address for commands, events and buttons


class Command(Protocol):
    """A registered slash command (`handlers.command.Command`); `called` is its name with the prefix."""

    @property
    def description(self) -> str: ...
    @property
    def usage_hint(self) -> str: ...
    def called(self, prefix: str) -> str: ...


def manifest(commands: Iterable[Command], prefix: str = "", url: str = "") -> dict[str, Any]:
    """The manifest for Socket Mode or, with the bot's public `url` (https://bot.example.com), for HTTP."""
    address = url.rstrip("/") + HTTP_PATH if url else ""
    return {
        "_metadata": {"major_version": 1},
        "display_information": {
            "name": "Pointsman",
            "description": "Deploy and watch the fleet from Slack",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": False},
            "bot_user": {"display_name": "pointsman", "always_online": True},
            "slash_commands": [_slash_command(command, prefix, address) for command in commands],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)} | ({"request_url": address} if url else {}),
            "interactivity": {"is_enabled": True} | _menus(address),
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _slash_command(command: Command, prefix: str, address: str) -> dict[str, Any]:
    """Not escaped: `shop@ana` is a branch called ana, and must not become a mention."""
    spoken = {
        "command": command.called(prefix),
        "description": command.description,
        "usage_hint": command.usage_hint,
        "should_escape": False,
    }
    return spoken | ({"url": address} if address else {})


def _menus(address: str) -> dict[str, str]:
    return {"request_url": address, "message_menu_options_url": address} if address else {}


def manifest_yaml(commands: Iterable[Command], prefix: str = "", url: str = "") -> str:
    """The same as YAML."""
    return yaml.safe_dump(manifest(commands, prefix, url), sort_keys=False, allow_unicode=True, width=120)
