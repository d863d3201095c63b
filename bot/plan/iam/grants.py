"""What one use of AWS needs: actions, on resources as narrow as their names are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.cloud import Account

ANY = "*"
Condition = Mapping[str, Mapping[str, str | tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Grant:
    """One use. `sid` is letters and digits, the same for the same actions; `when` is IAM's Condition."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = (ANY,)
    when: Condition = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Where:
    """The parts of an ARN that an environment's account settles; `*` for those that are not known."""

    region: str = ANY
    account: str = ANY
    partition: str = "aws"

    def at(self, region: str | None) -> "Where":
        return replace(self, region=region) if region else self

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def wide(self, service: str, resource: str) -> str:
        """The same for what has no region, such as a role or a dashboard."""
        return f"arn:{self.partition}:{service}::{self.account}:{resource}"


def where_of(account: Account) -> Where:
    """A role's ARN says which account and partition it is."""
    _, partition, _, _, number, *_ = account.role_arn.split(":") if account.role_arn else ("", "aws", "", "", ANY)
    return Where(account.region or ANY, number, partition)
