"""The entries of NOTIFY_URLS, each with a name that is no secret."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

TOKEN = re.compile(r"[^\s/?&=,:@.]{12,}")  # a part of an address that may be a token: hosts have dots


@dataclass(frozen=True, slots=True)
class Way:
    """`name` is its scheme, with a number behind it from the second on (`mailto`, `mailto-2`): what waits for it is
    still its own when its password has changed. `words` say for what it is used.
    """

    name: str
    words: frozenset[str]
    url: SecretStr

    def secrets(self) -> Iterator[str]:
        """What of the address must not be seen in a log."""
        url = self.url.get_secret_value()
        rest = url.partition("://")[2]
        yield url
        yield rest
        password = urlsplit(f"//{rest}").password or ""
        yield from (password, unquote(password))
        yield from TOKEN.findall(rest)


def ways_of(entries: Iterable[tuple[tuple[str, ...], str]]) -> tuple[Way, ...]:
    """In their order."""
    seen = Counter[str]()
    made = []
    for words, url in entries:
        scheme = url.partition("://")[0].lower()
        seen[scheme] += 1
        name = scheme if seen[scheme] == 1 else f"{scheme}-{seen[scheme]}"
        made.append(Way(name, frozenset(words), SecretStr(url)))
    return tuple(made)
