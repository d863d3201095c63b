"""An SSH host on localhost: the sandbox's stand-in for a machine.

It runs in this process, and what is sent to it runs as real processes of this user, in a home directory of its own.
"""

import contextlib
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import paramiko

from bot.sandbox.hosts_keys import host_key, public_line
from bot.sandbox.hosts_session import Account, serve
from bot.sandbox.processes import MARK

log = logging.getLogger(__name__)


class SshHost:
    """One host: `start()`, `stop()`, `unplug()` (drops and refuses every connection), `plug()`.

    `authorized_key` is the one public key line (`ssh-ed25519 AAAA…`) that may log in, as any user; `env` is added to
    the environment of every command. With port 0 a free port is taken, and kept through unplug and plug.
    """

    def __init__(
        self, name: str, home: Path, authorized_key: str, port: int = 0, env: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.home = home.resolve()
        self.address = "127.0.0.1"
        self.port = port
        self.home.mkdir(parents=True, exist_ok=True)
        self.key = host_key(self.home / ".ssh_host_ed25519_key")
        self.account = Account(self.home, authorized_key, environment(self.home, env or {}))
        self.plugged = False
        self._socket: socket.socket | None = None
        self._transports: list[paramiko.Transport] = []
        self._lock = threading.Lock()

    @property
    def sandbox_id(self) -> str:
        """The mark that every process of this host carries; `processes.stop_all` ends them by it."""
        return self.account.env[MARK]

    def known_hosts_line(self) -> str:
        """This host as known_hosts has it; call it after `start()`, when the port is known."""
        return f"[{self.address}]:{self.port} {public_line(self.key)}"

    def start(self) -> None:
        self.plug()

    def stop(self) -> None:
        """Close the server. Processes that commands left behind keep running: see `processes.stop_all`."""
        self.unplug()
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def plug(self) -> None:
        """Accept connections, again or for the first time."""
        with self._lock:
            if self.plugged:
                return
            self._bind()
            assert self._socket is not None
            self._socket.listen(128)
            self.plugged = True
            threading.Thread(target=self._accept, args=(self._socket,), daemon=True, name=f"sshd-{self.name}").start()

    def unplug(self) -> None:
        """Cut every connection at once and refuse new ones. Commands that run keep running, as on a real machine."""
        with self._lock:
            if self.plugged:
                self.plugged = False
                self._bind()
        self.drop_connections()

    def drop_connections(self) -> None:
        """Cut what is connected now; new connections are accepted."""
        with self._lock:
            transports, self._transports = self._transports, []
        for transport in transports:
            with contextlib.suppress(OSError):
                transport.sock.shutdown(socket.SHUT_RDWR)
            transport.close()

    @property
    def connections(self) -> int:
        """How many connections are up now."""
        with self._lock:
            self._transports = [each for each in self._transports if each.is_active()]
            return len(self._transports)

    def run(self, command: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        """Run a command here as if it had come over SSH; output and errors come back together."""
        return subprocess.run(
            ["sh", "-c", command],
            cwd=self.home,
            env=self.account.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            start_new_session=True,
            check=False,
        )

    def _bind(self) -> None:
        """A fresh socket that holds the port but does not listen yet: who connects is refused."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((self.address, self.port))
        self.port = self._socket.getsockname()[1]

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with self._lock:
                if listening is not self._socket:
                    connection.close()
                    return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # without it every command waits 40 ms for the client's delayed acknowledgement
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            transport = serve(connection, self.key, self.account)
        except (paramiko.SSHException, OSError, EOFError) as error:
            log.debug("%s: a client left during the handshake: %s", self.name, error)
            connection.close()
            return
        with self._lock:
            if self.plugged:
                self._transports.append(transport)
                return
        transport.close()


def environment(home: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """What a command on the host sees: nothing of this process but where programs are and the language."""
    path = os.environ.get("PATH", os.defpath)
    own = {
        "HOME": str(home),
        "USER": "deploy",
        "LOGNAME": "deploy",
        "SHELL": "/bin/sh",
        # `python3` is there even where it is only in a virtual environment
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{path}",
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        MARK: str(home),
    }
    return own | dict(extra)
