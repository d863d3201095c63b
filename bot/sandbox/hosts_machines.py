"""The machine room: what a person may do to the sandbox's hosts from its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox import processes
from bot.sandbox.hosts import SshHost

RESTART = "bin/restart"
"""The application's restart script, run in its current release."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the application lives on a host, relative to its home: the deploy path and the file with its pid."""

    path: str = "shop"
    pid_file: str = "shop.pid"


class Machines:
    """Hosts by name, with `list()` and `act(name, "stop" | "start" | "unplug" | "plug")`, as the page wants them."""

    def __init__(self, hosts: Sequence[SshHost], installed: Installed | None = None) -> None:
        self._own = {host.name: host for host in hosts}
        self._others: Mapping[str, SshHost] = {}
        self.installed = installed or Installed()

    def add(self, others: Mapping[str, SshHost]) -> None:
        """Hosts that come and go: who has given the mapping changes it."""
        self._others = others

    @property
    def hosts(self) -> dict[str, SshHost]:
        return {**self._own, **self._others}

    def list(self) -> list[dict[str, str]]:
        """Per host: name, address, `app` ("running" or "stopped"), release ("" before the first deploy), detail."""
        return [self._describe(host) for host in self.hosts.values()]

    def act(self, name: str, action: str) -> dict[str, str]:
        """Do it and describe the host afterwards. KeyError for an unknown host, ValueError for an unknown action."""
        host = self.hosts[name]
        acts = {"stop": self._stop, "start": self._start, "unplug": SshHost.unplug, "plug": SshHost.plug}
        if action not in acts:
            raise ValueError(f"{action!r} cannot be done to a machine; what can: {', '.join(acts)}")
        acts[action](host)
        return self._describe(host)

    def _stop(self, host: SshHost) -> None:
        pid = self._pid(host)
        if pid is not None:
            processes.stop(pid, host.sandbox_id)

    def _start(self, host: SshHost) -> None:
        current = self._current(host)
        if current.is_dir():
            host.run(f"cd '{self.installed.path}/current' && {RESTART}")

    def _describe(self, host: SshHost) -> dict[str, str]:
        pid = self._pid(host)
        running = pid is not None and processes.alive(pid, host.sandbox_id)
        detail = [] if host.plugged else ["unplugged: no SSH connection gets through"]
        if not self._current(host).is_dir():
            detail.append("nothing deployed yet")
        elif not running:
            detail.append("the application is stopped")
        return {
            "name": host.name,
            "address": f"{host.address}:{host.port}",
            "app": "running" if running else "stopped",
            "release": self._release(host),
            "detail": " · ".join(detail),
        }

    def _current(self, host: SshHost) -> Path:
        return host.home / self.installed.path / "current"

    def _release(self, host: SshHost) -> str:
        """What the release calls itself, or its short SHA."""
        current = self._current(host)
        if not current.is_dir():
            return ""
        version = current / "VERSION"
        return version.read_text().strip() if version.is_file() else current.resolve().name[:7]

    def _pid(self, host: SshHost) -> int | None:
        try:
            return int((host.home / self.installed.pid_file).read_text())
        except (OSError, ValueError):
            return None
