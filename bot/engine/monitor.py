"""The watch: one sweep a second asks the checks that are due, judges what was answered, and tells what flipped.

Results, flips, incidents and messages of a sweep are one transaction: whenever the process dies, either all of it
happened or none, and what was being asked is asked again.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.backends.base import Answer, BackgroundProber
from bot.engine.audit import Audit
from bot.engine.clock import Clock
from bot.engine.echoes import Echoes
from bot.engine.history import History
from bot.engine.incidents import Herald
from bot.engine.notices import Notices
from bot.engine.quiet import Quiet
from bot.engine.recollection import Recollection
from bot.engine.sight import Sight
from bot.engine.unasked import UnaskedBook
from bot.engine.vitals import Ward
from bot.engine.ways import Ways
from bot.errors import StateError
from bot.fleet import Check, Fleet
from bot.model import Changed, Health, Target
from bot.plan.flapping import followed
from bot.plan.grace import hurried
from bot.plan.health import judge, longest_gap
from bot.plan.remedies import backdrop_of
from bot.plan.schedule import Schedule
from bot.state.checks import Checks
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.outbox import Outbox
from bot.timings import Timings
from bot.watch import Alert, CheckState, Flip, Vitals

log = structlog.get_logger(__name__)

MOST_KEPT = 20_000  # results that wait for a database that cannot be written; the oldest go first
SWEEPS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
LEISURE = timedelta(seconds=2)  # for so long a good answer of what is up may wait for others, to be written with them
LOST_AFTER = timedelta(minutes=2)  # beyond its timeout: a question whose answer got lost in the prober is asked again


@dataclass(frozen=True, slots=True)
class Turn:
    """What one answer makes of a check."""

    check: Check
    before: CheckState
    after: CheckState
    flip: Flip | None


class Monitor:
    """`fleet` gives the fleet file as it stands, `changes` what changed last on a target before a moment (called within
    the sweep's transaction); `references` are addresses elsewhere that show whether the bot itself sees; `news` gives
    the checks that shall be asked now, whenever their turn is. `sweep` runs in one thread at a time; the rest may be
    called from any.
    """

    def __init__(
        self,
        db: Database,
        outbox: Outbox,
        prober: BackgroundProber,
        fleet: Callable[[], Fleet],
        changes: Callable[[Target, datetime], Changed | None],
        clock: Clock,
        prefix: str = "",
        ways: Ways | None = None,
        references: Sequence[str] = (),
        news: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._db = db
        self._prober = prober
        self._fleet = fleet
        self._clock = clock
        self._news = news
        self._states = Checks(db)
        self._recollection = Recollection(self._states)
        self._incidents = Incidents(db)
        self._ward = Ward(self._states, self._incidents, fleet)
        self._quiet = Quiet(db, fleet)
        notices = Notices(self._incidents, outbox, self._quiet, Echoes(db, prefix, ways), prefix, ways)
        self._herald = Herald(self._incidents, notices, changes, Audit(db, clock), self._quiet, self._wait)
        self._hurried: set[Target] = set()
        self._sight = Sight(db, outbox, references, prefix, ways)
        self._unasked = UnaskedBook(db)
        self._schedule = Schedule()
        self._history = History(db)
        self._known: Fleet | None = None
        self._checks: dict[str, Check] = {}
        self._asking: dict[str, tuple[Check, datetime]] = {}
        self._unanswered: dict[str, datetime] = {}  # asked first then, however often since
        self._kept: deque[tuple[Check, Answer]] = deque(maxlen=MOST_KEPT)
        self._calm: set[str] = set()  # checks that are known to be up, and did not fail last
        self._recorded_at: datetime | None = None
        self._settled = False
        self.troubled = False  # results wait for a database that cannot be written
        self.swept_at: datetime | None = None  # when the last sweep that came to its end had begun
        self.overdue = timedelta()  # how long the answer of some check has been missing beyond its timeout
        self.took = Timings(SWEEPS)

    def sweep(self) -> None:
        """Asks what is due and records what was answered. Never waits for a target.

        A database that cannot be written is said once in the log; the results are kept and recorded when it can.
        """
        now = self._clock.now()
        self._adopt(self._fleet(), now)
        self._ask(now)
        self._collect()
        if not self._settled or self._has_news(now):
            self._try_to_record(now)
        waiting = (now - at - self._checks[check].timeout for check, at in self._unanswered.items())
        self.overdue = max(waiting, default=timedelta())
        self.took.add((self._clock.now() - now).total_seconds())
        self.swept_at = now

    def _has_news(self, now: datetime) -> bool:
        """Whether something of what was answered shall be recorded now, and all the rest with it."""
        if not self._kept:
            return False
        waited = self._recorded_at is None or not timedelta() <= now - self._recorded_at < LEISURE
        return waited or any(not answer.probe.ok or asked.id not in self._calm for asked, answer in self._kept)

    def _try_to_record(self, now: datetime) -> None:
        try:
            self._record(now)
        except StateError as error:
            self._trouble(error)
        else:
            self._relief()

    def _adopt(self, fleet: Fleet, now: datetime) -> None:
        """Takes over a fleet file that was loaded since the last sweep."""
        if fleet is self._known:
            return
        self._known = fleet
        self._checks = {check.id: check for check in fleet.checks()}
        self._calm = set()
        self._unanswered = {check: at for check, at in self._unanswered.items() if check in self._checks}
        self._schedule.replace({check.id: check.every for check in self._checks.values()}, now)
        self._settled = False

    def _ask(self, now: datetime) -> None:
        """A check that is still being asked is not asked twice at a time."""
        turns = dict.fromkeys([*self._schedule.take(now), *filter(self._checks.__contains__, self._news())])
        due = [check for each in turns if not self._is_asking(check := self._checks[each], now)]
        self._asking.update((check.id, (check, now)) for check in due)
        for check in due:
            self._unanswered.setdefault(check.id, now)
        questions = [*((check.id, check.question) for check in due), *self._sight.asks(now)]
        if questions:
            self._prober.submit(questions)

    def _is_asking(self, check: Check, now: datetime) -> bool:
        asked = self._asking.get(check.id)
        return asked is not None and now - asked[1] < asked[0].timeout + LOST_AFTER

    def _collect(self) -> None:
        for answer in self._prober.collect():
            self._unanswered.pop(answer.tag, None)
            asked = None if self._sight.takes(answer) else self._asking.pop(answer.tag, None)
            if asked:
                self._kept.append((asked[0], answer))

    def _record(self, now: datetime) -> None:
        results = list(self._kept)
        self._kept.clear()
        try:
            with self._db.transaction():
                if not self._settled:
                    self._settle(self._checks.keys(), now)
                blind = self._judge(results, now)
                self._herald.tell(now)
                written = self._history.write(now)
        except StateError:
            self._herald.forget()
            self._kept.extendleft(reversed(results))
            raise
        self._recollection.keep()
        self._recorded_at = now
        self._history.forget(written)
        for asked, answer in results:
            if answer.probe.ok or not blind:
                self._history.seen(asked.id, answer.probe, now)
        self._settled = True

    def _wait(self) -> timedelta:
        return self._fleet().alerts.group_wait

    def _settle(self, checks: Collection[str], now: datetime) -> None:
        """Checks that left the fleet file are forgotten; their open incidents end, and say so."""
        self._herald.unchecked(checks, now)
        self._states.forget_all_but(checks)
        self._unasked.forget_all_but(checks)
        self._recollection.forget()
        self._sight.recall(self._fleet(), self._checks, self._states.states(checks))

    def _judge(self, results: list[tuple[Check, Answer]], now: datetime) -> bool:
        """Whether the bot is blind: then a failure says nothing of what was asked, and is as if it never was."""
        believed = [(self._checks[answer.tag], answer) for asked, answer in results if self._asks_so(asked)]
        self._sight.see(believed)
        self._hurried = self._quiet.grace.hurried(now) if believed else set()
        turns = self._turns(believed)
        falls = [turn.flip.at for turn in turns if turn.flip and turn.flip.to is Health.DOWN]
        blind = self._sight.look(falls, self._channel, now)
        self._unasked.note(believed, blind, now)
        if blind:
            self._recollection.forget()  # what failed before was forgiven
            turns = self._turns([(check, answer) for check, answer in believed if answer.probe.ok])
        for turn in turns:
            self._tell(turn, now)
        self._recollection.save({turn.check.id: turn.after for turn in turns})
        self._calm.difference_update(turn.check.id for turn in turns if not turn.after.calm)
        self._calm.update(turn.check.id for turn in turns if turn.after.calm)
        return blind

    def _turns(self, answers: Sequence[tuple[Check, Answer]]) -> list[Turn]:
        """One for each answer, in their order."""
        states = self._recollection.states({check.id for check, _ in answers})
        return [self._turn(check, answer, states) for check, answer in answers]

    def _turn(self, check: Check, answer: Answer, states: dict[str, CheckState]) -> Turn:
        before = states.get(check.id) or CheckState(first_seen_at=answer.asked_at)
        gap = longest_gap(check.every, check.timeout)
        down_after = hurried(check.down_after) if check.target in self._hurried else check.down_after
        judged, flip = judge(before, answer.probe, answer.asked_at, down_after, check.up_after, gap)
        after = states[check.id] = judged if answer.probe.blind else followed(judged, answer.asked_at)
        return Turn(check, before, after, flip)

    def _tell(self, turn: Turn, now: datetime) -> None:
        if turn.after.flapping_since != turn.before.flapping_since:
            self._herald.followed(turn.check, turn.before, turn.after, self._channel, now)
        if turn.flip and self._known and self._known.service(turn.check.target.service):
            backdrop = backdrop_of(self._known, turn.check.target)
            self._herald.flipped(turn.flip, turn.check, turn.after, backdrop, self._channel, now)

    @property
    def _channel(self) -> str:
        return self._known.channels.alerts if self._known else ""

    def _asks_so(self, asked: Check) -> bool:
        """An answer to a question that is no longer asked so says nothing: the address may be another by now."""
        check = self._checks.get(asked.id)
        return check is not None and asked.question == check.question

    def _trouble(self, error: StateError) -> None:
        if not self.troubled:
            log.error("check results cannot be recorded; they are kept until they can", error=str(error))
        self.troubled = True

    def _relief(self) -> None:
        if self.troubled:
            log.info("check results are recorded again")
        self.troubled = False

    def annotate(self, incident_id: int, note: str, now: datetime, offering: bool = False) -> None:
        """Says in an alert what was asked for or done (mrkdwn), also when it is closed by then.

        `offering` tells whether the buttons of an open alert stand: not while an act runs, again when it failed.
        """
        with self._db.transaction():
            self._herald.annotate(incident_id, note, offering, now)

    def open_incidents(self) -> list[Alert]:
        """Oldest first."""
        return self._incidents.open_incidents()

    def overview(self, target: Target) -> Vitals:
        """How the checks of a target stand, its open incidents, and its uptime of the last 24 h."""
        return self._ward.vitals(target, self._clock.now())
