"""What is asked of a cloud: the engine asks these values, backends answer them."""

from collections.abc import Mapping
from dataclasses import dataclass


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
