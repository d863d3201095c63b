"""What is asked of a cloud: the engine asks these values, backends answer them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Account:
    """Where an environment lives in AWS. Without a role it is reached with the bot's own credentials, without a region
    in the one that the AWS SDK finds.
    """

    region: str | None = None
    role_arn: str | None = None
    external_id: str | None = None

    def at(self, region: str | None) -> "Account":
        """The same account in that region; None leaves it where it is."""
        return replace(self, region=region) if region else self


HERE = Account()


@dataclass(frozen=True, slots=True)
class Search:
    """Running EC2 instances that have all of these tags.

    `address` is where each is reached (`private_ip`, …, `tag:NAME`); `vars` are its variables, a tag of the same name
    goes before.
    """

    tags: tuple[tuple[str, str], ...]
    account: Account
    user: str
    port: int
    address: str
    vars: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A load balancer's target group, by its name or ARN."""

    name: str
    account: Account = HERE


@dataclass(frozen=True, slots=True)
class ScalingGroup:
    """An Auto Scaling group, by its name."""

    name: str
    account: Account = HERE


@dataclass(frozen=True, slots=True)
class GroupStand:
    """An Auto Scaling group as it is now: its `members` by name, in its own words (`InService`, `Standby`, …);
    `suspended` are its processes that stand still; it never has fewer than `least`.
    """

    members: Mapping[str, str]
    suspended: frozenset[str]
    desired: int
    least: int


@dataclass(frozen=True, slots=True)
class Member:
    """How a host stands in a target group, in the load balancer's words: `healthy`, `initial`, `draining`, …"""

    state: str
    reason: str = ""

    @property
    def serves(self) -> bool:
        return self.state == "healthy"

    @property
    def leaves(self) -> bool:
        return self.state == "draining"

    def __str__(self) -> str:
        return f"{self.state} ({self.reason})" if self.reason else self.state
