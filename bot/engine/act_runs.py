"""Restarts and named steps as durable acts: killed at any line, one ends as it would have, and the alert says how."""

from collections.abc import Sequence
from typing import Any

import structlog

from bot.backends.base import Backend, HostResult, Order
from bot.engine.audit import Audit
from bot.engine.clock import Clock
from bot.engine.durable import Durable
from bot.engine.notices import Notices
from bot.engine.outages import Outages
from bot.engine.sites import Sites
from bot.errors import PointsmanError
from bot.messages.acts import Said, called, ended_words, said_message
from bot.messages.failures import own_failure
from bot.messages.words import escape, user
from bot.records import Act
from bot.state.acts import Acts
from bot.state.database import Database
from bot.trail import THE_BOT, What

log = structlog.get_logger(__name__)


class ActRuns:
    NAME = "restart"  # in the journal of workflows, where older versions began some that are to go on

    def __init__(
        self,
        db: Database,
        sites: Sites,
        backend: Backend,
        outages: Outages,
        notices: Notices,
        durable: Durable,
        clock: Clock,
    ) -> None:
        self._db = db
        self._acts = Acts(db)
        self._audit = Audit(db, clock)
        self._sites = sites
        self._backend = backend
        self._outages = outages
        self._notices = notices
        self._durable = durable
        self._clock = clock
        durable.register(self.NAME, self.run)

    def start(self, act_id: int) -> None:
        self._durable.start(self.NAME, act_id)

    def resume(self) -> None:
        """Begins what was written down and not begun when the bot died; ends what can never end by itself."""
        for act in self._acts.unfinished():
            if self._durable.over(self.NAME, act.id):
                self._close(act.id, False, f"{called(act)} was given up: its end could not be written down")
            else:
                self.start(act.id)

    def run(self, act_id: int) -> None:
        try:
            ended = self._durable.step("restart", self._carry_out, act_id)
        except Exception as error:  # the workflow's edge: an act must end, or it blocks deploys for ever
            log.exception("a restart or step broke off", act=act_id)
            ended = False, own_failure(escape(str(error)))
        self._durable.step("close", self._close, act_id, *ended)

    def _carry_out(self, act_id: int) -> tuple[Any, ...]:
        """Whether it went well, how in words, and what was said on hosts."""
        act = self._acts.get(act_id)
        if act is None:
            raise LookupError(f"there is no restart or step {act_id}")
        try:
            results = self._order(act)
        except PointsmanError as error:
            return False, f"{called(act)} was not begun: {escape(str(error))}"
        done = [result.host for result in results if result.ok]
        failed = [(result.host, result.cause) for result in results if not result.ok]
        return not failed, ended_words(act, done, failed), [(one.host, one.tail) for one in results if one.tail]

    def _order(self, act: Act) -> list[HostResult]:
        place, order = self._sites.place(act.target), Order(act.order, "")
        hosts = place.hosts_of(act.hosts)
        if not act.step:
            return self._backend.restart(place.site, order, hosts)
        spec = place.commands.get(act.step)
        if spec is None:
            raise PointsmanError(f"{act.step} is no longer in the fleet file")
        return self._backend.command(place.site, order, hosts, spec)

    def _close(self, act_id: int, ok: bool, result: str, said: Sequence[Said] = ()) -> None:
        with self._db.transaction():
            now = self._clock.now()
            act = self._acts.get(act_id)
            if act and self._acts.finish(act_id, ok, result, now):
                self._outages.note(act.incident, f"{result}, {asked(act)}", now, offering=True)
                if said:
                    self._notices.said(act.incident, f"act:{act.id}", said_message(act, said), now)
                what = What.STEP_ENDED if act.step else What.RESTART_ENDED
                outcome = "succeeded" if ok else "failed"
                self._audit.note(THE_BOT, what, subject(act), act.target, result, "running", outcome)


def asked(act: Act) -> str:
    return "by itself" if act.requester == THE_BOT else f"asked by {user(act.requester)}"


def subject(act: Act) -> str:
    """As the audit calls it."""
    return f"step {act.step} {act.id}" if act.step else f"restart {act.id}"
