"""Brings the outbox to Slack: each message once, the newest version in the end.

Kept in memory are only courtesies (the pace, and how long Slack has been away): a `kill -9` at any line loses nothing.
An attempt that is marked and has no outcome is looked for before it is repeated; an update is simply repeated.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.engine.clock import Clock
from bot.engine.trouble import Trouble
from bot.errors import SlackAway, SlackBusy, SlackError, SlackRefused
from bot.messages.plain import LEVELS, shown
from bot.model import Call, Content, Pending
from bot.plan.answers import Follows, after_refusal, todo
from bot.plan.pace import Pace
from bot.state.outbox import Outbox
from bot.timings import Timings

log = structlog.get_logger(__name__)

SETTLING = timedelta(seconds=3)  # until what a broken call may have stored can be found
IN_FLIGHT = timedelta(seconds=13)  # a call of a process that is gone: its timeout, then settling
RARELY = timedelta(minutes=10)
OUTAGE = "incident:"  # how the keys of messages about outages begin
WAITS = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)  # seconds
STRIKES = 5  # unclear answers to one message, while others go through, until its content is suspected
SKEW = timedelta(minutes=15)  # how far this clock and Slack's may be apart in a search


class Port(Protocol):
    """Slack (bot/backends/slack.py). Every call raises SlackError."""

    def post(self, channel: str, content: Content, op: str, thread_ts: str | None = None) -> tuple[str, str]: ...

    def update(self, channel_id: str, ts: str, content: Content, op: str) -> None: ...

    def find(self, channel: str, op: str, oldest: datetime, thread_ts: str | None = None) -> tuple[str, str] | None: ...


class Deliverer:
    """One per process is enough; several do no harm."""

    def __init__(self, outbox: Outbox, port: Port, clock: Clock) -> None:
        self._outbox = outbox
        self._port = port
        self._clock = clock
        self._pace = Pace()
        self._trouble = Trouble()
        self._strikes = Counter[int]()
        self.took = Timings(WAITS)  # from the moment that a message was written until Slack had it
        self.alerts = Timings(WAITS)  # the same, of outages alone

    def run_once(self) -> int:
        """Sends what may go now; how many calls that were. Raises StateError when the database is in trouble."""
        calls = 0
        while self._trouble.over_at <= self._clock.now():
            row = self._pace.next(self._outbox.pending(), self._clock.now())
            if row is None:
                break
            self._deliver(row)
            calls += 1
        return calls

    def _deliver(self, row: Pending) -> None:
        now = self._clock.now()
        claimed = self._outbox.claim(row, now, now + IN_FLIGHT)
        if claimed is None:
            return  # another deliverer has it, or its outcome came in meanwhile
        content, version = claimed
        self._pace.went(row, now)
        try:
            self._call(row, content, version)
        except SlackRefused as refused:
            self._refused(row, refused)
        except SlackError as error:
            self._unsent(row, error)
        else:
            self._trouble.none(self._clock.now())
            if row.call is not Call.SEARCH:
                self._strikes.pop(row.id, None)

    def _call(self, row: Pending, content: Content, version: int) -> None:
        """Makes the call and records how it went."""
        sent = shown(content, row.level)
        if row.call is Call.SEARCH:
            found = self._port.find(row.channel_id or row.channel, row.op, row.created_at - SKEW, row.parent_ts)
            if found:
                self._outbox.delivered(row, 0, *found)
            else:
                self._outbox.absent(row)
        elif row.ts is not None and row.channel_id is not None:
            self._port.update(row.channel_id, row.ts, sent, row.op)
            self._outbox.delivered(row, version, row.channel_id, row.ts)
        else:
            place = self._port.post(row.channel_id or row.channel, sent, row.op, row.parent_ts)
            self._outbox.delivered(row, version, *place)
            self._waited(row)

    def _waited(self, row: Pending) -> None:
        seconds = (self._clock.now() - row.created_at).total_seconds()
        self.took.add(seconds)
        if row.key.startswith(OUTAGE):
            self.alerts.add(seconds)

    def _unsent(self, row: Pending, error: SlackError) -> None:
        now = self._clock.now()
        if isinstance(error, SlackBusy):
            until = now + timedelta(seconds=error.retry_after)
            self._pace.stop(row, until)
            self._outbox.postponed(row, until, str(error))
            return
        alone = not self._trouble.on
        self._trouble.met(error, now)
        if isinstance(error, SlackAway):
            self._outbox.postponed(row, None, str(error))
            return
        self._outbox.unclear(row, now + SETTLING, str(error))
        if alone and row.call is not Call.SEARCH:
            self._suspect(row, now, error)

    def _suspect(self, row: Pending, now: datetime, error: SlackError) -> None:
        """Slack may answer 500 to one message for ever: it is then shown more plainly, or left for later, so that it
        does not hold up its channel.
        """
        self._strikes[row.id] += 1
        if self._strikes[row.id] < STRIKES:
            return
        del self._strikes[row.id]
        log.warning("Slack keeps failing on one message", message=row.key, channel=row.channel, error=str(error))
        if row.level < LEVELS:
            self._outbox.plainer(row, row.level + 1)
        else:
            self._outbox.shelved(row, now, now + RARELY)

    def _refused(self, row: Pending, refused: SlackRefused) -> None:
        now, code = self._clock.now(), refused.code
        follows = after_refusal(code, row.call, plainer=row.level < LEVELS)
        if follows is Follows.WAIT:
            self._trouble.met(refused, now, todo(code))
            self._outbox.postponed(row, None, str(refused))
            return
        self._trouble.none(now)
        self._say(row, refused, follows)
        match follows:
            case Follows.PLAINER:
                self._outbox.simplified(row, row.level + 1, str(refused))
            case Follows.CLOSE:
                self._outbox.closed(row, now, str(refused))
            case Follows.POST:
                self._outbox.absent(row)
            case Follows.SHELVE:
                self._outbox.refused(row, now, now + RARELY, str(refused))

    def _say(self, row: Pending, refused: SlackRefused, follows: Follows) -> None:
        facts = {"message": row.key, "channel": row.channel, "error": str(refused)}
        if follows is Follows.PLAINER:
            log.warning("Slack refused the blocks of a message; showing it more plainly", **facts)
        elif follows is Follows.CLOSE:
            log.warning("a message cannot be edited any more", todo=todo(refused.code), **facts)
        elif follows is Follows.POST:
            log.warning("a message that may be in Slack cannot be looked for; sending it again", **facts)
        else:
            log.error("Slack refused a message; trying again every 10 min", todo=todo(refused.code), **facts)
