"""Says when a cloud cannot be asked for a while, once, and in the same message when it can again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

import structlog

from bot.cloud_trouble import CloudTrouble, Kind
from bot.engine.clock import Clock
from bot.fleet import Fleet
from bot.messages.cloud_trouble import cloud_mended, cloud_troubled
from bot.model import Outgoing
from bot.state.cloud_troubles import CloudTroubles
from bot.state.database import Database
from bot.state.outbox import Outbox

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=1)  # trouble that is shorter is said to nobody


class Seen(Protocol):
    """How a cloud's calls go (bot/backends/aws_calls.py)."""

    def troubles(self) -> tuple[CloudTrouble, ...]: ...

    def well(self, role: str, kind: Kind) -> bool: ...


class CloudWarden:
    """What was said survives a restart: it is not said again, and its end is said all the same."""

    def __init__(self, seen: Seen, fleet: Callable[[], Fleet], db: Database, outbox: Outbox, clock: Clock) -> None:
        self._seen = seen
        self._fleet = fleet
        self._db = db
        self._said = CloudTroubles(db)
        self._outbox = outbox
        self._clock = clock

    def look(self) -> None:
        now = self._clock.now()
        for trouble in self._seen.troubles():
            if now - trouble.since >= PATIENCE:
                self._say(trouble)
        for number, trouble in self._said.standing().items():
            if self._seen.well(trouble.role, trouble.kind):
                self._mended(number, trouble)

    def _say(self, trouble: CloudTrouble) -> None:
        channel = self._fleet().channels.deploys
        with self._db.transaction():
            number = self._said.begin(trouble, channel)
            if number is not None:
                words = cloud_troubled(trouble, self._environments(trouble.role))
                self._outbox.put(Outgoing(_key(number), channel, words), self._clock.now())
        if number is not None:
            log.error("AWS cannot be asked", kind=trouble.kind, role=trouble.role, words=trouble.words)

    def _mended(self, number: int, trouble: CloudTrouble) -> None:
        now = self._clock.now()
        with self._db.transaction():
            channel = self._said.end(number, now)
            if channel is not None:
                words = cloud_mended(trouble, self._environments(trouble.role), now - trouble.since)
                self._outbox.put(Outgoing(_key(number), channel, words), now)

    def _environments(self, role: str) -> list[str]:
        """Those that are reached by this role."""
        fleet = self._fleet()
        return [name for name in fleet.environments if (fleet.account(name).role_arn or "") == role]


def _key(number: int) -> str:
    return f"cloud:{number}"
