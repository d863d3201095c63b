"""The app's manifest, from the commands that are registered."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.manifest import SCOPES, manifest, manifest_yaml
from handlers import COMMANDS
from handlers.command import Command
from tests.shape.source import sources

ROOT = Path(__file__).parent.parent
DEPLOY = Command("/deploy", "Bring a release: somewhere", "SERVICE[@REF] to ENV")


def commands(made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made["features"]["slash_commands"]
    return found


def test_every_registered_command_is_in_it_as_it_describes_itself() -> None:
    assert commands(manifest(COMMANDS)) == [
        {
            "command": command.name,
            "description": command.description,
            "usage_hint": command.usage_hint,
            "should_escape": False,
        }
        for command in COMMANDS
    ]
    assert {"/deploy", "/status"} <= {command.name for command in COMMANDS}


@pytest.mark.parametrize(("prefix", "name"), [("", "/deploy"), ("acme-", "/acme-deploy")])
def test_the_prefix_stands_between_the_slash_and_the_name(prefix: str, name: str) -> None:
    (command,) = commands(manifest([DEPLOY], prefix))
    assert command["command"] == name


def test_socket_mode_needs_no_address() -> None:
    made = manifest(COMMANDS)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in str(made)


def test_http_mode_names_the_address_wherever_slack_calls() -> None:
    made = manifest([DEPLOY], url="https://bot.example.com/")
    address = "https://bot.example.com/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert commands(made)[0]["url"] == address
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": address,
        "message_menu_options_url": address,
    }


def test_the_bot_asks_for_no_more_than_it_uses() -> None:
    scopes = manifest(COMMANDS)["oauth_config"]["scopes"]
    assert scopes == {"bot": list(SCOPES)}
    assert all(SCOPES.values())
    assert len(SCOPES) == 8


@pytest.mark.parametrize(
    ("scope", "call"),
    [
        ("commands", "app.command"),
        ("chat:write", "chat_postMessage"),
        ("chat:write.public", "chat_postMessage"),
        ("channels:read", "conversations_list"),
        ("channels:history", "conversations_history"),
        ("groups:history", "conversations_history"),
        ("channels:join", "conversations_join"),
        ("usergroups:read", "usergroups_list"),
    ],
)
def test_each_scope_is_asked_for_because_something_is_called(scope: str, call: str) -> None:
    assert scope in SCOPES
    assert [source.path for source in sources(ROOT, "bot/backends", "handlers") if call in source.text]


def test_the_app_home_is_shown_and_its_opening_is_told() -> None:
    made = manifest(COMMANDS)
    assert made["features"]["app_home"]["home_tab_enabled"] is True
    assert made["settings"]["event_subscriptions"]["bot_events"][0] == "app_home_opened"


def test_yaml_reads_back_as_the_same() -> None:
    odd = replace(DEPLOY, description='Quotes " and colons: é', usage_hint="[SERVICE] | help")
    assert yaml.safe_load(manifest_yaml([odd], "a-", "https://b.example.com")) == manifest(
        [odd], "a-", "https://b.example.com"
    )


def test_slacks_limits_are_kept() -> None:
    made = manifest(COMMANDS, "a" * 20)
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    for command in commands(made):
        assert 2 <= len(command["command"]) <= 32
        assert 1 <= len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
