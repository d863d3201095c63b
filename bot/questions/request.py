"""How an HTTP check asks, beyond its address: the fleet file says it, the prober does it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import SecretUnset

SECRET = re.compile(r"\$\{([^{}]*)\}")
"""A secret's place in a header, by its name in CHECK_SECRETS: `${SHOP_TOKEN}`."""


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` are as the file has them: what stands for a secret is filled in when it is sent, and never kept.

    `data` is the body that is sent; `follow` how many redirects are followed. `http2`: spoken, and demanded.
    """

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    data: str = ""
    follow: int = 0
    verify: bool = True
    http2: bool = False

    @property
    def secrets(self) -> frozenset[str]:
        """The names of those that its headers want."""
        return frozenset(name for _, value in self.headers for name in SECRET.findall(value))


PLAIN = Request()


def filled(value: str, secrets: Mapping[str, str]) -> str:
    """A header's value with its secrets. Raises SecretUnset, which names it."""
    return SECRET.sub(lambda found: _secret(found[1], secrets), value)


def _secret(name: str, secrets: Mapping[str, str]) -> str:
    if name not in secrets:
        raise SecretUnset(name)
    return secrets[name]
