"""Variables of a host that are secrets: opened for as long as a visit lasts, and kept out of what the host says."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.backends.base import HostResult
from bot.cloud import Account
from bot.model import Host, Probe
from bot.secrecy import Secrets

Opened = Callable[[Host, Account], Host]
"""The host with its secrets in place of their names. Raises SecretClosed."""
SHORTEST = 4  # characters of a value that is hidden: a shorter one would tear words apart
Said = TypeVar("Said", HostResult, Probe)


def as_it_is(host: Host, _account: Account) -> Host:
    """Nothing is opened."""
    return host


def without_secrets(said: Said, before: Host, opened: Host) -> Said:
    """The same, without any value that was opened: a step may print its environment."""
    values = {value for name, value in opened.vars.items() if value != before.vars[name] and len(value) >= SHORTEST}
    if not values:
        return said
    hidden = Secrets(values, SHORTEST).hidden
    if isinstance(said, HostResult):
        return replace(said, cause=hidden(said.cause), tail=hidden(said.tail))
    return replace(said, cause=hidden(said.cause))
