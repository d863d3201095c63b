"""`python -m bot.sandbox.memory_bot DIRECTORY`: the bot of a dry run. All of it is real but its hosts."""

import logging
import os
import sys
from pathlib import Path

from bot import logs
from bot.app import run
from bot.app.hosts import Hosts
from bot.backends.memory import MemoryBackend
from bot.sandbox import shop
from bot.sandbox.demo_site import HOSTS, Layout
from bot.sandbox.memory_prober import MemoryProber, no_shell
from bot.sandbox.memory_room import Room, open_door
from bot.sandbox.memory_shop import MemoryShop
from bot.settings import load_settings


def main(directory: Path) -> int:
    """Until SIGTERM. Raises PointsmanError when it cannot begin."""
    layout, backend = Layout(directory), MemoryBackend()
    shops = MemoryShop(backend, shop.build(layout.repository))
    for name in HOSTS:
        shops.furnish(name)
    open_door(Room(backend, shops), layout.state)
    settings = load_settings(env_file=layout.state / "no.env")
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    return run(settings, Hosts(backend, MemoryProber(shops.answer), MemoryProber(no_shell)))


if __name__ == "__main__":
    code = main(Path(sys.argv[1]))
    logging.shutdown()
    os._exit(code)  # as `bot run`: nothing waits for a deploy's step
