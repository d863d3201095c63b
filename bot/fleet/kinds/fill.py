"""What every kind of check has in common: texts in which names in braces are filled in, and a question they come to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.cloud import HERE, Account
from bot.fleet.reading import Place
from bot.model import Host
from bot.questions import Question


@dataclass(frozen=True, slots=True)
class Fill:
    """Fills in `{host}`, `{name}` and `{VAR}` of one host; for a check that is not per host, only `{{` and `}}`."""

    host: Host | None = None
    service: str = ""
    environment: str = ""
    account: Account = HERE

    def __call__(self, template: str) -> str:
        return self.host.fill(template) if self.host else template.format_map({})


Templates = Iterator[tuple[Place, str]]
"""Each text that names in braces may stand in, and where it stands below the check."""


class Kind(Protocol):
    """The keys of one kind, sound by themselves."""

    def question(self, fill: Fill, timeout: timedelta) -> Question:
        """What is asked, on one host or for all."""
        ...

    def templates(self) -> Templates:
        """The texts that `fill` is for; a check per host differs by at least one of them."""
        ...
