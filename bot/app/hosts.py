"""The hosts as the bot reaches them: who changes them, and who asks whether they are well."""

from dataclasses import dataclass
from typing import Protocol

from bot.backends.base import Backend, KindProber, Prober
from bot.backends.http import CurlProber
from bot.backends.ssh import HostKeys, SshBackend, SshOptions, SshProber
from bot.questions import Ask, CommandAsk
from bot.settings import Settings


class HttpProber(Prober, KindProber[Ask], Protocol):
    """A deploy waits for its answers, checks collect them."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """All that touches a host. `commands` asks by running a command there."""

    backend: Backend
    http: HttpProber
    commands: KindProber[CommandAsk]


def over_ssh(settings: Settings) -> Hosts:
    backend = SshBackend(_options(settings))
    return Hosts(backend, CurlProber(secrets=settings.header_secrets), SshProber(backend.connector))


def _options(settings: Settings) -> SshOptions:
    key = settings.ssh_key.get_secret_value() if settings.ssh_key else None
    return SshOptions(settings.ssh_known_hosts, key, HostKeys(settings.ssh_host_keys))
