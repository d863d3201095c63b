"""Opens an SSH connection: address, handshake, host key, login. No command runs here."""

import contextlib
import io
import logging
import random
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import paramiko

from bot.backends.ssh.closing import close
from bot.backends.ssh.connection import Connection
from bot.backends.ssh.options import SshOptions
from bot.backends.ssh.parking import SECONDS, Parking
from bot.backends.ssh.trust import Trust
from bot.errors import HostKeyRefused, HostRefused, HostUnreachable, PointsmanError
from bot.model import Host

KEEPALIVE_SECONDS = 15

IDLE_SECONDS = 5.0
"""How often paramiko's thread wakes on a silent connection, for its keepalive: each time costs 0.1 ms, and two hundred
hosts that wait for their next order wake that often for up to 40 s. Its own 0.1 s would be 20 % of a core.
"""

HANDSHAKE_TRIES = 6
"""sshd drops handshakes at random when more than MaxStartups (10) are under way."""

FAST_KEX = ("curve25519-sha256@libssh.org", "ecdh-sha2-nistp256")
"""Tried first: group exchange costs 28 to 100 ms of CPU for each host, these under 2."""

FAST_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
"""They need no MAC beside them, which paramiko compares byte by byte in Python: a tenth of what a script costs here."""

RSA = ("rsa-sha2-512", "rsa-sha2-256")

TRANSPORT_LOG = "bot.backends.ssh.paramiko"
"""paramiko logs a traceback for every dropped handshake; what matters of it is raised here anyway."""

logging.getLogger(TRANSPORT_LOG).setLevel(logging.CRITICAL)

DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")


class Connector:
    """Holds what every connection shares: the key, loaded once, whom to trust, and those that wait for an order, `kept`
    seconds long.
    """

    def __init__(self, options: SshOptions, kept: float = SECONDS) -> None:
        self.timeout = options.connect_timeout.total_seconds()
        self.trust = Trust(options.known_hosts, options.host_keys)
        self.parking = Parking(kept)
        self.key = load_key(options.private_key) if options.private_key is not None else None

    def connect(self, host: Host) -> Connection:
        """Raises HostUnreachable, HostKeyRefused, or HostRefused when the login is not accepted."""
        transport = self._shake_hands(host)
        try:
            self.trust.verify(host, transport.get_remote_server_key())
            self._log_in(host, transport)
        except BaseException:
            close(transport)
            raise
        transport.set_keepalive(KEEPALIVE_SECONDS)
        transport.sock.settimeout(IDLE_SECONDS)
        return transport

    def _shake_hands(self, host: Host) -> Connection:
        deadline = time.monotonic() + self.timeout
        for attempt in range(1, HANDSHAKE_TRIES + 1):
            connection = self._dial(host)
            transport = Connection(connection)
            try:
                self._prepare(host, transport)
                transport.start_client(timeout=self.timeout)
                if not transport.initial_kex_done:  # paramiko returns at its timeout as if all were well
                    raise paramiko.SSHException(f"no answer within {self.timeout:g} s")
                return transport
            except HostKeyRefused:
                close(transport)
                raise
            except (paramiko.SSHException, EOFError, OSError) as error:
                close(transport)
                hopeless = isinstance(error, paramiko.ssh_exception.IncompatiblePeer)
                if hopeless or attempt == HANDSHAKE_TRIES or time.monotonic() > deadline:
                    raise HostUnreachable(host.name, f"the SSH handshake failed: {spoken(error)}") from error
            time.sleep(0.1 * 2**attempt * random.uniform(0.5, 1.5))
        raise AssertionError("the loop returns or raises")

    def _dial(self, host: Host) -> socket.socket:
        try:
            connection = socket.create_connection((host.address, host.port), self.timeout)
        except (OSError, UnicodeError) as error:
            where = f"{host.address}:{host.port}"
            raise HostUnreachable(host.name, f"no connection to {where}: {spoken(error)}") from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _prepare(self, host: Host, transport: paramiko.Transport) -> None:
        transport.set_log_channel(TRANSPORT_LOG)
        transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = self.timeout
        options = transport.get_security_options()
        options.kex = _first(FAST_KEX, options.kex)
        options.ciphers = _first(FAST_CIPHERS, options.ciphers)
        known = self.trust.types_of(host)
        wanted = [name for key_type in known for name in (RSA if key_type == "ssh-rsa" else (key_type,))]
        options.key_types = _first(wanted, options.key_types)

    def _log_in(self, host: Host, transport: paramiko.Transport) -> None:
        tried = []
        for key in [self.key] if self.key else own_keys():
            tried.append(key.fingerprint)
            try:
                transport.auth_publickey(host.user, key)
                return
            except (paramiko.SSHException, EOFError, OSError) as error:
                # paramiko calls a connection that broke meanwhile a failed authentication too
                if not (isinstance(error, paramiko.AuthenticationException) and transport.is_active()):
                    what = f"the connection broke at login, at key {len(tried)}: {spoken(error)}"
                    raise HostUnreachable(host.name, what) from error
        raise HostRefused(host.name, _not_let_in(host, tried))


def load_key(text: str) -> paramiko.PKey:
    """A private key from its text. Raises PointsmanError for one that cannot be read or has a passphrase."""
    kinds: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
    for kind in kinds:
        try:
            return kind.from_private_key(io.StringIO(text.strip() + "\n"))
        except paramiko.PasswordRequiredException as error:
            raise PointsmanError(
                "the key in SSH_KEY has a passphrase: give one without, or load it into an agent"
            ) from error
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise PointsmanError("the key in SSH_KEY cannot be read: it must be an ed25519, ECDSA or RSA private key, whole")


def own_keys() -> Iterator[paramiko.PKey]:
    """The agent's keys, then the login's own files that need no passphrase."""
    with contextlib.suppress(paramiko.SSHException, OSError):
        yield from paramiko.Agent().get_keys()
    for name in DEFAULT_KEYS:
        path = Path("~/.ssh").expanduser() / name
        with contextlib.suppress(paramiko.SSHException, OSError, ValueError):
            yield paramiko.PKey.from_path(path)


def spoken(error: BaseException) -> str:
    """An error in words; some of paramiko's and the socket's have none."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, EOFError):
        return "the host closed the connection"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _first(wanted: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
    """What is wanted and offered, then the rest of what is offered."""
    head = tuple(name for name in wanted if name in offered)
    return head + tuple(name for name in offered if name not in head)


def _not_let_in(host: Host, tried: list[str]) -> str:
    if not tried:
        return "no SSH key to log in with: set SSH_KEY_FILE, start an agent, or put one into ~/.ssh"
    keys = " or ".join(tried)
    return f"{host.user}@{host.address} did not accept the key {keys}: add it to that login's ~/.ssh/authorized_keys"
