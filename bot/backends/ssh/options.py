"""How to reach hosts, and how patient to be with them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path


class HostKeys(StrEnum):
    """What to do with a host that known_hosts does not name. A changed key is refused by both."""

    STRICT = "strict"
    ACCEPT_NEW = "accept-new"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order keeps to on a host, whatever carries its scripts there: see SshOptions."""

    lease: timedelta
    wait: timedelta
    fetch_timeout: timedelta
    unpack_timeout: timedelta


@dataclass(frozen=True, slots=True)
class SshOptions:
    """`private_key` is the key's text; None means the agent and the login's own keys in ~/.ssh.

    `patience` is how long a lost connection is tried again before the host counts as lost; `lease` how long an order
    may be silent before another one takes its place on a host (longer than `patience`, so that a cut order comes back
    to its own place); `wait` how long one question about a running step may stay open; `min_free` in bytes.
    """

    known_hosts: Path = Path("~/.ssh/known_hosts")
    private_key: str | None = None
    host_keys: HostKeys = HostKeys.STRICT
    connect_timeout: timedelta = timedelta(seconds=10)
    parallel: int = 50
    patience: timedelta = timedelta(seconds=30)
    lease: timedelta = timedelta(seconds=60)
    wait: timedelta = timedelta(seconds=10)
    fetch_timeout: timedelta = timedelta(minutes=10)
    unpack_timeout: timedelta = timedelta(minutes=5)
    min_free: int = 100 * 1024 * 1024

    @property
    def terms(self) -> Terms:
        return Terms(self.lease, self.wait, self.fetch_timeout, self.unpack_timeout)
