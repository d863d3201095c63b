"""What the status page shows: how targets stand, their last days and hours, and the latest outages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.model import Health, Incident, Target
from bot.watch import CheckView

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC) of a target: how often its checks were asked, and how many of these failed."""

    date: date
    count: int = 0
    failures: int = 0

    @property
    def share(self) -> float | None:
        """Of good answers, 0 to 1; None when nothing was asked."""
        return 1 - self.failures / self.count if self.count else None


def day(number: int, count: int = 0, failures: int = 0) -> Day:
    """By the day's number since 1970."""
    return Day(date.fromordinal(EPOCH + number), count, failures)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a target that is over: its median and 95th percentile of good answers in seconds, None without any."""

    begins: datetime
    median: float | None = None
    p95: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A target: how many checks it has, how many of them are down; its days that are over and its hours, the oldest
    first.
    """

    target: Target
    health: Health
    checks: int
    down: int
    past: tuple[Day, ...]
    today: Day
    hours: tuple[Hour, ...]

    @property
    def days(self) -> tuple[Day, ...]:
        return *self.past, self.today

    @property
    def share(self) -> float | None:
        """Of good answers in all of its days."""
        count = sum(day.count for day in self.days)
        return 1 - sum(day.failures for day in self.days) / count if count else None

    def same(self, other: "Row") -> bool:
        """Whether nothing has changed, told by what is cheap to look at: days and hours are made anew when they do."""
        return (
            self.past is other.past
            and self.hours is other.hours
            and (self.health, self.checks, self.down, self.today)
            == (other.health, other.checks, other.down, other.today)
        )


@dataclass(frozen=True, slots=True)
class Showing:
    """Everything at one moment. `incidents` are those that are open or ended lately, the newest first."""

    now: datetime
    rows: tuple[Row, ...]
    incidents: tuple[Incident, ...]


def lasted(incident: Incident, now: datetime) -> timedelta:
    """How long it was down, or is so far."""
    return (incident.ended_at or now) - incident.started_at


@dataclass(frozen=True, slots=True)
class Trace:
    """A check closely: how it stands, and its last hours, the oldest first."""

    target: Target
    check: CheckView
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Traces:
    """The checks of a service, in the order of the fleet file."""

    service: str
    checks: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The outages of one service: how many, how many of them last, and how long each took that was restored, the
    shortest first.
    """

    service: str
    incidents: int
    open: int
    restored: tuple[timedelta, ...]


@dataclass(frozen=True, slots=True)
class Outages:
    """What was down within a time up to `now`, the newest first; `complete` unless there were too many to tell.

    `unchecked` are the ids of those that ended because nobody asks any more, `closed` of those that people closed:
    nothing was restored there. `spoke` says of those from elsewhere that are open when their sender last did.
    """

    now: datetime
    within: timedelta
    incidents: tuple[Incident, ...]
    complete: bool = True
    unchecked: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()
    spoke: Mapping[int, datetime] = field(default_factory=dict)

    @property
    def open(self) -> tuple[Incident, ...]:
        return tuple(incident for incident in self.incidents if incident.ended_at is None)

    @property
    def restored(self) -> tuple[timedelta, ...]:
        """How long each took that is up again, the shortest first."""
        return self._restored(self.incidents)

    @property
    def records(self) -> tuple[Record, ...]:
        """One per service, what lasts first, then the most incidents."""
        found: dict[str, list[Incident]] = {}
        for incident in self.incidents:
            found.setdefault(incident.target.service, []).append(incident)
        records = (
            Record(service, len(many), sum(one.ended_at is None for one in many), self._restored(many))
            for service, many in found.items()
        )
        return tuple(sorted(records, key=lambda record: (-record.open, -record.incidents, record.service)))

    def _restored(self, incidents: Iterable[Incident]) -> tuple[timedelta, ...]:
        ended = (one for one in incidents if one.ended_at and one.id not in self.unchecked | self.closed)
        return tuple(sorted(lasted(incident, self.now) for incident in ended))
