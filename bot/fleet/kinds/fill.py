"""What every kind of check has in common: texts in which names in braces are filled in, and a question they come to."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Protocol

from bot.fleet.reading import Place
from bot.questions import Question

Fill = Callable[[str], str]
"""Fills in `{host}`, `{name}` and `{VAR}` of one host; for a check that is not per host, only `{{` and `}}`."""
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
