"""The whole line for a story: the workspace, four hosts, the shop's repository, and the bot as a process of its own."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox import processes
from bot.sandbox.demo_bot import Bot, manifest
from bot.sandbox.demo_site import Layout, Site, lay_out
from bot.sandbox.hosts_machines import Machines
from bot.sandbox.slack.server import Seed, Server
from tests.waiting import eventually

LONG = 60.0  # seconds that a whole deploy may take on a busy machine


class Line:
    """A bot and the workspace it speaks in, as the people there use it."""

    layout: Layout
    slack: Server
    bot: Bot

    def begin(self) -> None:
        """The bot, until Slack's requests reach it, and not over a socket of the one before."""
        eventually(lambda: self.slack.sockets == 0, timeout=LONG)
        self.bot.start()
        eventually(lambda: self.slack.sockets > 0, timeout=LONG)

    def change_fleet(self, **production: Any) -> None:
        """Other values for the shop in production."""
        fleet = yaml.safe_load(self.layout.fleet_file.read_text())
        fleet["services"]["shop"]["environments"]["production"].update(production)
        self.write_fleet(yaml.safe_dump(fleet))

    def write_fleet(self, text: str) -> None:
        """All of it at once: the bot may read it at any moment."""
        draft = self.layout.fleet_file.with_suffix(".draft")
        draft.write_text(text)
        draft.replace(self.layout.fleet_file)

    # what people see

    def answer(self, user: str, command: str, text: str = "", channel: str = "deploys") -> str:
        """What the bot answers to this person alone, as text."""
        seen = {message["ts"] for message in self.private(user, channel)}
        delivery = self.slack.command(user, command, text, channel=channel)
        assert delivery.error is None, delivery
        fresh = eventually(lambda: [one for one in self.private(user, channel) if one["ts"] not in seen], timeout=LONG)
        return words(fresh[-1])

    def private(self, user: str, channel: str) -> list[dict[str, Any]]:
        return [message for message in self.slack.messages(channel, user=user) if message.get("ephemeral")]

    def posts(self, channel: str) -> list[dict[str, Any]]:
        """The channel's own messages, oldest first, without threads."""
        found = [
            one for one in self.slack.messages(channel) if not one.get("thread_ts") or one["thread_ts"] == one["ts"]
        ]
        return sorted(found, key=lambda one: float(one["ts"]))

    def texts(self, channel: str) -> list[str]:
        return [post["text"] for post in self.posts(channel)]

    def thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        return [one for one in self.slack.messages(channel, thread_ts=ts) if one["ts"] != ts]

    def deploy(self, ref: str, user: str = "ana") -> str:
        """Asks for a deploy and waits for its end; the message's first line."""
        before = len(self.posts("deploys"))
        self.slack.command(user, "/deploy", f"shop@{ref} to production", channel="deploys")
        eventually(lambda: len(self.posts("deploys")) > before, timeout=LONG)
        return self.ended(before)

    def ended(self, number: int) -> str:
        """The first line of the channel's n-th message, once that deploy has ended."""

        def line() -> str:
            texts = self.texts("deploys")
            text = texts[number] if number < len(texts) else ""
            return text if text.startswith(("✓", "✗", "↩")) else ""

        return eventually(line, timeout=LONG)


class World(Line):
    def __init__(self, directory: Path, settings: Mapping[str, str] | None = None) -> None:
        self.layout = Layout(directory)
        self.site: Site = lay_out(self.layout)
        self.machines = Machines(self.site.hosts)
        self.slack = Server(Seed.demo(), state_file=self.layout.workspace_file)
        self.settings = dict(settings or {})

    def open(self) -> None:
        self.slack.start()
        self.bot = Bot(self.layout, self.slack, self.settings)
        self.slack.register(manifest(self.layout))
        for host in self.site.hosts:
            host.start()
        self.site.write_known_hosts()
        self.site.write_fleet(watched=False)

    def close(self) -> None:
        self.bot.stop()
        for host in self.site.hosts:
            host.stop()
        self.slack.stop()
        for mark in self.layout.marks():
            processes.stop_all(mark)

    def stands(self, release: str) -> None:
        """Deploys it unless it is there already."""
        if self.releases() != [release] * len(self.site.hosts):
            assert "done on 4 hosts" in self.deploy(release)

    # what is so

    def releases(self) -> list[str]:
        """The release that each host's `current` names."""
        return [self.machines.act(host.name, "plug")["release"] for host in self.site.hosts]

    def apps(self) -> list[str]:
        return [machine["app"] for machine in self.machines.list()]


def words(message: Mapping[str, Any]) -> str:
    """All that a message says, its blocks included."""
    return f"{message['text']}\n{json.dumps(message.get('blocks', []), ensure_ascii=False)}"


@contextmanager
def world(directory: Path, settings: Mapping[str, str] | None = None) -> Iterator[World]:
    made = World(directory, settings)
    try:
        made.open()
        yield made
    finally:
        made.close()
