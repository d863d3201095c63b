"""One host's connection for the length of one order. It comes back by itself after a cut, for as long as is patient."""

import contextlib
import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import TracebackType

import paramiko

from bot.backends.base import never
from bot.backends.ssh.closing import close
from bot.backends.ssh.connecting import Connector, spoken
from bot.backends.ssh.connection import Connection
from bot.backends.ssh.report import Lines, Report, understood
from bot.backends.ssh.sending import send
from bot.errors import HostUnreachable
from bot.model import Host

log = logging.getLogger(__name__)

ANSWER_SECONDS = 30.0
"""How long a script may take beyond the time it was told to wait; a silent connection counts as cut."""

PULSE_SECONDS = 1.0
"""How often whoever listens to a running script is asked whether it shall go on."""

OVER = "@pointsman-over@"
"""Said after a script that more follow, with its status: a line of its own, which no script says itself."""

ENDED = re.compile(rb"\n%s [0-9]+\n\Z" % OVER.encode())

NO_STATUS = -1
KILLED = 128
"""A shell's status above this is a signal: somebody ended the script, for example a shutdown."""


def nothing(*_: object) -> None:
    """What a listener does who does not care."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Follows a script while it runs: `heard` gets each line of its answer but the tail, `pulse` comes each second.

    `feed` is what the script is sent when it says what it `want`s, for as long as nobody is `halted`.
    """

    heard: Callable[[str], None] = nothing
    pulse: Callable[[], None] = nothing
    feed: Callable[[str], Iterator[bytes]] | None = None
    halted: Callable[[], bool] = never


DEAF = Listener()


class Link:
    """A context manager; `ask` may be called any number of times, from one thread."""

    def __init__(
        self,
        connector: Connector,
        host: Host,
        patience_seconds: float = 0,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._answer = answer_seconds
        self._connector = connector
        self._host = host
        self._patience = patience_seconds
        self._transport: Connection | None = None
        self._reused = False

    def __enter__(self) -> "Link":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """What is sound waits a while for the next order."""
        if kind is None and self._transport is not None:
            self._connector.parking.leave(self._host, self._transport)
            self._transport = None
        self._hang_up()

    @property
    def connected(self) -> bool:
        """Whether the host has let somebody in."""
        return self._transport is not None

    def ask(
        self, script: str, wait_seconds: float = 0, listener: Listener = DEAF, more_follows: bool = False
    ) -> Report:
        """Runs a script, which must bear repeating: after a cut it is sent again over a new connection. Where more
        follows, it runs in a shell of its own within one that waits for that; it may be silent until it has ended.

        It may be silent for as long as it was told to wait, and a little more. Raises HostUnreachable when the patience
        is used up, HostKeyRefused, and HostRefused when the host answers with something else than the script's words.
        """
        deadline: float | None = None
        pause = 0.1
        while True:
            try:
                return self._ask_once(script, self._answer + wait_seconds, listener, more_follows)
            except HostUnreachable as error:
                stale = self._reused
                self._hang_up()
                if stale:  # says nothing of the host
                    continue
                now = time.monotonic()
                deadline = deadline if deadline is not None else now + self._patience
                if now + pause > deadline:
                    raise
                log.info("%s: %s; trying again", self._host.name, error.what)
            time.sleep(pause)
            pause = min(pause * 1.6, 2.0)

    def aside(self, script: str, wait_seconds: float) -> None:
        """Runs a script beside the one that runs, over the same connection. What comes of it is told by that one."""
        if self._transport is not None:
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                execute(self._transport, script, ANSWER_SECONDS + wait_seconds, DEAF)

    def _ask_once(self, script: str, seconds: float, listener: Listener, more_follows: bool) -> Report:
        transport = self._connected()
        try:
            status, output, errors = execute(transport, script, seconds, listener, more_follows)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise HostUnreachable(self._host.name, f"the connection was lost: {spoken(error)}") from error
        if status == NO_STATUS or status > KILLED:
            raise HostUnreachable(self._host.name, "the connection was lost in mid-command")
        return understood(self._host.name, status, output, errors)

    def _connected(self) -> Connection:
        if self._transport is None or not self._transport.is_active():
            self._hang_up()
            parked = self._connector.parking.take(self._host)
            self._reused = parked is not None
            self._transport = parked or self._connector.connect(self._host)
        return self._transport

    def _hang_up(self) -> None:
        self._reused = False
        if self._transport is not None:
            with contextlib.suppress(paramiko.SSHException, OSError, EOFError):
                close(self._transport)
            self._transport = None


def within(script: str) -> str:
    """In a shell of its own, which may change its directory and exit; then its status is said."""
    return f"(\n{script}) </dev/null\nprintf '\\n{OVER} %s\\n' \"$?\"\n"


def execute(
    transport: Connection, script: str, seconds: float, listener: Listener, more_follows: bool = False
) -> tuple[int, str, str]:
    """Exit status (-1: none came), output, errors of a script that the host's `sh` reads from its input.

    The script goes by the input and not by the command line, so that any login shell will do and nobody reads it in
    the host's process list. Raises TimeoutError when it is silent for so many seconds, SSHException, EOFError or
    OSError when the connection is lost.
    """
    channel = transport.taken(seconds)
    with contextlib.ExitStack() as stack:
        stack.callback(channel.close)
        channel.settimeout(seconds)
        channel.sendall((within(script) if more_follows else script).encode())
        if not (more_follows or listener.feed):
            channel.shutdown_write()
        output = _drain(channel, seconds, listener, more_follows)
        answer, over, status = output.partition(f"\n{OVER} ".encode())
        if over and more_follows:
            stack.pop_all()
            transport.shell = channel
            return int(status), answer.decode(errors="replace"), ""
        errors = bytearray()
        while channel.recv_stderr_ready():
            errors += channel.recv_stderr(32768)
        if not channel.status_event.wait(seconds):
            raise TimeoutError
        return channel.exit_status, output.decode(errors="replace"), errors.decode(errors="replace")


def _drain(channel: paramiko.Channel, seconds: float, listener: Listener, more_follows: bool) -> bytearray:
    output, lines = bytearray(), Lines(partial(_heard, channel, seconds, listener))
    now = time.monotonic()
    heard, pulsed = now, now
    while True:
        channel.settimeout(max(0.01, min(heard + seconds, pulsed + PULSE_SECONDS) - now))
        data: bytes | None = None
        with contextlib.suppress(TimeoutError):
            data = channel.recv(32768)
        now = time.monotonic()
        if data == b"":
            return output
        if data:
            output, heard = output + data, now
            lines.feed(data)
            if more_follows and ENDED.search(output):
                return output
        elif now >= heard + seconds:
            raise TimeoutError
        if now >= pulsed + PULSE_SECONDS:
            listener.pulse()
            pulsed = now = time.monotonic()


def _heard(channel: paramiko.Channel, seconds: float, listener: Listener, line: str) -> None:
    listener.heard(line)
    name, _, have = line.partition(" ")
    if name == "want" and listener.feed:
        send(channel, listener.feed(have), seconds, partial(_goes_on, listener))


def _goes_on(listener: Listener) -> bool:
    listener.pulse()
    return not listener.halted()
