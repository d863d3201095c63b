"""OpenSSH's own sshd on a free port of localhost, with its own keys and configuration."""

import getpass
import os
import signal
import socket
import subprocess
from pathlib import Path

import psutil

from bot.sandbox.hosts_keys import host_key, public_line
from tests.waiting import eventually

CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {directory}/host_key
AuthorizedKeysFile {directory}/authorized_keys
PidFile {directory}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowUsers {user}
PermitRootLogin prohibit-password
ForceCommand {directory}/enter
SetEnv HOME={home} {env}
LogLevel ERROR
{more}
"""

ENTER = """#!/bin/sh
echo 'Welcome to this machine! A login profile may print such words.'
cd '{home}' && exec sh -c "$SSH_ORIGINAL_COMMAND"
"""


class Sshd:
    """One daemon; its logins are this user's, in `home`. `more` are lines for its configuration, `env` is the
    environment of logins (`NAME=value …`).
    """

    def __init__(self, program: str, home: Path, authorized_key: str, more: str = "", env: str = "") -> None:
        self.home = home
        self.program = program
        self.user = getpass.getuser()
        self.directory = home.with_name(f"{home.name}-sshd")
        self.directory.mkdir(parents=True)
        home.mkdir()
        self.port = _free_port()
        self.key = host_key(self.directory / "host_key")
        self._write("authorized_keys", f"{authorized_key}\n")
        self._write("enter", ENTER.format(home=home))
        (self.directory / "enter").chmod(0o755)
        self._write("config", CONFIG.format(**vars(self), more=more, env=env))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        command = [self.program, "-D", "-e", "-f", str(self.directory / "config")]
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(self._answers)

    def stop(self) -> None:
        """The daemon and every session of it."""
        if self._process is None:
            return
        sessions = self._sessions()
        self._process.terminate()
        self._process.wait(10)
        self._process = None
        _kill(sessions)

    def cut(self) -> None:
        """Every session of it; the daemon lets them in again."""
        _kill(self._sessions())

    def known_hosts_line(self) -> str:
        return f"[127.0.0.1]:{self.port} {public_line(self.key)}"

    def _sessions(self) -> list[psutil.Process]:
        """The daemon's own children, not what they run: that goes on, as on a real machine."""
        assert self._process is not None
        children = psutil.Process(self._process.pid).children(recursive=True)
        return [child for child in children if _name(child) == "sshd"]

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.directory / "log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _write(self, name: str, text: str) -> None:
        (self.directory / name).write_text(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return ""


def _kill(sessions: list[psutil.Process]) -> None:
    for session in sessions:
        try:
            session.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
