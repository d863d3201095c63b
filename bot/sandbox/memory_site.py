"""A dry run's directory and bot: the demo's repository and fleet file, for hosts in the bot's memory."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox import shop
from bot.sandbox.demo_bot import Bot
from bot.sandbox.demo_site import CANARY, CHECK, HEALTH, HOSTS, ROLLING, Layout, write_fleet
from bot.sandbox.slack.server import Server

SHORT_CANARY = CANARY | {
    "bake": "12s",
    "analysis": {"every": "1s", "ask": "100ms", "latency": {"points": 10}, "errors": {"requests": 50}},
}
"""No machine is kept busy, so 12 points and 120 answers come nearly for sure."""


@dataclass(frozen=True, slots=True)
class MemorySite:
    layout: Layout

    def write_fleet(self, watched: bool) -> None:
        """`watched`: something stands there, so there are checks, and a canary has an old release beside it."""
        write_fleet(self.layout, _production(watched))


def _production(watched: bool) -> dict[str, Any]:
    return {
        "backend": "ssh",
        "hosts": [_host(name) for name in HOSTS],
        "path": "shop",
        "steps": dict(shop.STEPS),
        "health": HEALTH,
        "strategy": SHORT_CANARY if watched else ROLLING,
        "checks": [CHECK] if watched else [],
        "deploy_grace": "5s",
    }


def _host(name: str) -> dict[str, Any]:
    """The address is the name: nobody dials it, and the answers in memory are found by it."""
    return {"name": name, "address": f"deploy@{name}", "vars": {"APP_PORT": "8080"}}


def lay_out_memory(layout: Layout) -> MemorySite:
    layout.state.mkdir(parents=True, exist_ok=True)
    shop.build(layout.repository)
    return MemorySite(layout)


def memory_bot(layout: Layout, server: Server) -> Bot:
    program = ("-m", "bot.sandbox.memory_bot", str(layout.directory))
    return Bot(layout, server, {"SSH_KEY_FILE": ""}, program)
