"""The server's side of one SSH connection: who may log in, and commands as processes."""

import contextlib
import logging
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

HANDSHAKE_SECONDS = 20
"""How long a client may take to shake hands."""

TRANSPORT_LOG = "bot.sandbox.paramiko"
"""paramiko's own words go here: it logs a traceback for every client that leaves in mid-handshake."""

logging.getLogger(TRANSPORT_LOG).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose commands run where: home directory, the one public key line that opens it, environment."""

    home: Path
    authorized_key: str
    env: Mapping[str, str]

    def opens_with(self, key: paramiko.PKey) -> bool:
        return self.authorized_key.split()[:2] == [key.get_name(), key.get_base64()]


class Session(paramiko.ServerInterface):
    """Public-key login only; exec requests only."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return AUTH_SUCCESSFUL if self.account.opens_with(key) else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        threading.Thread(target=execute, args=(self.account, channel, command), daemon=True).start()
        return True


def serve(connection: socket.socket, key: paramiko.PKey, account: Account) -> paramiko.Transport:
    """Shake hands on an accepted connection; the transport then serves it in its own thread."""
    transport = paramiko.Transport(connection)
    transport.set_log_channel(TRANSPORT_LOG)
    transport.banner_timeout = HANDSHAKE_SECONDS
    transport.add_server_key(key)
    transport.start_server(server=Session(account))
    return transport


def execute(account: Account, channel: paramiko.Channel, command: bytes) -> None:
    """Run one command by `sh -c`; its input, output and exit status go over the channel."""
    process = subprocess.Popen(
        ["sh", "-c", command.decode(errors="surrogateescape")],
        cwd=account.home,
        env=dict(account.env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    threading.Thread(target=_feed, args=(channel, process.stdin), daemon=True).start()
    errors = threading.Thread(target=_pump, args=(process.stderr, channel.sendall_stderr), daemon=True)
    errors.start()
    _pump(process.stdout, channel.sendall)
    errors.join()
    status = process.wait()
    with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
        channel.send_exit_status(status if status >= 0 else 128 - status)
        channel.close()


def _feed(channel: paramiko.Channel, stdin: IO[bytes]) -> None:
    with contextlib.suppress(OSError), stdin:
        while data := channel.recv(32768):
            stdin.write(data)


def _pump(pipe: IO[bytes], send: Callable[[bytes], None]) -> None:
    """Until the pipe ends: a reader that has gone is no reason to stop the command."""
    with pipe:
        while data := pipe.read(32768):
            with contextlib.suppress(OSError):
                send(data)
