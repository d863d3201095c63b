"""A check as it is run: one question, one id that no setting changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.cloud import HERE, Account
from bot.fleet.allowance import Allowance
from bot.fleet.check_config import CheckConfig
from bot.fleet.kinds import Fill
from bot.model import Action, Host, Severity, Target
from bot.questions import Question


@dataclass(frozen=True, slots=True)
class Check:
    """`id` is `service/environment/name`, with `/host` behind it for a check per host; `host` is that host's name."""

    id: str
    target: Target
    host: str | None
    question: Question
    every: timedelta
    timeout: timedelta
    down_after: int
    up_after: int
    action: Action
    severity: Severity = Severity.PAGE
    auto: Allowance | None = None  # how often its action may run by itself

    @property
    def base(self) -> str:
        """The same for all hosts of a check per host."""
        return self.id.removesuffix(f"/{self.host}") if self.host else self.id


def expand(target: Target, config: CheckConfig, hosts: Sequence[Host], account: Account = HERE) -> Iterator[Check]:
    """One check, or one for each host. `account`: where the environment lives."""
    base = f"{target.service}/{target.environment}/{config.label}"
    if not config.per_host:
        yield _check(base, target, None, _question(target, config, None, account), config)
        return
    for host in hosts:
        yield _check(f"{base}/{host.name}", target, host.name, _question(target, config, host, account), config)


def _question(target: Target, config: CheckConfig, host: Host | None, account: Account) -> Question:
    return config.asks.question(Fill(host, target.service, target.environment, account), config.timeout)


def _check(check_id: str, target: Target, host: str | None, question: Question, config: CheckConfig) -> Check:
    return Check(
        id=check_id,
        target=target,
        host=host,
        question=question,
        every=config.every,
        timeout=config.timeout,
        down_after=config.down_after,
        up_after=config.up_after,
        action=config.action,
        severity=config.severity,
        auto=config.at_most if config.auto else None,
    )
