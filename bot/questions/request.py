"""How an HTTP check asks, beyond its address: the fleet file says it, the prober does it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.cloud import HERE, Account
from bot.errors import SecretUnset
from bot.sealed import is_sealed

SECRET = re.compile(r"\$\{([^{}]*)\}")
"""A secret's place in a header, by its name in CHECK_SECRETS: `${SHOP_TOKEN}`; or where AWS keeps it:
`${ssm:/shop/token}`.
"""


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
    account: Account = HERE  # which keeps the sealed ones

    @property
    def secrets(self) -> frozenset[str]:
        """The names in CHECK_SECRETS of those that its headers want."""
        return frozenset(name for name in self._named() if not is_sealed(name))

    @property
    def sealed(self) -> tuple[str, ...]:
        """Those that AWS keeps."""
        return tuple(dict.fromkeys(name for name in self._named() if is_sealed(name)))

    def _named(self) -> list[str]:
        return [name for _, value in self.headers for name in SECRET.findall(value)]


PLAIN = Request()


def sealed_key(name: str, account: Account) -> str:
    """What a sealed secret is called among all secrets: the same name may mean another in another account."""
    return f"{name} {account.role_arn or ''} {account.region or ''}"


def filled(value: str, secrets: Mapping[str, str], account: Account = HERE) -> str:
    """A header's value with its secrets. Raises SecretUnset, which names it."""
    return SECRET.sub(lambda found: _secret(found[1], secrets, account), value)


def _secret(name: str, secrets: Mapping[str, str], account: Account) -> str:
    try:
        return secrets[sealed_key(name, account) if is_sealed(name) else name]
    except KeyError:
        raise SecretUnset(name) from None
