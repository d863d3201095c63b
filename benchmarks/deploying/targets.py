"""Loopback targets: one OpenSSH sshd for each, on a port of its own.

One daemon per target and not a few with many addresses: each has its own host key, its own MaxStartups and its own
home, as a hundred machines have.
"""

import getpass
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil

from bot.sandbox.hosts_keys import host_key, new_private_key, public_line

PATIENCE = 60.0  # seconds until every daemon answers

CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {directory}/host_key
AuthorizedKeysFile {keys}
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowUsers {user}
PermitRootLogin prohibit-password
MaxStartups 1000
MaxSessions 100
SetEnv HOME={directory}/home
ForceCommand cd {directory}/home && exec sh -c "$SSH_ORIGINAL_COMMAND"
LogLevel ERROR
"""
"""HOME and the first directory are the target's own, whatever login the user has."""


@dataclass(frozen=True)
class Target:
    name: str
    port: int
    home: Path


class Targets:
    """Use as a context: all daemons answer on entry; they and their sessions are ended on exit, by their ids."""

    def __init__(self, directory: Path, count: int) -> None:
        self.directory = directory
        self.user = getpass.getuser()
        self.key_file, self.known_hosts = directory / "key", directory / "known_hosts"
        self.all = [self._lay_out(number, port) for number, port in enumerate(free_ports(count), start=1)]
        self._running: list[subprocess.Popen[bytes]] = []

    def _lay_out(self, number: int, port: int) -> Target:
        directory = self.directory / f"t{number}"
        (directory / "home").mkdir(parents=True)
        if not self.key_file.exists():
            self._new_key()
        keys = self.directory / "authorized_keys"
        (directory / "config").write_text(CONFIG.format(port=port, directory=directory, keys=keys, user=self.user))
        with self.known_hosts.open("a") as known:
            known.write(f"[127.0.0.1]:{port} {public_line(host_key(directory / 'host_key'))}\n")
        return Target(f"t{number}", port, directory / "home")

    def _new_key(self) -> None:
        key = new_private_key()
        self.key_file.touch(mode=0o600)
        self.key_file.write_text(key)
        (self.directory / "authorized_keys").write_text(f"{public_line(key)}\n")

    def __enter__(self) -> "Targets":
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            raise FileNotFoundError("sshd is not installed: apt-get install openssh-server")
        try:
            for target in self.all:
                self._running.append(self._start(program, target))
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self, program: str, target: Target) -> subprocess.Popen[bytes]:
        command = [program, "-D", "-e", "-f", str(target.home.parent / "config")]
        with (target.home.parent / "log").open("ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        for target, process in zip(self.all, self._running, strict=True):
            while not _answers(target.port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{target.name}: {(target.home.parent / 'log').read_text()}")
                time.sleep(0.01)

    def _stop(self) -> None:
        sessions = [child for process in self._running for child in _children(process.pid)]
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait()
        for session in sessions:
            if session.is_running():
                session.kill()
        self._running.clear()


def free_ports(count: int) -> list[int]:
    """All held at once while they are chosen, so that no two are the same."""
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
