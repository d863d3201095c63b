import dataclasses
from collections.abc import Iterator

import pytest

from bot.backends.slack import SlackPort
from bot.backends.slack_channels import FRESH, Channels
from bot.backends.slack_client import web_client
from bot.errors import SlackRefused
from bot.model import Content
from bot.sandbox.slack.entities import Channel
from bot.sandbox.slack.seed import BOT_USER
from bot.sandbox.slack.server import Seed, Server
from tests.workspace import calls, port_to, workspace

SECRET, OTHERS, OPEN = "C0000SECRET", "C0000OTHERS", "C000000OPEN"


@pytest.fixture
def server() -> Iterator[Server]:
    """Beside the demo's channels: a private one with the bot, one without it, and many public ones."""
    demo = Seed.demo()
    more = (
        Channel(SECRET, "secret", kind="private", members=[BOT_USER]),
        Channel(OTHERS, "others", kind="private", members=["U0000000ANA"]),
        *(Channel(f"C{number:010}", f"team-{number}") for number in range(1200)),
        Channel(OPEN, "open"),
    )
    with workspace(seed=dataclasses.replace(demo, channels=(*demo.channels, *more))) as server:
        yield server


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_channel_on_the_second_page_is_found_and_joined(server: Server) -> None:
    channels = Channels(web_client(server.bot_token, server.api_url))
    assert channels.resolve("#open") == OPEN
    assert calls(server, "conversations.join") == [{"channel": OPEN}]


@pytest.mark.parametrize("name", ["#deploys", "deploys", "#Deploys"])
def test_a_name_is_known_with_and_without_its_sign(server: Server, name: str) -> None:
    assert Channels(web_client(server.bot_token, server.api_url)).resolve(name) == server.channels["deploys"]
    assert calls(server, "conversations.join") == []


def test_a_private_channel_that_the_bot_was_invited_to_is_found_if_it_may_list_them(server: Server) -> None:
    assert Channels(web_client(server.bot_token, server.api_url)).resolve("#secret") == SECRET


def test_a_name_that_was_missing_is_looked_up_again_after_a_minute(server: Server) -> None:
    clock = Clock()
    channels = Channels(web_client(server.bot_token, server.api_url), clock)
    for seconds, lists in ((0.0, 1), (FRESH - 1, 1), (FRESH, 2)):
        clock.seconds = seconds
        with pytest.raises(SlackRefused, match="channel_not_found"):
            channels.resolve("#new")
        asked = [args for args in calls(server, "conversations.list") if args["types"] == "private_channel"]
        assert len(asked) == lists


def test_a_public_channel_given_by_id_is_joined_when_it_has_to_be(server: Server) -> None:
    manifest_scopes = ["chat:write", "channels:read", "channels:join", "channels:history", "groups:read"]
    server.register(manifest_with(manifest_scopes))
    channel, _ = port_to(server).post(OPEN, Content("t"), "op")
    assert channel == OPEN
    assert calls(server, "conversations.join") == [{"channel": OPEN}]


def test_a_private_channel_without_the_bot_cannot_be_written_to(server: Server) -> None:
    with pytest.raises(SlackRefused, match="not_in_channel"):
        port_to(server).post(OTHERS, Content("t"), "op")


def test_without_the_right_to_list_private_channels_a_public_one_is_found_all_the_same(server: Server) -> None:
    server.register(manifest_with(["chat:write", "chat:write.public", "channels:read", "channels:join"]))
    port = port_to(server)
    assert port.resolve("#open") == OPEN
    with pytest.raises(SlackRefused, match="named by its id"):
        port.resolve("#secret")


def test_without_the_right_to_join_it_still_posts(server: Server) -> None:
    server.register(manifest_with(["chat:write", "chat:write.public", "channels:read"]))
    assert SlackPort(web_client(server.bot_token, server.api_url)).post("#open", Content("t"), "op")[0] == OPEN


def manifest_with(scopes: list[str]) -> dict[str, object]:
    return {
        "display_information": {"name": "Pointsman"},
        "features": {"bot_user": {"display_name": "pointsman"}},
        "oauth_config": {"scopes": {"bot": scopes}},
        "settings": {"socket_mode_enabled": True},
    }
