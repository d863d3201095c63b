"""The fleet file in force: the last one that loaded, read again when it changes, also across restarts."""

from pathlib import Path

import structlog

from bot.engine.clock import Clock
from bot.errors import ConfigError, Problem
from bot.fleet import Fleet, load_fleet
from bot.messages.fleet import fleet_broken, fleet_mended
from bot.model import Outgoing
from bot.state.database import Database
from bot.state.fleets import Fleets
from bot.state.outbox import Outbox

log = structlog.get_logger(__name__)


class FleetKeeper:
    """Raises ConfigError when the file does not load and none ever did."""

    def __init__(self, path: Path, db: Database, outbox: Outbox, clock: Clock) -> None:
        self._path = path
        self._db = db
        self._fleets = Fleets(db)
        self._outbox = outbox
        self._clock = clock
        self._seen: tuple[int, int, int] | None = None
        self._broken = False
        self._fleet = self._first()

    def current(self) -> Fleet:
        return self._fleet

    def reload(self) -> None:
        """Takes a changed file if it loads; if not, says so once and keeps what is in force."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._take(self._read())
        except ConfigError as error:
            self._refuse(error)

    def _first(self) -> Fleet:
        self._seen = self._stamp()
        try:
            text = self._read()
            fleet = load_fleet(text, self._path.name)
        except ConfigError as error:
            return self._from_before(error)
        self._fleets.keep(text, self._clock.now())
        return fleet

    def _from_before(self, error: ConfigError) -> Fleet:
        kept = self._fleets.newest()
        if kept is None:
            raise error
        fleet = load_fleet(kept, "the last fleet file that loaded")
        self._fleet = fleet
        self._refuse(error)
        return fleet

    def _take(self, text: str) -> None:
        fleet = load_fleet(text, self._path.name)
        with self._db.transaction():
            now = self._clock.now()
            self._fleets.keep(text, now)
            if self._broken:
                self._say(Outgoing("", fleet.channels.deploys, fleet_mended(self._path.name)))
        self._fleet, self._broken = fleet, False
        log.info("fleet file loaded", path=str(self._path), services=len(fleet.services))

    def _refuse(self, error: ConfigError) -> None:
        self._broken = True
        log.error(
            "fleet file does not load; the last one that did stays in force", problems=list(map(str, error.problems))
        )
        self._say(Outgoing("", self._fleet.channels.deploys, fleet_broken(self._path.name, error.problems)))

    def _say(self, message: Outgoing) -> None:
        now = self._clock.now()
        self._outbox.put(Outgoing(f"fleet:{now.timestamp():.3f}", message.channel, message.content), now)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            hint = "name it in FLEET_FILE, or begin with a copy of fleet.example.yaml"
            raise ConfigError([Problem(str(self._path), f"cannot be read: {error}", hint=hint)]) from error
