"""Hosts that are found: the fleet file in force, with the instances that have its tags filled in as its hosts.

What was last found stays in force while the cloud cannot be read, also across a restart: a target whose hosts are not
known is not a target without hosts.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.backends.base import Finder
from bot.cloud import Account, Search
from bot.engine.clock import Clock
from bot.errors import CloudError, CloudLockedOut
from bot.fleet import Fleet
from bot.fleet.ec2 import Ec2
from bot.messages.discovery import found_again, not_found
from bot.model import Host, Outgoing, Target
from bot.state.database import Database
from bot.state.found_hosts import FoundHosts
from bot.state.outbox import Outbox

log = structlog.get_logger(__name__)

FRESH = timedelta(seconds=5)  # a look this old is as good as a new one
PATIENCE = timedelta(minutes=1)  # before a cloud that cannot be read is said


class Discovery:
    """`file` is the fleet file as it is written. May be called from any thread."""

    def __init__(self, file: Callable[[], Fleet], finder: Finder, db: Database, outbox: Outbox, clock: Clock) -> None:
        self._file = file
        self._finder = finder
        self._db = db
        self._kept = FoundHosts(db)
        self._outbox = outbox
        self._clock = clock
        self._found = self._kept.all()
        self._looked: dict[Target, datetime] = {}
        self._guard = threading.Lock()
        self._made: tuple[Fleet, Fleet] | None = None

    def current(self) -> Fleet:
        """The same value as long as neither the file nor the hosts have changed."""
        file = self._file()
        with self._guard:
            if self._made is None or self._made[0] is not file:
                found = {target: self._found.get(target, ()) for target in searched(file)}
                self._made = (file, file.with_hosts(found))
            return self._made[1]

    def look(self) -> None:
        """Looks for the hosts of every target that is found, each for itself; trouble is said after a minute."""
        for target in searched(self._file()):
            try:
                self.fresh(target)
            except CloudError as error:
                self._trouble(target, error)

    def fresh(self, target: Target) -> None:
        """Looks for the hosts of one target, if that was not done just now; nothing where they are written.

        Raises CloudError when the cloud cannot be read.
        """
        ec2 = searched(self._file()).get(target)
        now = self._clock.now()
        looked = self._looked.get(target)
        if ec2 is None or (looked is not None and timedelta(0) <= now - looked < FRESH):
            return
        hosts = self._finder.find(search_of(ec2, self._file().account(target.environment)))
        self._take(target, hosts, now)

    def _take(self, target: Target, hosts: tuple[Host, ...], now: datetime) -> None:
        before = self._found.get(target)
        with self._db.transaction():
            if hosts != before:
                self._kept.keep({target: hosts}, now)
            since = self._kept.mended(target)
            if since and self._outbox.holds(_key(target, since)):
                self._say(target, since, lasted=now - since, now=now)
        with self._guard:
            self._looked[target] = now
            if hosts != before:
                self._found[target], self._made = hosts, None
        if hosts != before:
            log.info("hosts found", target=str(target), hosts=[host.name for host in hosts])

    def _trouble(self, target: Target, error: CloudError) -> None:
        """That nobody is let in is said once for all by `bot.engine.cloud_troubles`."""
        now = self._clock.now()
        with self._db.transaction():
            since = self._kept.troubled(target, now)
            told = self._outbox.holds(_key(target, since))
            if not told and now - since >= PATIENCE and not isinstance(error, CloudLockedOut):
                words = not_found(target, str(error), since, len(self._found.get(target, ())))
                self._outbox.put(Outgoing(_key(target, since), self._file().channels.deploys, words), now)
        if since == now:
            log.error("hosts cannot be looked for; those found last stay", target=str(target), error=str(error))

    def _say(self, target: Target, since: datetime, lasted: timedelta, now: datetime) -> None:
        words = found_again(target, lasted)
        self._outbox.put(Outgoing(_key(target, since), self._file().channels.deploys, words), now)


def _key(target: Target, since: datetime) -> str:
    return f"hosts:{target.service}/{target.environment}:{since.timestamp():.0f}"


def searched(fleet: Fleet) -> dict[Target, Ec2]:
    """The targets whose hosts are found."""
    found = {}
    for target in fleet.targets():
        deployment = fleet.deployment(target)
        if deployment and deployment.ec2:
            found[target] = deployment.ec2
    return found


def search_of(ec2: Ec2, account: Account) -> Search:
    """`account`: that of the environment; the region of `ec2` goes before its own."""
    where = account.at(ec2.region)
    return Search(tuple(sorted(ec2.tags.items())), where, ec2.user or "", ec2.port, ec2.address, dict(ec2.vars))
