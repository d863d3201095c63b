"""What an alert offers to do: plans choose it, messages show it as buttons."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    ROLLBACK = "rollback"
    RESTART = "restart"
    REPLACE = "replace"  # one machine, by a new one
    SCALE = "scale"  # one host more
    STEP = "step"  # a named one of the fleet file


@dataclass(frozen=True, slots=True)
class NamedStep:
    """A step of the fleet file's `actions`; `question` is what its button asks besides, empty for nothing."""

    name: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to do, on these hosts; none: on every host. `name` is the release, or the step."""

    kind: Kind
    name: str = ""
    hosts: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of an outage that decides what helps. `down` are the hosts that are down, none where that is not
    known host by host; `hosts` how many there are, 0 where that is not known. `back` is the release that a rollback
    would bring, empty for none; `fresh`: the one that stands there came shortly before the first failure.
    """

    preferred: Kind | None
    down: tuple[str, ...] = ()
    hosts: int = 0
    back: str = ""
    fresh: bool = False
    steps: tuple[NamedStep, ...] = ()
    runs: bool = True  # in the fleet file: what an alert from elsewhere speaks of may not
    replaceable: bool = False  # a cloud makes its hosts, and can make another

    @property
    def partly(self) -> bool:
        """Whether other hosts of the same release are well."""
        return 0 < len(self.down) < self.hosts
