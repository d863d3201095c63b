"""Where the contract suite runs: sandbox hosts, OpenSSH's own sshd, agents of Systems Manager, and memory."""

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.backends.base import Backend, Site, StepSpec
from bot.backends.memory import MemoryBackend
from bot.backends.ssh import HostKeys, SshBackend, SshOptions
from bot.backends.ssm import SsmBackend, SsmOptions
from bot.cloud import Account
from bot.model import Host, Step
from bot.sandbox import processes
from bot.sandbox.hosts import SshHost
from bot.sandbox.hosts_keys import new_private_key, public_line
from tests.backends.openssh import Sshd
from tests.backends.project import Project
from tests.backends.ssm_server import SystemsManager

STEPS = (Step.INSTALL, Step.TEST, Step.BESIDE, Step.RESTART, Step.RETIRE)


class Place(ABC):
    """Hosts and what happened on them. `release` makes a release whose named steps fail with status 3."""

    site: Site
    hosts: list[Host]

    @abstractmethod
    def backend(self) -> Backend:
        """The same backend again, or a fresh one that knows nothing: the promises do not depend on it."""

    @abstractmethod
    def release(self, *failing: Step) -> str: ...

    @abstractmethod
    def runs(self, host: Host, step: Step) -> int:
        """How often this step ran on this host, of whatever release."""

    @abstractmethod
    def unplug(self, host: Host) -> None: ...

    @abstractmethod
    def plug(self, host: Host) -> None: ...

    def keeping(self, keep: int) -> Site:
        return replace(self.site, keep=keep)


class MemoryPlace(Place):
    def __init__(self, count: int) -> None:
        self._backend = MemoryBackend()
        self._made = 0
        self.site = Site("shop", "production", "memory", "shop", dict.fromkeys(STEPS, StepSpec("", timedelta(0))))
        self.hosts = [Host(f"web{number}", "deploy", "memory") for number in range(1, count + 1)]

    def backend(self) -> MemoryBackend:
        return self._backend

    def release(self, *failing: Step) -> str:
        self._made += 1
        sha = f"{self._made:040x}"
        for host in self.hosts:
            for step in failing:
                self._backend.fail(host.name, step, 3, f"{step} is broken", sha)
        return sha

    def runs(self, host: Host, step: Step) -> int:
        return sum(ran == step for ran, _ in self._backend.machine(host.name).ran)

    def unplug(self, host: Host) -> None:
        self._backend.machine(host.name).reachable = False

    def plug(self, host: Host) -> None:
        self._backend.mend(host.name)


class RealPlace(Place):
    """Real processes in real directories: one home for each host under `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.project = Project.create(root / "project")
        self.site = self.project.site()
        self.hosts = []

    def release(self, *failing: Step) -> str:
        return self.project.commit({step: f"echo {step} is broken >&2; exit 3" for step in failing})

    def runs(self, host: Host, step: Step) -> int:
        counted = self.ran(host) / step
        return len(counted.read_text().splitlines()) if counted.exists() else 0

    def home(self, host: Host) -> Path:
        return self.root / host.name

    def ran(self, host: Host) -> Path:
        return self.root / f"{host.name}-ran"

    def path(self, host: Host) -> Path:
        return self.home(host) / "shop"

    def vars(self, name: str) -> dict[str, str]:
        """A mark in the environment of every step, by which whatever is left of it is found and ended."""
        ran = self.root / f"{name}-ran"
        ran.mkdir(exist_ok=True)
        return {"RAN": str(ran), processes.MARK: str(self.root)}

    def close(self) -> None:
        for host in self.hosts:
            self.unplug(host)
        processes.stop_all(str(self.root), grace=0.2)


class SshPlace(RealPlace):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.key = new_private_key()
        self.known_hosts = root / "known_hosts"

    def backend(self, **changes: object) -> SshBackend:
        return SshBackend(self.options(**changes))

    def options(self, **changes: object) -> SshOptions:
        options = SshOptions(
            known_hosts=self.known_hosts,
            private_key=self.key,
            host_keys=HostKeys.STRICT,
            connect_timeout=timedelta(seconds=5),
            patience=timedelta(seconds=1),
            lease=timedelta(seconds=3),
            wait=timedelta(seconds=1),
        )
        return replace(options, **changes)  # type: ignore[arg-type]

    @abstractmethod
    def cut(self, host: Host) -> None:
        """Cut what is connected; whoever connects again is let in."""


class SandboxPlace(SshPlace):
    def __init__(self, root: Path, count: int) -> None:
        super().__init__(root)
        names = [f"web{number}" for number in range(1, count + 1)]
        self.servers = {name: SshHost(name, root / name, public_line(self.key)) for name in names}
        for server in self.servers.values():
            server.start()
        self.known_hosts.write_text("".join(f"{each.known_hosts_line()}\n" for each in self.servers.values()))
        self.hosts = [
            Host(each.name, "deploy", each.address, each.port, self.vars(each.name)) for each in self.servers.values()
        ]

    def unplug(self, host: Host) -> None:
        self.servers[host.name].unplug()

    def plug(self, host: Host) -> None:
        self.servers[host.name].plug()

    def cut(self, host: Host) -> None:
        self.servers[host.name].drop_connections()

    def close(self) -> None:
        super().close()
        for server in self.servers.values():
            server.stop()


class OpenSshPlace(SshPlace):
    def __init__(self, root: Path, count: int, sshd: str, env: str = "") -> None:
        super().__init__(root)
        names = [f"web{number}" for number in range(1, count + 1)]
        self.servers = {name: Sshd(sshd, root / name, public_line(self.key), env=env) for name in names}
        starting = [threading.Thread(target=server.start) for server in self.servers.values()]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        self.known_hosts.write_text("".join(f"{each.known_hosts_line()}\n" for each in self.servers.values()))
        self.hosts = [
            Host(name, each.user, "127.0.0.1", each.port, self.vars(name)) for name, each in self.servers.items()
        ]

    def unplug(self, host: Host) -> None:
        self.servers[host.name].stop()

    def plug(self, host: Host) -> None:
        self.servers[host.name].start()

    def cut(self, host: Host) -> None:
        self.servers[host.name].cut()


@dataclass(frozen=True)
class OneClient:
    """The same for every account, as aws_sessions.Sessions gives them."""

    made: Any

    def client(self, service: str, account: Account) -> Any:
        assert service == "ssm"
        return self.made


class SsmPlace(RealPlace):
    def __init__(self, root: Path, count: int) -> None:
        super().__init__(root)
        self.server = SystemsManager()
        self.site = replace(self.site, ssm=Account("eu-west-1"))
        for number in range(1, count + 1):
            name = f"i-{number:017x}"
            (root / name).mkdir()
            self.server.manage(name, root / name)
            self.hosts.append(Host(name, "", "10.0.0.1", vars=self.vars(name)))
        self.client = self.server.client()

    def backend(self) -> SsmBackend:
        return SsmBackend(self.clients(), self.options())

    def clients(self) -> "OneClient":
        return OneClient(self.client)

    def options(self, **changes: object) -> SsmOptions:
        options = SsmOptions(
            patience=timedelta(seconds=1),
            lease=timedelta(seconds=10),
            wait=timedelta(seconds=5),
            poll=timedelta(seconds=0.02),
        )
        return replace(options, **changes)  # type: ignore[arg-type]

    def unplug(self, host: Host) -> None:
        if host.name in self.server.agents:
            self.server.agents[host.name].ping = "ConnectionLost"

    def plug(self, host: Host) -> None:
        self.server.agents[host.name].ping = "Online"

    def close(self) -> None:
        super().close()
        self.client.close()
        self.server.close()
