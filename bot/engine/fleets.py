"""The fleet file in force: the last one that loaded, read again when it changes, also across restarts."""

from datetime import datetime
from pathlib import Path

import structlog

from bot.engine.clock import Clock
from bot.errors import ConfigError
from bot.fleet import Fleet, load_fleet, read_fleet_file
from bot.messages.fleet import fleet_broken, fleet_mended
from bot.model import Content, Outgoing
from bot.plan.fleet_changes import changed_parts
from bot.secrecy import Hidden, without
from bot.state.database import Database
from bot.state.fleets import Fleets
from bot.state.outbox import Outbox

log = structlog.get_logger(__name__)


class FleetKeeper:
    """Raises ConfigError when the file does not load and none ever did. What is wrong with it is told as `hidden`
    leaves it: without secrets.
    """

    def __init__(self, path: Path, db: Database, outbox: Outbox, clock: Clock, hidden: Hidden = str) -> None:
        self._path = path
        self._db = db
        self._fleets = Fleets(db)
        self._outbox = outbox
        self._clock = clock
        self._hidden = hidden
        self._seen = self._stamp()
        self._fleet = self._first()

    def current(self) -> Fleet:
        return self._fleet

    def reload(self) -> None:
        """Takes a changed file if it loads; if not, says so once and keeps what is in force."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        try:
            self._fleet = self._taken()
        except ConfigError as error:
            self._refuse(error, self._fleet)
        self._seen = stamp  # only now: what a locked database kept from being written is done next time

    def _first(self) -> Fleet:
        try:
            return self._taken()
        except ConfigError as error:
            fleet = self._from_before()
            if fleet is None:
                raise
            self._refuse(error, fleet)
            return fleet

    def _from_before(self) -> Fleet | None:
        """The last one that loaded; None too when this version of the program does not take it any more."""
        kept = self._fleets.newest()
        try:
            return load_fleet(kept, "the last fleet file that loaded") if kept is not None else None
        except ConfigError:
            return None

    def _taken(self) -> Fleet:
        text = read_fleet_file(self._path)
        fleet = load_fleet(text, self._path.name)
        kept = self._fleets.newest()
        parts = changed_parts(self._from_before(), fleet) if kept not in (None, text) else ()
        with self._db.transaction():
            now = self._clock.now()
            self._fleets.keep(text, now, parts)
            trouble = self._fleets.trouble()
            if trouble:
                number, since = trouble
                self._fleets.mended(now)
                self._say(number, fleet, fleet_mended(self._path.name, now - since), now)
        log.info("fleet file loaded", path=str(self._path), services=len(fleet.services))
        return fleet

    def _refuse(self, error: ConfigError, fleet: Fleet) -> None:
        problems = without(error.problems, self._hidden)
        log.error("fleet file does not load; the last one that did stays in force", problems=list(map(str, problems)))
        with self._db.transaction():
            now = self._clock.now()
            self._say(self._fleets.troubled(now), fleet, fleet_broken(self._path.name, problems), now)

    def _say(self, trouble: int, fleet: Fleet, content: Content, now: datetime) -> None:
        """One message for all of a trouble, edited until the file loads again."""
        self._outbox.put(Outgoing(f"fleet:{trouble}", fleet.channels.deploys, content), now)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
