"""App manifests: what Slack takes, and what it says otherwise."""

from copy import deepcopy
from typing import Any

import pytest

from bot.sandbox.slack.limits.manifest import manifest_problems
from bot.sandbox.slack.server import ManifestRefused, Server
from tests.sandbox.slack.pieces import manifest

Json = dict[str, Any]


def changed(path: str, value: Any) -> Json:
    """The good manifest with one place changed; numbers in the path are places in a list."""
    body = deepcopy(manifest())
    *way, last = path.split(".")
    here: Any = body
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    here[int(last) if isinstance(here, list) else last] = value
    return body


GOOD: list[tuple[str, Any]] = [
    ("display_information.name", "x" * 35),
    ("display_information.description", "x" * 140),
    ("display_information.long_description", "x" * 175),
    ("display_information.background_color", "#1d3557"),
    ("features.bot_user.display_name", "x" * 80),
    ("features.slash_commands.0.command", "/" + "x" * 31),
    ("features.slash_commands.0.should_escape", True),
    ("features.app_home", {"home_tab_enabled": True, "messages_tab_read_only_enabled": False}),
    ("settings.token_rotation_enabled", False),
    ("settings.event_subscriptions", {"bot_events": ["app_home_opened", "subteam_updated", "app_uninstalled"]}),
    ("_metadata", {"major_version": 1}),
]


@pytest.mark.parametrize(("path", "value"), GOOD, ids=[path for path, _ in GOOD])
def test_a_manifest_within_the_limits_passes(path: str, value: Any) -> None:
    assert manifest_problems(changed(path, value)) == []


COMMAND = {"command": "/deploy", "description": "x"}
BAD: list[tuple[str, Any, str]] = [
    ("display_information.name", "x" * 36, "display_information.name: must be less than 36 characters"),
    ("display_information", {}, "display_information: missing required field: name"),
    ("display_information.description", "x" * 141, "display_information.description: must be less than 141"),
    ("display_information.long_description", "short", "display_information.long_description: must be more than 174"),
    ("display_information.background_color", "blue", "display_information.background_color: must be "),
    ("features.bot_user", None, "features.bot_user: bot scopes need a bot user"),
    ("features.bot_user.display_name", "x" * 81, "features.bot_user.display_name: must be less than 81 characters"),
    ("features.slash_commands", [COMMAND] * 51, "features.slash_commands: no more than 50 items allowed"),
    ("features.slash_commands", [COMMAND] * 2, "features.slash_commands: /deploy is there 2 times"),
    ("features.slash_commands.0.command", "deploy", "features.slash_commands.0.command: must be 2 to 32 characters"),
    ("features.slash_commands.0.command", "/" + "x" * 32, "features.slash_commands.0.command: must be less than 33"),
    ("features.slash_commands.0.command", "/Deploy", "features.slash_commands.0.command: must be 2 to 32"),
    ("features.slash_commands.0.description", "", "features.slash_commands.0.description: must be more than 0"),
    ("features.slash_commands.0.description", "x" * 2001, "features.slash_commands.0.description: must be less than"),
    (
        "features.slash_commands.0.usage_hint",
        "x" * 1001,
        "features.slash_commands.0.usage_hint: must be less than 1001",
    ),
    ("features.slash_commands.0.colour", "x", "features.slash_commands.0: no additional property allowed: colour"),
    ("features.tricks", [], "features: no additional property allowed: tricks"),
    ("oauth_config.scopes.bot", ["chat:write"], "oauth_config.scopes.bot: slash commands need the scope commands"),
    ("oauth_config.scopes.bot", ["commands", "Chat Write"], "oauth_config.scopes.bot.1: must be a scope such as"),
    ("oauth_config.scopes.bot", ["commands"] * 256, "oauth_config.scopes.bot: no more than 255 items allowed"),
    (
        "settings.socket_mode_enabled",
        False,
        "features.slash_commands.0.url: without Socket Mode a command needs a url",
    ),
    (
        "settings",
        {"socket_mode_enabled": True, "event_subscriptions": {"bot_events": ["app_mention"]}},
        "settings.event_subscriptions.bot_events: app_mention needs the scope app_mentions:read",
    ),
    (
        "settings.event_subscriptions",
        {"bot_events": ["app_home_opened"] * 101},
        "settings.event_subscriptions.bot_events: no more than 100 items allowed",
    ),
    ("settings.interactivity", {}, "settings.interactivity: missing required field: is_enabled"),
]


@pytest.mark.parametrize(("path", "value", "problem"), BAD, ids=[problem[:60] for _, _, problem in BAD])
def test_a_manifest_beyond_a_limit_is_refused_with_its_path(path: str, value: Any, problem: str) -> None:
    found = manifest_problems(changed(path, value))
    assert any(text.startswith(problem) for text in found), found


def test_without_socket_mode_every_request_needs_an_address() -> None:
    body = changed("settings", {"interactivity": {"is_enabled": True}, "event_subscriptions": {"bot_events": ["x"]}})
    assert manifest_problems(body) == [
        "features.slash_commands.0.url: without Socket Mode a command needs a url",
        "settings.event_subscriptions.request_url: without Socket Mode events need a request_url",
        "settings.interactivity.request_url: without Socket Mode interactivity needs a request_url",
    ]


@pytest.mark.parametrize("body", [None, [], "text"])
def test_a_manifest_is_an_object(body: Any) -> None:
    assert manifest_problems(body) == ["manifest: must be an object"]


def test_a_refused_manifest_changes_nothing_and_names_every_problem(server: Server) -> None:
    body = changed("features.slash_commands.0.command", "deploy")
    body["display_information"]["name"] = ""
    with pytest.raises(ManifestRefused) as refused:
        server.register(body)
    assert len(refused.value.problems) == 2
    assert server.hub.app.commands == {}


def test_a_registered_manifest_names_the_app_its_commands_and_scopes(server: Server) -> None:
    server.register(changed("features.bot_user.display_name", "Pointy"))
    app = server.hub.app
    assert app.name == server.hub.workspace.people[app.bot_user].real_name == "Pointy"
    assert app.commands["/deploy"].usage_hint == "SERVICE to ENV"
    assert app.scopes is not None
    assert "commands" in app.scopes
    assert app.events == frozenset()
