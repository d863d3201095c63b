"""What waits for a person: questions they may answer, outages they took on, their locks, their places in line."""

from collections.abc import Callable, Iterator

from bot.engine.doors import Doors
from bot.engine.holds import Holds
from bot.engine.journal import Journal
from bot.errands import Errands
from bot.fleet import Fleet
from bot.halt import Choice, Halt
from bot.plan.approval import Answer, may_promote
from bot.records import Approval, Deploy
from bot.state.database import Database
from bot.state.incidents import Incidents
from bot.state.queue import Queue


class ErrandBook:
    def __init__(self, db: Database, journal: Journal, doors: Doors, holds: Holds, fleet: Callable[[], Fleet]) -> None:
        self._incidents, self._queue = Incidents(db), Queue(db)
        self._journal, self._doors, self._holds, self._fleet = journal, doors, holds, fleet

    def of(self, user: str) -> Errands:
        """As it stands now. Where it cannot be told who may answer, the question is left out."""
        running = self._journal.deploys.unfinished()
        locks, _ = self._holds.standing()
        return Errands(
            approvals=tuple(self._approvals(user, running)),
            halts=tuple(self._halts(user, running)),
            outages=tuple(one for one in self._incidents.open_incidents() if one.acknowledged_by == user),
            locks=tuple(lock for lock in locks if lock.holder == user),
            waiters=tuple(waiter for waiter in self._queue.waiting() if waiter.asker == user),
        )

    def _approvals(self, user: str, running: list[Deploy]) -> Iterator[tuple[Deploy, Approval]]:
        now = self._journal.clock.now()
        for deploy in running:
            question = self._journal.approvals.newest(deploy.id)
            access = self._fleet().access.get(deploy.target.environment)
            four_eyes = access.four_eyes if access else False
            if question is None or may_promote(question, user, deploy.requester, four_eyes, now) is not Answer.COUNTS:
                continue
            if self._doors.closed_to_approve(user, deploy.target) is None:
                yield deploy, question

    def _halts(self, user: str, running: list[Deploy]) -> Iterator[tuple[Deploy, Halt]]:
        for deploy in running:
            halt = self._journal.halts.newest(deploy.id)
            if halt and halt.choice is Choice.OPEN and self._doors.closed_to_abort(user, deploy.target) is None:
                yield deploy, halt
