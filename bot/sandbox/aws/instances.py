"""Gives each instance that AWS's stand-in says runs a host on this machine, and takes it away again."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox import processes
from bot.sandbox.hosts import SshHost
from bot.sandbox.ports import free_port

ADDRESS, PORT = "address", "APP_PORT"
"""Tags: where an instance is reached by SSH, and where its application listens."""

ALIVE = ("pending", "running")


@dataclass
class Instances:
    """`trust` is given each host's line for known_hosts before anybody can find the host; `hosts` are there now."""

    ec2: Any
    directory: Path
    authorized_key: str
    trust: Callable[[str], None]
    hosts: dict[str, SshHost] = field(default_factory=dict)

    def sweep(self) -> None:
        """What was launched boots, what was terminated goes."""
        alive = {one["InstanceId"] for one in self._all() if one["State"]["Name"] in ALIVE}
        for name in sorted(alive - self.hosts.keys()):
            self._boot(name)
        for name in sorted(self.hosts.keys() - alive):
            end(self.hosts.pop(name))

    def close(self) -> None:
        while self.hosts:
            end(self.hosts.popitem()[1])

    def _all(self) -> Iterator[Any]:
        for page in self.ec2.get_paginator("describe_instances").paginate():
            for reservation in page["Reservations"]:
                yield from reservation["Instances"]

    def _boot(self, name: str) -> None:
        app = free_port()
        environment = {PORT: str(app), "POINTSMAN_HOST": name}
        host = SshHost(name, self.directory / name, self.authorized_key, env=environment)
        host.start()
        self.trust(host.known_hosts_line())
        self.hosts[name] = host
        tags = {ADDRESS: f"{host.address}:{host.port}", PORT: str(app)}
        self.ec2.create_tags(Resources=[name], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def end(host: SshHost) -> None:
    """With all that runs on it."""
    host.stop()
    processes.stop_all(host.sandbox_id)
    shutil.rmtree(host.home, ignore_errors=True)
