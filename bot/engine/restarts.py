"""Restarts as durable acts: killed at any line, a restart ends as it would have, and the alert says how."""

from collections.abc import Sequence

import structlog

from bot.backends.base import Backend, HostResult, Order
from bot.engine.audit import Audit
from bot.engine.clock import Clock
from bot.engine.durable import Durable
from bot.engine.outages import Outages
from bot.engine.sites import Sites
from bot.errors import PointsmanError
from bot.messages.words import escape, user
from bot.state.acts import Acts
from bot.state.database import Database
from bot.trail import THE_BOT, What

log = structlog.get_logger(__name__)


class Restarts:
    NAME = "restart"

    def __init__(
        self, db: Database, sites: Sites, backend: Backend, outages: Outages, durable: Durable, clock: Clock
    ) -> None:
        self._db = db
        self._acts = Acts(db)
        self._audit = Audit(db, clock)
        self._sites = sites
        self._backend = backend
        self._outages = outages
        self._durable = durable
        self._clock = clock
        durable.register(self.NAME, self.run)

    def start(self, act_id: int) -> None:
        self._durable.start(self.NAME, act_id)

    def resume(self) -> None:
        """Begins what was written down and not begun when the bot died; ends what can never end by itself."""
        for act in self._acts.unfinished():
            if self._durable.over(self.NAME, act.id):
                self._close(act.id, False, "the restart was given up: its end could not be written down")
            else:
                self.start(act.id)

    def run(self, act_id: int) -> None:
        try:
            ok, result = self._durable.step("restart", self._restart, act_id)
        except Exception as error:  # the workflow's edge: an act must end, or it blocks deploys for ever
            log.exception("restart broke", act=act_id)
            ok, result = False, f"the bot itself failed: {escape(str(error))}"
        self._durable.step("close", self._close, act_id, ok, result)

    def _restart(self, act_id: int) -> tuple[bool, str]:
        act = self._acts.get(act_id)
        if act is None:
            raise LookupError(f"there is no act {act_id}")
        try:
            place = self._sites.place(act.target)
            results = self._backend.restart(place.site, Order(f"restart-{act.id}", ""), place.hosts_of(act.hosts))
        except PointsmanError as error:
            return False, f"the restart was not begun: {escape(str(error))}"
        return all(result.ok for result in results), _summary(results)

    def _close(self, act_id: int, ok: bool, result: str) -> None:
        with self._db.transaction():
            now = self._clock.now()
            act = self._acts.get(act_id)
            if act and self._acts.finish(act_id, ok, result, now):
                self._outages.note(act.incident, f"{result}, asked by {user(act.requester)}", now, offering=True)
                subject, outcome = f"restart {act.id}", "succeeded" if ok else "failed"
                self._audit.note(THE_BOT, What.RESTART_ENDED, subject, act.target, result, "running", outcome)


def _summary(results: Sequence[HostResult]) -> str:
    """In mrkdwn."""
    done = [result.host for result in results if result.ok]
    words = [f"restarted {', '.join(done)}"] if done else []
    words += [f"the restart failed on {result.host}: {escape(result.cause)}" for result in results if not result.ok]
    return "; ".join(words)
