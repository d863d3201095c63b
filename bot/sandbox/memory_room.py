"""The machine room of hosts in memory. They are in the bot's process and the page is in the demo's, so the room has a
small XML-RPC door on the loopback interface; its port stands in a file of the demo's state.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import cast
from xmlrpc.client import ServerProxy
from xmlrpc.server import SimpleXMLRPCServer

from bot.backends.memory import MemoryBackend
from bot.sandbox.demo_site import HOSTS, Layout
from bot.sandbox.memory_shop import MemoryShop

ACTS = ("stop", "start", "unplug", "plug")
Described = dict[str, str]


class Room:
    """As `hosts_machines.Machines`, for hosts in memory."""

    def __init__(self, backend: MemoryBackend, shop: MemoryShop) -> None:
        self._backend, self._shop = backend, shop

    def list(self) -> list[Described]:
        return [self._describe(name) for name in HOSTS]

    def act(self, name: str, action: str) -> Described:
        """Do it and describe the host afterwards. KeyError for an unknown host, ValueError for an unknown action."""
        known(name, action)
        if action in ("unplug", "plug"):
            self._backend.machine(name).reachable = action == "plug"
        elif action == "stop":
            self._shop.stop(name)
        else:
            self._shop.start(name)
        return self._describe(name)

    def _describe(self, name: str) -> Described:
        running, release = self._shop.runs(name), self._shop.release(name)
        detail = [] if self._backend.machine(name).reachable else ["unplugged: the bot does not reach it"]
        if not release:
            detail.append("nothing deployed yet")
        elif not running:
            detail.append("the application is stopped")
        return {
            "name": name,
            "address": "in memory",
            "app": "running" if running else "stopped",
            "release": release,
            "detail": " · ".join(detail),
        }


class RoomDoor:
    """The room as the page's process reaches it; empty until the bot has opened it."""

    def __init__(self, layout: Layout) -> None:
        self._file = port_file(layout.state)

    def list(self) -> Sequence[Described]:
        try:
            return cast(list[Described], self._proxy().list())
        except OSError:
            return []

    def act(self, name: str, action: str) -> Described:
        """As `Room.act`. Raises OSError when the bot is not there."""
        known(name, action)
        return cast(Described, self._proxy().act(name, action))

    def _proxy(self) -> ServerProxy:
        return ServerProxy(f"http://127.0.0.1:{self._file.read_text()}")


def known(name: str, action: str) -> None:
    """Raises KeyError for an unknown host, ValueError for an unknown action."""
    if name not in HOSTS:
        raise KeyError(name)
    if action not in ACTS:
        raise ValueError(f"{action!r} cannot be done to a machine; what can: {', '.join(ACTS)}")


def open_door(room: Room, state: Path) -> SimpleXMLRPCServer:
    """Served by a thread of its own, until its `shutdown`."""
    server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    server.register_instance(room)
    threading.Thread(target=server.serve_forever, daemon=True, name="machine-room").start()
    draft = port_file(state).with_suffix(".new")
    draft.write_text(str(server.server_address[1]))
    draft.replace(port_file(state))
    return server


def port_file(state: Path) -> Path:
    return state / "room.port"
