"""A check as it is run: one URL, one id that no setting changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.model import Action, Host, Target


@dataclass(frozen=True, slots=True)
class Check:
    """`id` is `service/environment/name`, with `/host` behind it for a check per host; `host` is that host's name."""

    id: str
    target: Target
    host: str | None
    url: str
    every: timedelta
    timeout: timedelta
    down_after: int
    up_after: int
    statuses: frozenset[int]
    body: str
    action: Action


class Config(Protocol):
    """What the fleet file says of a check (`bot.fleet.shape.CheckConfig`)."""

    @property
    def label(self) -> str: ...
    @property
    def http(self) -> str: ...
    @property
    def every(self) -> timedelta: ...
    @property
    def timeout(self) -> timedelta: ...
    @property
    def down_after(self) -> int: ...
    @property
    def up_after(self) -> int: ...
    @property
    def statuses(self) -> tuple[int, ...]: ...
    @property
    def body(self) -> str: ...
    @property
    def action(self) -> Action: ...
    @property
    def per_host(self) -> bool: ...


def expand(target: Target, config: Config, hosts: Sequence[Host]) -> Iterator[Check]:
    """One check, or one for each host."""
    base = f"{target.service}/{target.environment}/{config.label}"
    if not config.per_host:
        yield _check(base, target, None, config.http.format_map({}), config)
        return
    for host in hosts:
        yield _check(f"{base}/{host.name}", target, host.name, host.fill(config.http), config)


def _check(check_id: str, target: Target, host: str | None, url: str, config: Config) -> Check:
    return Check(
        id=check_id,
        target=target,
        host=host,
        url=url,
        every=config.every,
        timeout=config.timeout,
        down_after=config.down_after,
        up_after=config.up_after,
        statuses=frozenset(config.statuses),
        body=config.body,
        action=config.action,
    )
