"""The protocol of systems that bring a release by themselves. The engine begins, follows, and says when to go on.

Every method raises CloudError when the system cannot be read or changed; what was reached stays, and the same call
again goes on from there.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.cloud import HERE, Account
from bot.errors import PointsmanError
from bot.fleet.managed import ManagedConfig
from bot.managed import Course, ManagedFacts, ManagedOrder, Proposed, TaskEnd
from bot.model import Release

Config = TypeVar("Config", bound=ManagedConfig)


@dataclass(frozen=True, slots=True)
class ManagedSite:
    """A service in an environment, as such a system needs to know it. `config` is the fleet file's key of the
    backend's name (`ecs: {…}`), `repo` where its sources are, `account` already in the config's region.
    """

    service: str
    environment: str
    repo: str
    config: ManagedConfig
    account: Account = HERE

    @property
    def unit(self) -> str:
        return self.config.unit

    def of(self, kind: type[Config]) -> Config:
        """The config of that kind. Raises PointsmanError when it is another: the fleet file changed under a deploy."""
        if not isinstance(self.config, kind):
            raise PointsmanError(f"{self.service} in {self.environment} is run by another backend now")
        return self.config


class Managed(Protocol):
    """A system that brings a release by itself."""

    def resolve(self, site: ManagedSite, ref: str | None) -> Release:
        """The exact release: an image digest (`sha256:…`), an AMI id, a full SHA. None: the newest there is.

        Raises RefUnknown with the nearest names, RepositoryUnreachable, CloudError.
        """
        ...

    def standing(self, site: ManagedSite) -> ManagedFacts:
        """What runs, changing nothing."""
        ...

    def propose(self, site: ManagedSite, order: ManagedOrder) -> Proposed:
        """What the order would change. Raises CloudRefused for a pace that the system cannot go."""
        ...

    def begin(self, site: ManagedSite, order: ManagedOrder) -> None:
        """Idempotent by `order.id`: begun before, also by a process that died, it is left alone."""
        ...

    def look(self, site: ManagedSite, order: ManagedOrder) -> Course:
        """How it goes: DONE only when the order's own release is the one that succeeded."""
        ...

    def go_on(self, site: ManagedSite, order: ManagedOrder, checkpoint: int) -> None:
        """Past this checkpoint; nothing when it is past it already."""
        ...

    def turn_back(self, site: ManagedSite, order: ManagedOrder) -> None:
        """Begins the system's own way back, while the order runs or waits. Nothing for one that is over, goes back
        already, or was never begun: `look` says which.
        """
        ...


class Runner(Protocol):
    """A system that runs commands of the fleet file once, each in a task of its own, in the release that stands."""

    def start(self, site: ManagedSite, order: str, task: str) -> str:
        """What the system calls it. Idempotent by `order`. Raises CloudError, PointsmanError for a task that is not in
        the fleet file any more.
        """
        ...

    def watch(self, site: ManagedSite, handle: str) -> TaskEnd:
        """Raises CloudError."""
        ...

    def stop(self, site: ManagedSite, handle: str, why: str) -> None:
        """Nothing for one that is over. Raises CloudError."""
        ...
