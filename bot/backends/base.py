"""The protocols every system that runs services fills in. The engine knows nothing else of them.

One host's trouble is a value in the answer, never an exception: a batch of two hundred must be able to say
that one was lost. Whole-backend trouble (no key, no repository) is raised as a PointsmanError.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.ci import CommitCheck
from bot.cloud import HERE, Account, Member, Search, TargetGroup
from bot.model import Host, Probe, Step
from bot.questions import Ask, Question
from bot.questions.kept import Kept
from bot.questions.numbers import CloudMetric, MetricQuestion
from bot.records import Commit


@dataclass(frozen=True, slots=True)
class StepSpec:
    """A command from the fleet file and how long it may take."""

    command: str
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Site:
    """A service in an environment, as a backend needs to know it.

    `path` is the directory on the host (relative to the login's home unless absolute); `steps` never lacks `restart`;
    `keep` is how many releases stay on each host. `ssm`: its hosts are reached by Systems Manager, in that account.
    `pushed`: they get each release from the bot, and have neither git nor a way to the repository.
    """

    service: str
    environment: str
    repo: str
    path: str
    steps: dict[Step, StepSpec]
    keep: int = 5
    ssm: Account | None = None
    account: Account = HERE
    pushed: bool = False


def never() -> bool:
    """Nobody asks for a halt."""
    return False


@dataclass(frozen=True, slots=True)
class Order:
    """One act on a site. Repeating an order with the same `id` finds out how it went; it is never done twice.

    `id` is unique for ever and safe in a file name (`deploy-41`, `deploy-41-rollback`, `restart-7`);
    `sha` the full SHA to bring; `protect` the SHAs that pruning must leave, besides the current one. `halted` is asked
    from any thread, before and within each step: once it says so, the step that runs is stopped and none follows.
    `bears` so many hosts may fail until it is begun on no further one, where the outside system stops by itself.
    """

    id: str
    sha: str
    protect: frozenset[str] = frozenset()
    halted: Callable[[], bool] = never
    bears: int | None = None


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What preflight reads on one host, without changing anything.

    `trouble` says in words why this host cannot be deployed to now; empty means it can. `reachable` False means
    nothing else is known. `current` is the SHA that `current` points to, None if nothing was ever deployed;
    `releases` the complete releases present; `disk_free` in bytes on the file system of `path`.
    """

    host: str
    reachable: bool
    current: str | None = None
    releases: frozenset[str] = frozenset()
    disk_free: int = 0
    user: str = ""
    trouble: str = ""


class Ending(StrEnum):
    """How an order ended on one host."""

    DONE = "done"  # all that was ordered: the wanted release is current, and was restarted
    KEPT = "kept"  # a step failed before the switch: the old release runs on, untouched
    SWITCHED = "switched"  # the switch was made, then the restart failed
    LOST = "lost"  # the connection went and did not come back: the host must be read again


@dataclass(frozen=True, slots=True)
class HostResult:
    """How an order ended on one host. For a failure: at which step, its exit status, the last lines of output; these
    also for a command.
    """

    host: str
    ending: Ending
    step: Step | None = None
    exit_status: int | None = None
    cause: str = ""
    tail: str = ""

    @property
    def ok(self) -> bool:
        return self.ending is Ending.DONE


Progress = Callable[[str, Step], None]
"""Called as (host name, step) when a step begins on a host; from any thread."""


class Backend(Protocol):
    """A system that runs services."""

    def survey(self, site: Site, hosts: Sequence[Host]) -> list[HostFacts]:
        """Read every host in parallel; one entry per host, in the order given."""
        ...

    def bring(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        """Bring the release to these hosts in parallel and restart them.

        Fetches, unpacks, installs and tests only where that release is not yet complete on the host.
        """
        ...

    def prepare(self, site: Site, order: Order, hosts: Sequence[Host], progress: Progress) -> list[HostResult]:
        """Make the release complete on these hosts in parallel, as `bring` does, and run the `beside` step, if there is
        one, in its directory; what is current stays. DONE, KEPT or LOST. The order that switches has an id of its own.
        """
        ...

    def retire(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        """Run the `retire` step in what is current on these hosts; a failed one is KEPT, with the step. Only for a site
        that has that step; `order.sha` is not looked at.
        """
        ...

    def command(self, site: Site, order: Order, hosts: Sequence[Host], spec: StepSpec) -> list[HostResult]:
        """Run this command of the fleet file in what is current on these hosts; `order.sha` is not looked at.

        DONE with the last lines that it said as `tail`; a failed one is KEPT.
        """
        ...

    def restart(self, site: Site, order: Order, hosts: Sequence[Host]) -> list[HostResult]:
        """Run the restart step on these hosts; `order.sha` is not looked at.

        A failed restart is SWITCHED, a host where nothing was ever deployed KEPT.
        """
        ...


class Prober(Protocol):
    """Asks addresses whether they are well; many at once, none delaying another."""

    def probe(self, asks: Sequence[Ask]) -> list[Probe]:
        """One answer per question, in the order given; at the latest after the longest timeout."""
        ...


class Source(Protocol):
    """Where releases come from."""

    def resolve(self, repo: str, ref: str) -> str:
        """The full SHA of a branch, tag, short or full SHA. Raises RefUnknown, RepositoryUnreachable."""
        ...

    def commits_between(self, repo: str, old: str, new: str) -> tuple[list[Commit], list[Commit]]:
        """What `new` has and `old` has not, and the other way round; newest first."""
        ...

    def recent(self, repo: str, most: int) -> list[Commit]:
        """The newest commits of all branches, newest first, from what is already known here: no network."""
        ...

    def names(self, repo: str) -> list[str]:
        """Tags and branches, newest first, from what is already known here: no network."""
        ...

    def tags(self, repo: str) -> Mapping[str, str]:
        """Name -> full SHA of the commit, newest first, from what is already known here: no network."""
        ...


class Finder(Protocol):
    """Where hosts are that no file names."""

    def find(self, search: Search) -> tuple[Host, ...]:
        """Those that run now, in an order that stays. Raises CloudError when the cloud cannot be read."""
        ...


class Balancer(Protocol):
    """A load balancer in front of hosts. Every method raises CloudError when it cannot be read or changed."""

    def members(self, group: TargetGroup) -> dict[str, Member]:
        """By the host's name; one that is not in the group is not in the answer."""
        ...

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        """Nothing for those that are out already. They drain afterwards: `members` says until when."""
        ...

    def join(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        """Nothing for those that are in already. Whether they serve is said by `members`, some time later."""
        ...


class CommitChecks(Protocol):
    """What CI says of commits."""

    def read(self, repo: str, sha: str) -> tuple[CommitCheck, ...]:
        """Every check run and status of a full SHA, the newest of each; none is an answer too.

        Raises ChecksError when not all of them could be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: the tag it was submitted with, and when it was asked."""

    tag: str
    probe: Probe
    asked_at: datetime


Kind = TypeVar("Kind", contravariant=True)


class KindProber(Protocol[Kind]):
    """Asks questions of one kind while its user does other things: a slow target holds up nobody."""

    def submit(self, asks: Sequence[tuple[str, Kind]]) -> None:
        """Begins to ask and returns at once; each tag comes back with its answer."""
        ...

    def collect(self) -> list[Answer]:
        """What was answered since the last call, oldest first; never waits.

        A failure that this process caused by sleeping is not among them: the question is asked again.
        """
        ...

    def close(self) -> None:
        """Ends its threads; what is still being asked is dropped."""
        ...


BackgroundProber = KindProber[Question]
"""Asks questions of every kind."""


@dataclass(frozen=True, slots=True)
class Value:
    """A finite number, or in plain words why there is none. `failed`: it could not be asked for, or not be read.
    `lasting`: not for this moment only, since the question is at fault, or nothing of that name is kept.
    """

    number: float | None
    trouble: str = ""
    failed: bool = False
    lasting: bool = False


class Metrics(Protocol):
    """Where the numbers of hosts are kept."""

    def read(self, questions: Sequence[MetricQuestion], at: datetime) -> list[Value]:
        """One value per question, in the order given, as it was at that moment; never raises for a source's trouble.

        Returns within some seconds, whatever the sources do.
        """
        ...


class ListedMetrics(Metrics, Protocol):
    """The same, where it can also be asked what is there at all."""

    def kept(self, metrics: Sequence[CloudMetric]) -> Kept:
        """What CloudWatch keeps under the name of these, which are of one account, namespace and name. Never raises for
        its trouble.
        """
        ...
