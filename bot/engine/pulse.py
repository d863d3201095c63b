"""How the bot itself does: its sweeps, its database, its line to Slack; and the figures of what it watches."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.cloud_trouble import CallCount
from bot.engine.clock import Clock
from bot.engine.monitor import Monitor
from bot.errors import SlackBusy, SlackError, StateError
from bot.fleet import Check, Fleet
from bot.messages.words import duration
from bot.model import Target
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.outbox import Outbox
from bot.state.unasked import UnaskedChecks
from bot.timings import Timings
from bot.watch import CheckState

STALE = timedelta(seconds=30)  # sweeps come twice a second, and may wait ten for the database
WAITING = timedelta(minutes=2)  # a message that is older has not been held up by Slack's limits alone
PATIENCE = 0.5  # seconds for the database's lock: whoever asks waits for no more than a second
UNANSWERED = timedelta(minutes=2)  # whoever asks has given a target up long before
KEPT = timedelta(seconds=15)  # how long Slack's answer is believed


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that the bot needs: `words` say how it does, without secrets and paths."""

    name: str
    ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is to count at one moment. `checks` are those of the fleet file with how they stand, None for one
    that was never asked, `unasked` how many of them the bot could not ask last; `oldest` is the age of the oldest
    message that waits for Slack, `refused` how many it did not take and that are tried again now and then; `calls` are
    those of AWS.
    """

    parts: tuple[Part, ...]
    checks: tuple[tuple[Check, CheckState | None], ...]
    incidents: dict[Target, int]
    deploys: dict[Target, int]
    unasked: dict[Target, int]
    waiting: int
    oldest: timedelta
    refused: int
    swept: timedelta
    sweeps: Timings
    deliveries: Timings
    calls: tuple[CallCount, ...]


class Line(Protocol):
    """How Slack is reached; raises SlackError when it is not."""

    def __call__(self) -> None: ...


class Pulse:
    """Asked by health checks and by Prometheus, from any thread."""

    def __init__(
        self,
        db: Database,
        monitor: Monitor,
        fleet: Callable[[], Fleet],
        line: Line,
        clock: Clock,
        deliveries: Timings,
        calls: Callable[[], tuple[CallCount, ...]] = tuple,
    ) -> None:
        self._db, self._monitor, self._fleet, self._line, self._clock = db, monitor, fleet, line, clock
        self._outbox, self._checks, self._deploys = Outbox(db), Checks(db), Deploys(db)
        self._unasked = UnaskedChecks(db)
        self._deliveries, self._calls = deliveries, calls
        self._began = clock.now()
        self._slack: tuple[datetime, Part] | None = None

    def parts(self) -> tuple[Part, ...]:
        """Sweeps, database, Slack, in this order."""
        return self.sweeps(), self._database(), self._line_to_slack()

    def sweeps(self) -> Part:
        """Whether checks are being asked; with a sweep that hangs, only a restart helps."""
        age = self._swept()
        if age > STALE:
            return Part("sweeps", False, f"the last sweep of the checks ended {duration(age)} ago")
        if self._monitor.overdue > UNANSWERED:
            missing = duration(self._monitor.overdue)
            return Part("sweeps", False, f"the answer of a check has been missing for {missing} beyond its timeout")
        return Part("sweeps", True, "checks are swept twice a second")

    def _swept(self) -> timedelta:
        return self._clock.now() - (self._monitor.swept_at or self._began)

    def _database(self) -> Part:
        try:
            self._db.probe(PATIENCE)
        except StateError as error:
            return Part("database", False, str(error).replace(str(self._db.path), "the database"))
        if self._monitor.troubled:
            return Part("database", False, "results of checks could not be written; they are kept until they can")
        return Part("database", True, "it can be written")

    def _line_to_slack(self) -> Part:
        """Slack is asked by the one who wants to know, and not more often than it matters."""
        now = self._clock.now()
        if self._slack is None or now - self._slack[0] >= KEPT:
            self._slack = now, self._asked()
        found = self._slack[1]
        try:
            age = self._backlog(now)[1] if found.ok else timedelta()
        except StateError:
            return found
        return Part("slack", False, f"a message waits for Slack since {duration(age)}") if age > WAITING else found

    def _asked(self) -> Part:
        try:
            self._line()
        except SlackBusy:
            pass  # it answers
        except SlackError as error:
            return Part("slack", False, str(error))
        return Part("slack", True, "connected")

    def _backlog(self, now: datetime) -> tuple[int, timedelta]:
        """How many messages wait for Slack, and for how long the first of them."""
        waiting, since = self._outbox.backlog()
        return waiting, now - since if since else timedelta()

    def figures(self) -> Figures:
        """Raises StateError when the database cannot be read."""
        checks = self._fleet().checks()
        states = self._checks.states(check.id for check in checks)
        unasked = self._unasked.all()
        waiting, oldest = self._backlog(self._clock.now())
        return Figures(
            parts=self.parts(),
            checks=tuple((check, states.get(check.id)) for check in checks),
            incidents=dict(Counter(alert.incident.target for alert in self._monitor.open_incidents())),
            deploys=dict(Counter(deploy.target for deploy in self._deploys.unfinished())),
            unasked=dict(Counter(check.target for check in checks if check.id in unasked)),
            waiting=waiting,
            oldest=oldest,
            refused=self._outbox.refusals(),
            swept=self._swept(),
            sweeps=self._monitor.took,
            deliveries=self._deliveries,
            calls=self._calls(),
        )
