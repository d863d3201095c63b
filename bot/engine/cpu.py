"""How busy every service is: read once a minute, for all of them in one sweep; kept for rules, checks and people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.backends.busy import Loads
from bot.capacity import Standing
from bot.engine.clock import Clock
from bot.fleet import Fleet
from bot.model import Target
from bot.plan.busy import HOUR, LATE, OVER, Asked, averaged, loads, questions, rows_of, slots, unwritten
from bot.scaling import BusyMinute, Combined, HostMinute, Load
from bot.standing import Cpu
from bot.state.cpu import CpuRows
from bot.state.database import Database

log = structlog.get_logger(__name__)

HOSTS_KEPT, SERVICES_KEPT = timedelta(hours=2), timedelta(hours=26)
TIDY = timedelta(minutes=15)
Kept = Mapping[Target, Sequence[HostMinute]]


def unseen(_: Target) -> Standing | None:
    """No cloud says what machines there are: the fleet file does."""
    return None


class CpuBook:
    """`standing` is how a target's machines stood when they were looked at last, None where no cloud keeps them."""

    def __init__(
        self,
        db: Database,
        reader: Loads,
        fleet: Callable[[], Fleet],
        clock: Clock,
        standing: Callable[[Target], Standing | None] = unseen,
    ) -> None:
        self._rows, self._reader = CpuRows(db), reader
        self._fleet, self._clock, self._standing = fleet, clock, standing
        self._newest: dict[tuple[Target, str], datetime] = {}
        self._troubles: Mapping[Target, Mapping[str, str]] = {}
        self._tidied: datetime | None = None

    def sweep(self) -> None:
        """All questions of all targets together; what could not be told is written down as just that."""
        now = self._clock.now()
        asked = [(target, *one) for target in self._fleet().targets() for one in self._questions(target)]
        found = self._reader.read([question for _, _, question in asked], now)
        kept: dict[Target, list[HostMinute]] = {}
        troubles: dict[Target, dict[str, str]] = {}
        for (target, host, question), busy in zip(asked, found, strict=True):
            rows = rows_of(host, question, busy.points, busy.load, busy.up_since, now)
            kept.setdefault(target, []).extend(unwritten(rows, self._newest.get((target, host))))
            if not busy.points:
                troubles.setdefault(target, {})[host] = busy.trouble
        self._rows.keep(kept)
        self._remember(kept, now)
        self._say(troubles)
        self._tidy(now)

    def loads(self, target: Target, now: datetime) -> tuple[Load, ...]:
        """Every host that serves, its CPU averaged as the fleet file says; None where it could not be told."""
        fleet = self._fleet()
        deployment = fleet.deployment(target)
        over = deployment.scale.over if deployment and deployment.scale else OVER
        rows = self._rows.hosts(target, now - LATE - over)
        return loads(self._standing(target), fleet.hosts(target), rows, averaged(rows, over, now))

    def series(self, target: Target, now: datetime) -> tuple[BusyMinute | None, ...]:
        """The last sixty minutes that are over, the oldest first; None where nothing was read."""
        return self.all_series([target], now)[target]

    def all_series(self, targets: Iterable[Target], now: datetime) -> dict[Target, tuple[BusyMinute | None, ...]]:
        wanted = list(targets)
        found = self._rows.minutes(wanted, now - HOUR)
        return {target: slots(found.get(target, ()), now) for target in wanted}

    def views(self, targets: Sequence[Target], now: datetime) -> dict[Target, Cpu]:
        """For people: the last hour of each."""
        return {
            target: Cpu(minutes, self._combined(target), self.trouble(target))
            for target, minutes in self.all_series(targets, now).items()
        }

    def _combined(self, target: Target) -> Combined:
        deployment = self._fleet().deployment(target)
        return deployment.scale.of if deployment and deployment.scale else "median"

    def minutes(self, targets: Iterable[Target], now: datetime) -> dict[Target, list[BusyMinute]]:
        """Those of a little more than the last hour, as far as they were read, the oldest first."""
        return self._rows.minutes(targets, now - HOUR - 2 * LATE)

    def trouble(self, target: Target) -> Mapping[str, str]:
        """By host (empty: of all together), why its CPU could not be told at the last sweep."""
        return self._troubles.get(target, {})

    def _questions(self, target: Target) -> list[Asked]:
        fleet, standing = self._fleet(), self._standing(target)
        deployment = fleet.deployment(target)
        machines = [machine.name for machine in standing.staying] if standing else []
        account = fleet.account(target.environment)
        return questions(target, deployment, account, machines) if deployment else []

    def _remember(self, kept: Kept, now: datetime) -> None:
        for target, rows in kept.items():
            self._newest |= {(target, row.host): row.minute for row in rows if row.cpu is not None}
        self._newest = {key: minute for key, minute in self._newest.items() if now - minute < HOUR}

    def _say(self, troubles: Mapping[Target, Mapping[str, str]]) -> None:
        """In the log, once for each target."""
        for target in sorted(troubles.keys() - self._troubles.keys()):
            log.warning("the CPU could not be told", target=str(target), why=next(iter(troubles[target].values())))
        for target in sorted(self._troubles.keys() - troubles.keys()):
            log.info("the CPU is told again", target=str(target))
        self._troubles = troubles

    def _tidy(self, now: datetime) -> None:
        if self._tidied is None or now - self._tidied >= TIDY:
            self._rows.forget(now - HOSTS_KEPT, now - SERVICES_KEPT)
            self._tidied = now
