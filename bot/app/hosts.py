"""The hosts as the bot reaches them: who changes them, and who asks whether they are well."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.backends.base import Backend, KindProber, Prober
from bot.backends.busy import Busy, KindLoads
from bot.backends.http import CurlProber
from bot.backends.reaching import Reaching
from bot.backends.sealed_http import Headers, SealedHttp
from bot.backends.ssh import HostKeys, SshBackend, SshLoads, SshOptions, SshProber
from bot.backends.ssh.connecting import Connector
from bot.backends.ssh.parcels import Archive, Parcels
from bot.backends.vault import Vault
from bot.questions import Ask, CommandAsk
from bot.questions.numbers import ProcLoad
from bot.settings import Settings

KEPT = 150.0
"""Seconds that a connection to read the CPU by is kept: until the next minute, and one more."""


class HttpProber(Prober, KindProber[Ask], Protocol):
    """A deploy waits for its answers, checks collect them."""


class NoLoads:
    """Fills KindLoads for hosts that have no CPU of their own."""

    def read(self, questions: Sequence[ProcLoad], now: datetime) -> list[Busy]:
        return [Busy(trouble="these hosts have no CPU of their own") for _ in questions]

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """All that touches a host. `commands` asks by running a command there, `loads` how busy it is."""

    backend: Backend
    http: HttpProber
    commands: KindProber[CommandAsk]
    loads: KindLoads[ProcLoad] = field(default_factory=NoLoads)


def reached(settings: Settings, ssm: Backend, vault: Vault, archive: Archive) -> Hosts:
    """Over SSH, and by Systems Manager where the fleet file says so."""
    options, parcels = _options(settings), Parcels(archive, settings.repos_dir)
    backend, headers = SshBackend(options, vault.host, parcels.of), Headers(settings.header_secrets, vault)
    http, commands = CurlProber(secrets=headers), SshProber(backend.connector, opened=vault.host)
    loads = SshLoads(Connector(options, KEPT))
    return Hosts(Reaching(backend, ssm), SealedHttp(http, headers, vault), commands, loads)


def _options(settings: Settings) -> SshOptions:
    key = settings.ssh_key.get_secret_value() if settings.ssh_key else None
    return SshOptions(settings.ssh_known_hosts, key, HostKeys(settings.ssh_host_keys))
