"""How much trouble a deploy bears before it stops: the fleet file's words as a plan keeps them."""

from dataclasses import dataclass
from enum import StrEnum

Size = int | str
"""A number of hosts, or a share of all of them: `"25%"`."""


class Unreachable(StrEnum):
    """What a host counts as that could not be reached, before the deploy or in the middle of it."""

    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many hosts may fail, and how many may be without service at once; shares are rounded down.

    One host may always be changed: `max_unavailable` is at least 1. None sets no limit but the batches.
    """

    max_failures: Size = 0
    max_unavailable: Size | None = None
    unreachable: Unreachable = Unreachable.FAILED

    def failures_of(self, total: int) -> int:
        """How many of so many hosts may fail."""
        return _of(self.max_failures, total)

    def away_of(self, total: int) -> int | None:
        """How many of so many hosts may be without service at once."""
        return None if self.max_unavailable is None else max(1, _of(self.max_unavailable, total))


STRICT = Tolerance()
"""Nothing is borne."""


@dataclass(frozen=True, slots=True)
class Failures:
    """The hosts that count as failed, of which `most` of `total` may. `proven`: the release is well on some host.
    `lost` are those that it may run on and of which nothing is known since, where that does not count as failed.
    """

    hosts: tuple[str, ...]
    most: int
    total: int
    proven: bool
    lost: tuple[str, ...] = ()

    @property
    def too_many(self) -> bool:
        return len(self.hosts) > self.most

    @property
    def unproven(self) -> bool:
        """Hosts were lost to it and none is well: that is borne by no tolerance, or a canary could never fail."""
        return bool(self.hosts or self.lost) and not self.proven


@dataclass(frozen=True, slots=True)
class NoRoom:
    """No host may be taken out of service: `away` are without it already, and `most` may be."""

    away: tuple[str, ...]
    most: int


def _of(size: Size, total: int) -> int:
    return size if isinstance(size, int) else total * int(size.removesuffix("%")) // 100
