"""Which step each host of a deploy is at: written at once where it changes what is known of the host, else soon."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.engine.clock import Clock
from bot.engine.gathering import Gathering
from bot.model import Step
from bot.state.database import Database
from bot.state.deploy_hosts import DeployHosts
from bot.state.host_steps import HostSteps

Begun = tuple[int, str, Step, datetime]
"""A step that begins: the deploy's id, the host, the step, when."""


APART = 0.1  # seconds between two writings of first steps: fewer transactions, and no host waits longer than that


class Stepping:
    """Two hundred hosts at once must not mean a thousand transactions.

    The first step of an order changes a host: it is written before the host is let go on. Of those that follow only
    the name is news: they wait, here in memory, for the next `write`. A crash loses a second of them, and the order
    finds out on the host how far it is.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._hosts, self._steps = DeployHosts(db), HostSteps(db)
        self._waiting: deque[Begun] = deque()
        self._gathering: Gathering[Begun] = Gathering(self._write, APART)

    def first(self, deploy_id: int, host: str, step: Step) -> None:
        """Written when this returns, with those of other hosts."""
        self._gathering.put((deploy_id, host, step, self._clock.now()))

    def further(self, deploy_id: int, host: str, step: Step) -> None:
        self._waiting.append((deploy_id, host, step, self._clock.now()))

    def follow(self, deploy_id: int) -> Callable[[str, Step], None]:
        """To be told of every step of one order."""
        met: set[str] = set()

        def begins(host: str, step: Step) -> None:
            if host in met:
                self.further(deploy_id, host, step)
            else:
                self.first(deploy_id, host, step)
                met.add(host)

        return begins

    def write(self) -> None:
        """All that waits; call it before anything else is written of hosts."""
        if self._waiting:
            self._write([])

    def _write(self, begun: Sequence[Begun]) -> None:
        """What waits is taken within the transaction: of two who write, the later one has the later steps."""
        taken: list[Begun] = []
        try:
            with self._db.transaction():
                while self._waiting:
                    taken.append(self._waiting.popleft())
                rows = [*taken, *begun]
                self._hosts.stepping([row[:3] for row in rows], self._clock.now())
                self._steps.begin(rows)
        except BaseException:
            self._waiting.extendleft(reversed(taken))
            raise
