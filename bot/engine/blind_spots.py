"""Says which checks nobody watches because the bot cannot ask them: once per hurdle, and in the same message when it
can again.
"""

from collections.abc import Callable, Set
from datetime import datetime

import structlog

from bot.blind_spots import BlindSpot
from bot.engine.clock import Clock
from bot.engine.eyes import Eyes
from bot.engine.quiet import Quiet
from bot.engine.ways import Ways
from bot.fleet import Fleet
from bot.messages.blind_spots import is_long, spot_closed, spot_list, spot_message
from bot.messages.commands import prefixed
from bot.model import Outgoing, Severity, Target
from bot.plan.blind_spots import begun, followed, is_over
from bot.state.blind_spots import BlindSpots
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.unasked import UnaskedChecks

log = structlog.get_logger(__name__)


class SpotWarden:
    """What was said survives a restart: it is not said again, and its end is said all the same."""

    def __init__(
        self,
        db: Database,
        outbox: Outbox,
        fleet: Callable[[], Fleet],
        clock: Clock,
        prefix: str = "",
        ways: Ways | None = None,
    ) -> None:
        self._db, self._outbox, self._fleet, self._clock = db, outbox, fleet, clock
        self._prefix, self._ways = prefix, ways
        self._unasked, self._spots = UnaskedChecks(db), BlindSpots(db)
        self._eyes, self._quiet = Eyes(db), Quiet(db, fleet)

    def look(self) -> None:
        if not self._unasked.all() and not self._spots.standing():
            return
        with self._db.transaction():
            self._follow(self._fleet(), self._clock.now())

    def _follow(self, fleet: Fleet, now: datetime) -> None:
        unasked, checks = self._unasked.all(), {check.id: check.target for check in fleet.checks()}
        may = self._may_tell({checks[name] for name in unasked if name in checks}, now)
        told = {name: one for name, one in unasked.items() if checks.get(name) in may}
        standing = self._spots.standing()
        hurdles = {one.hurdle for one in standing}
        for hurdle, since in begun(told.values(), hurdles, fleet.alerts.unwatched_after, now).items():
            spot = self._spots.begin(hurdle, since, fleet.channels.alerts)
            if spot:
                log.error("checks cannot be asked, and are not watched", kind=hurdle.kind, about=hurdle.about)
                standing.append(spot)
        for spot in standing:
            self._show(spot, followed(spot, unasked, told, checks, now), now)

    def _may_tell(self, targets: Set[Target], now: datetime) -> Set[Target]:
        """None while the bot sees nothing at all, and none that is silenced."""
        if self._eyes.shut():
            return frozenset()
        return {target for target in targets if not self._quiet.covers(target, now)}

    def _show(self, before: BlindSpot, spot: BlindSpot, now: datetime) -> None:
        if spot != before:
            self._spots.save(spot)
        if spot.still:
            self._open(spot, now)
        elif is_over(spot, now) and self._spots.end(spot, now):
            log.info("checks are watched again", kind=spot.hurdle.kind, about=spot.hurdle.about)
            self._close(spot, now)

    def _open(self, spot: BlindSpot, now: datetime) -> None:
        key, message = _key(spot), spot_message(spot)
        self._put(Outgoing(key, spot.channel, message), now)
        if is_long(spot) or self._outbox.holds(_list(spot)):
            self._put(Outgoing(_list(spot), spot.channel, spot_list(spot), thread=key), now)
        if self._ways:
            self._ways.reword(key, message)
            self._ways.tell(key, message, now, Severity.WARN)

    def _close(self, spot: BlindSpot, now: datetime) -> None:
        """By the other ways too: what has not left yet goes as it stands now, the end after what has."""
        key, message = _key(spot), spot_closed(spot)
        self._put(Outgoing(key, spot.channel, message), now)
        if self._outbox.holds(_list(spot)):
            self._put(Outgoing(_list(spot), spot.channel, spot_list(spot), thread=key), now)
        if self._ways:
            self._ways.reword(key, message)
            self._ways.follow(key, f"{key}:end", message, now)

    def _put(self, message: Outgoing, now: datetime) -> None:
        shown = prefixed(message.content, self._prefix)
        self._outbox.put(Outgoing(message.key, message.channel, shown, message.thread), now)


def _key(spot: BlindSpot) -> str:
    return f"unwatched:{spot.id}"


def _list(spot: BlindSpot) -> str:
    return f"{_key(spot)}:list"
