"""Where deploys are asked for that may wait, and where each in the line gets its turn."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.engine.claims import Claim
from bot.engine.desk import DeployDesk
from bot.engine.doors import Doors
from bot.engine.findings import Findings
from bot.engine.journal import Journal
from bot.engine.outages import NUMBER
from bot.engine.queuebook import QueueBook
from bot.errors import StateError
from bot.fleet import Fleet
from bot.grammar import DeployTo, parse_deploy
from bot.messages.queue import FELL_OUT, over_words
from bot.messages.refusals import words
from bot.model import Target
from bot.plan.known import find_target
from bot.plan.queue import keeps_place, may_wait, unread
from bot.proposals import Proposal
from bot.queue import Left, Place, Waiter
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.state.database import Database

log = structlog.get_logger(__name__)

PAUSE = timedelta(seconds=15)  # before git or Slack are asked once more for the same deploy


class QueueDesk:
    def __init__(
        self,
        db: Database,
        journal: Journal,
        desk: DeployDesk,
        doors: Doors,
        findings: Findings,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._journal = journal
        self._book = QueueBook(db, journal)
        self._desk = desk
        self._doors = doors
        self._findings = findings
        self._fleet = fleet
        self._pauses: dict[int, datetime] = {}

    def ask(self, user: str, wanted: DeployTo) -> Deploy | Place | Refusal | Proposal:
        """The deploy, begun at once if it may; else its place in line; else why not even that. What has to be confirmed
        and could begin now is confirmed now.
        """
        target = find_target(self._fleet(), wanted.service, wanted.environment)
        if isinstance(target, Refusal):
            return target
        self._serve(self._book.rows.line(target))
        command = replace(wanted, wait=False)
        found = self._desk.ask(user, command, claim=self._overtaking(target, command, user))
        if isinstance(found, Deploy | Proposal) or not may_wait(found):
            return found
        return self._unknown(target, command) or self._join(target, user, command, found)

    def leave(self, user: str, button: str) -> Waiter | Refusal:
        """By the number on a button: whoever asked for it, or may deploy there, takes it out."""
        found = self._book.rows.get(int(button)) if NUMBER.fullmatch(button) else None
        if found is None:
            return Refusal(Reason.OVER, detail="there is no such place in line")
        closed = None if user == found.asker else self._doors.closed(user, found.target)
        if closed:
            return closed
        ended = self._book.end(found, Left.TAKEN_OUT, user)
        return ended or Refusal(Reason.OVER, detail=over_words(self._book.rows.get(found.id) or found))

    def again(self, user: str, button: str) -> Deploy | Place | Refusal | Proposal:
        """By the number on the button of one that fell out: asked for anew by the same person, who now is there to
        confirm what has to be.
        """
        found = self._book.rows.get(int(button)) if NUMBER.fullmatch(button) else None
        if found is None:
            return Refusal(Reason.OVER, detail="there is no such place in line")
        if user != found.asker:
            return Refusal(Reason.NOT_YOURS)
        command = parse_deploy(found.command)
        if found.how not in FELL_OUT or not isinstance(command, DeployTo):
            return Refusal(Reason.OVER, detail=over_words(found))
        return self.ask(user, replace(command, wait=True))

    def serve(self) -> None:
        """Begins what may begin, line by line in order; brings the messages of the rest up to date."""
        waiting = self._book.rows.waiting()
        self._pauses = {waiter.id: self._pauses[waiter.id] for waiter in waiting if waiter.id in self._pauses}
        for target in dict.fromkeys(waiter.target for waiter in waiting):
            try:
                self._serve([waiter for waiter in waiting if waiter.target == target])
            except StateError:
                raise
            except Exception:
                log.exception("a line got no turn; trying again", target=str(target))

    def _serve(self, line: list[Waiter]) -> None:
        number = 1
        for waiter in line:
            found = self._turn(waiter)
            if found:
                self._book.show(Place(waiter, number, found))
            number += self._stays(waiter)

    def _stays(self, waiter: Waiter) -> bool:
        found = self._book.rows.get(waiter.id)
        return found is not None and found.how is None

    def _turn(self, waiter: Waiter) -> Refusal | None:
        """What it waits for; None when that was not asked again, or it has left the line."""
        now = self._journal.clock.now()
        if now >= waiter.until:
            self._book.end(waiter, Left.EXPIRED, "")
            return None
        if now < self._pauses.get(waiter.id, now):
            return None
        found = self._asked(waiter)
        if isinstance(found, Deploy):
            return None
        if unread(found):
            self._pauses[waiter.id] = now + PAUSE
        if keeps_place(found):
            return found
        what, way_out = words(found, now)
        self._book.end(waiter, Left.REFUSED, "", f"{what} {way_out}")
        return None

    def _asked(self, waiter: Waiter) -> Deploy | Refusal:
        """As if it were typed now, by the same person."""
        command = parse_deploy(waiter.command)
        if not isinstance(command, DeployTo):
            return Refusal(Reason.UNREADABLE, "/deploy help", detail="this version reads that command differently")
        return self._desk.take_turn(waiter.asker, command, self._begun(waiter))

    def _begun(self, waiter: Waiter) -> Claim:
        return lambda deploy: self._book.end(waiter, Left.BEGUN, waiter.asker, deploy=deploy.id) is not None

    def _overtaking(self, target: Target, command: DeployTo, user: str) -> Claim:
        """Where only the latest counts, what begins at once replaces what still waits."""

        def overtake(_: Deploy) -> bool:
            if self._only_latest(target):
                self._book.replace(target, None, str(command), user)
            return True

        return overtake

    def _unknown(self, target: Target, wanted: DeployTo) -> Refusal | None:
        """What is wrong with it today is said today."""
        found = self._findings.of_ref(target, wanted.ref) if wanted.ref else None
        return found if isinstance(found, Refusal) and not unread(found) else None

    def _join(self, target: Target, user: str, command: DeployTo, behind: Refusal) -> Place:
        deployment, now = self._fleet().deployment(target), self._journal.clock.now()
        until = now + (deployment.wait_at_most if deployment else PAUSE)
        return self._book.join(Waiter(target, str(command), user, now, until), behind, self._only_latest(target))

    def _only_latest(self, target: Target) -> bool:
        deployment = self._fleet().deployment(target)
        return deployment is not None and deployment.queue == "latest"
