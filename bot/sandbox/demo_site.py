"""The demo's directory: keys, repository, hosts, ports, and the fleet file that names them."""

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import yaml

from bot.sandbox import shop
from bot.sandbox.hosts import SshHost
from bot.sandbox.hosts_keys import new_private_key, public_line
from bot.sandbox.ports import free_port

HOSTS = ("web1", "web2", "web3", "web4")
CHECK = {
    "http": "http://{host}:{APP_PORT}/healthz",
    "per_host": True,
    "every": "3s",
    "timeout": "2s",
    "down_after": 4,
    "up_after": 2,
    "action": "restart",
}
HEALTH = {"http": "http://{host}:{APP_PORT}/healthz", "timeout": "5s", "again": "1s"}
ACTIONS = {
    "show-log": {
        "ssh": 'tail -n 8 "$HOME/shop.log"',
        "timeout": "10s",
        "confirm": "Reads the last lines of the app's log, and changes nothing.",
    }
}
ROLLING = {"kind": "rolling", "batches": [1, "50%", "100%"]}
CANARY = {
    "kind": "canary",
    "batches": [1, "50%", "100%"],
    "bake": "25s",
    "analysis": {"every": "1s", "ask": "100ms", "latency": {"points": 15}, "errors": {"requests": 150}},
    "approve": True,
}
"""Once something stands there: 25 points and 250 answers of the canary, where 15 and 150 are needed, so that a bot that
was killed in the middle, or a busy machine, can still tell.
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where what lies. `state` is what a reset forgets."""

    directory: Path

    @property
    def lock_file(self) -> Path:
        return self.directory / "lock"

    @property
    def state(self) -> Path:
        return self.directory / "state"

    @property
    def workspace_file(self) -> Path:
        return self.state / "workspace.json"

    @property
    def fleet_file(self) -> Path:
        return self.state / "fleet.yaml"

    @property
    def key_file(self) -> Path:
        return self.state / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        return self.state / "known_hosts"

    @property
    def repository(self) -> Path:
        return self.state / "shop.git"

    @property
    def ports_file(self) -> Path:
        return self.state / "ports.json"

    @property
    def bot_log(self) -> Path:
        return self.state / "bot.log"

    @property
    def cloud(self) -> Path:
        """The homes of instances, by their ids."""
        return self.state / "cloud"

    @property
    def cloud_mark(self) -> str:
        return str(self.state / "aws")

    @property
    def hill(self) -> Path:
        """Who touches it begins a hill of customers."""
        return self.state / "hill"

    def home(self, host: str) -> Path:
        return self.state / "hosts" / host

    @property
    def bot_mark(self) -> str:
        return str(self.state / "bot")

    def marks(self) -> Iterator[str]:
        """The marks that the processes of this demo carry."""
        yield self.bot_mark
        yield self.cloud_mark
        yield from (str(self.home(name)) for name in HOSTS)
        yield from (str(home) for home in sorted(self.cloud.glob("i-*")))

    def claim(self, lock: TextIO) -> None:
        """Raises BlockingIOError when another process holds it."""
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True, slots=True)
class Site:
    """The hosts, and what is written about them. `first`: nothing was ever deployed here."""

    layout: Layout
    hosts: tuple[SshHost, ...]
    app_ports: dict[str, int]
    first: bool
    aws_port: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)
    """Services beside the shop, for the fleet file."""
    environments: tuple[str, ...] = ("production",)

    def trust(self, line: str) -> None:
        """Of a host that comes later."""
        with self.layout.known_hosts.open("a") as file:
            file.write(f"{line}\n")

    def write_known_hosts(self) -> None:
        self.layout.known_hosts.write_text("".join(f"{host.known_hosts_line()}\n" for host in self.hosts))

    def write_fleet(self, watched: bool) -> None:
        """`watched`: something stands there, so there are checks, and a canary has an old release beside it."""
        write_fleet(self.layout, self._production(watched), self.more, self.environments)

    def _production(self, watched: bool) -> dict[str, Any]:
        return {
            "backend": "ssh",
            "hosts": [self._host(host) for host in self.hosts],
            "path": "shop",
            "steps": dict(shop.STEPS),
            "health": HEALTH,
            "strategy": CANARY if watched else ROLLING,
            "actions": ACTIONS,
            "checks": [CHECK] if watched else [],
            "deploy_grace": "5s",  # its restarts take a moment, and nobody shall wait for an alert
        }

    def _host(self, host: SshHost) -> dict[str, Any]:
        return {
            "name": host.name,
            "address": f"deploy@{host.address}:{host.port}",
            "vars": {"APP_PORT": str(self.app_ports[host.name])},
        }


def write_fleet(
    layout: Layout,
    production: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
    environments: Sequence[str] = ("production",),
) -> None:
    """The whole file at once: the bot may read it at any moment. `production` is the shop's one environment, `more` are
    other services.
    """
    fleet = {
        "version": 1,
        "channels": {"deploys": "#deploys", "alerts": "#alerts"},
        "environments": list(environments),
        "access": {"production": {"deploy": ["@engineering"], "approve": ["@leads"]}},
        "services": {
            "shop": {
                "owners": ["@shop-team"],
                "repo": str(layout.repository),
                "environments": {"production": dict(production)},
            },
            **(more or {}),
        },
    }
    draft = layout.fleet_file.with_suffix(".new")
    draft.write_text(yaml.safe_dump(fleet, sort_keys=False))
    draft.replace(layout.fleet_file)


def lay_out(layout: Layout) -> Site:
    """Makes what is not there yet: key, repository, ports; and the hosts, not started."""
    layout.state.mkdir(parents=True, exist_ok=True)
    shop.build(layout.repository)
    if not layout.key_file.exists():
        layout.key_file.touch(mode=0o600)
        layout.key_file.write_text(new_private_key())
    first = not (layout.home(HOSTS[0]) / "shop" / "current").exists()
    ports = _ports(layout.ports_file)
    authorized = public_line(layout.key_file.read_text())
    hosts = tuple(_host(layout, name, authorized, ports) for name in HOSTS)
    return Site(layout, hosts, {name: ports[f"{name}-app"] for name in HOSTS}, first, ports["aws"])


def _host(layout: Layout, name: str, authorized: str, ports: dict[str, int]) -> SshHost:
    env = {"APP_PORT": str(ports[f"{name}-app"]), "POINTSMAN_HOST": name}
    return SshHost(name, layout.home(name), authorized, ports[name], env)


def _ports(path: Path) -> dict[str, int]:
    """The ports of the last time, where they are still free: known_hosts and bookmarks stay true."""
    known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    names = [*HOSTS, *(f"{name}-app" for name in HOSTS), "aws"]
    ports = {name: free_port(known.get(name, 0)) for name in names}
    path.write_text(json.dumps(ports))
    return ports
