"""What every place fills in where it is known how busy hosts and services are. The engine knows no more of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.questions.numbers import LoadQuestion


@dataclass(frozen=True, slots=True)
class Busy:
    """How busy a host or a service was: CPU in percent by the minute that began then, the oldest first.

    Without any point `trouble` says in plain words why; `failed`: it could not be asked, or not be read. `load` is how
    many processes ran or waited, over a minute, and `up_since` when the host began, where the source knows.
    """

    points: tuple[tuple[datetime, float], ...] = ()
    trouble: str = ""
    failed: bool = False
    load: float | None = None
    up_since: datetime | None = None


LoadKind = TypeVar("LoadKind", contravariant=True)


class KindLoads(Protocol[LoadKind]):
    """Where it is known how busy hosts and services of one kind are."""

    def read(self, questions: Sequence[LoadKind], now: datetime) -> list[Busy]:
        """One answer per question, in the order given: the points of the last minutes as far as they are there now, one
        that comes late the next time. Never raises for a source's trouble, and returns within some seconds.
        """
        ...

    def close(self) -> None: ...


Loads = KindLoads[LoadQuestion]
"""Of every kind."""
