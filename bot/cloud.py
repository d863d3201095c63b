"""What is asked of a cloud: the engine asks these values, backends answer them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Where in AWS: `region` None as the SDK finds it; `role_arn` is assumed first, if there is one."""

    region: str | None = None
    role_arn: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Running EC2 instances that have all of these tags.

    `address` is where each is reached (`private_ip`, …, `tag:NAME`); `vars` are its variables, a tag of the same name
    goes before; `region` None: as the AWS SDK finds it.
    """

    tags: tuple[tuple[str, str], ...]
    region: str | None
    user: str
    port: int
    address: str
    vars: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A load balancer's target group, by its name or ARN."""

    name: str
    region: str | None = None


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
