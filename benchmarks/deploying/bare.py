"""Two parts of our own, each alone: paramiko with our settings (the floor), and the ssh backend without the engine.

python -m benchmarks.deploying.bare floor|backend SCENE
"""

import itertools
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.deploying.app import INSTALL, RESTART, TEST, five_commands
from benchmarks.deploying.scene import Job, Scene, jobs, measured
from bot.backends.base import Order, Site, StepSpec
from bot.backends.ssh import SshBackend, SshOptions
from bot.backends.ssh.closing import close
from bot.backends.ssh.connecting import Connector
from bot.model import Host, Step

COMMANDS = {Step.INSTALL: INSTALL, Step.TEST: TEST, Step.RESTART: RESTART}


def options_of(scene: Scene) -> SshOptions:
    return SshOptions(Path(scene.known_hosts), Path(scene.key_file).read_text(), parallel=scene.parallel)


def hosts_of(scene: Scene, number: int) -> list[Host]:
    return [Host(name, scene.user, "127.0.0.1", port) for name, port in scene.targets[:number]]


class Floor:
    """One connection for each host, and on it the five commands, one after the other."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._connector = Connector(options_of(scene))

    def deploy(self, job: Job) -> None:
        commands = five_commands(Path(self._scene.repo), job.sha, job.path)
        hosts = hosts_of(self._scene, job.hosts)
        with ThreadPoolExecutor(min(len(hosts), self._scene.parallel)) as pool:
            list(pool.map(lambda host: self._visit(host, commands), hosts))

    def _visit(self, host: Host, commands: list[str]) -> None:
        transport = self._connector.connect(host)
        try:
            for command in commands:
                channel = transport.open_session()
                channel.exec_command(command)
                while channel.recv(32768):
                    pass
                if channel.recv_exit_status():
                    raise RuntimeError(f"{host.name}: {command}: {channel.recv_stderr(2000).decode()}")
                channel.close()
        finally:
            close(transport)


class BackendAlone:
    """Preflight and the order, with all guarantees on the hosts; no database, no workflow, no message."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._backend = SshBackend(options_of(scene))
        self._numbers = itertools.count(1)

    def deploy(self, job: Job) -> None:
        steps = {step: StepSpec(command, timedelta(minutes=1)) for step, command in COMMANDS.items()}
        site = Site("shop", "production", self._scene.repo, job.path, steps)
        hosts = hosts_of(self._scene, job.hosts)
        looked = self._backend.survey(site, hosts)
        order = Order(f"bench-{next(self._numbers)}", job.sha)
        done = self._backend.bring(site, order, hosts, lambda host, step: None)
        self._backend.connector.parking.close()  # the next deploy makes its own, as ours does
        bad = [fact.trouble for fact in looked if fact.trouble] + [one.cause for one in done if not one.ok]
        if bad:
            raise RuntimeError(f"{len(bad)} hosts failed, the first: {bad[0]}")


def main() -> None:
    what, scene = sys.argv[1], Scene.read(Path(sys.argv[2]))
    contender = Floor(scene) if what == "floor" else BackendAlone(scene)
    for job in jobs():
        measured(partial(contender.deploy, job))


if __name__ == "__main__":
    main()
