"""Where people ask for one machine to be replaced by a new one: a change of the number of hosts by none."""

from collections.abc import Callable
from dataclasses import replace

from rapidfuzz import process as nearest

from bot.backends.scaler import Scaler
from bot.capacity import EcsPool, Machine, Pool
from bot.engine.doors import Doors
from bot.engine.eyes import Eyes
from bot.engine.scale_book import ScaleBook
from bot.engine.scale_desk import LASTS, ScaleDesk
from bot.engine.scale_weighing import ScaleWeighing
from bot.engine.scaling import PoolOf, ScaleRuns
from bot.engine.stands import Stands
from bot.errors import CloudError
from bot.fleet import Fleet
from bot.model import Target
from bot.plan.known import find_place
from bot.refusals import Reason, Refusal
from bot.scales import Scaling

NO_POOL = "the fleet file does not say how a host more is made"
TASKS = "ECS replaces its tasks by itself"
NEAR, NEAR_SCORE = 3, 50


class ReplaceDesk:
    """The act is one of those that change numbers of hosts: written down, resumed, told and audited as they are."""

    def __init__(
        self,
        book: ScaleBook,
        runs: ScaleRuns,
        weighing: ScaleWeighing,
        desk: ScaleDesk,
        scaler: Scaler,
        stands: Stands,
        pools: PoolOf,
        doors: Doors,
        eyes: Eyes,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._book = book
        self._runs = runs
        self._weighing = weighing
        self._desk = desk
        self._scaler = scaler
        self._stands = stands
        self._pools = pools
        self._doors = doors
        self._eyes = eyes
        self._fleet = fleet

    def ask(self, user: str, service: str, environment: str | None, host: str) -> Scaling | Refusal:
        """The act, which has begun, or waits for a confirming click; or why not."""
        target = find_place(self._fleet(), service, environment)
        if isinstance(target, Refusal):
            return target
        draft = self._doors.closed(user, target) or self.draft(user, target, host)
        if isinstance(draft, Refusal):
            return draft
        access, blind = self._fleet().access.get(target.environment), self._eyes.words()
        wanted = blind or (access and access.confirm)
        return self._book.propose(replace(draft, seen=blind)) if wanted else self._begin(draft)

    def confirm(self, user: str, button: str) -> Scaling | Refusal:
        """The click: that very machine goes, if it is still there. Who was not told that the bot cannot see is asked
        again.
        """
        asked = self._desk.asked(user, button)
        if isinstance(asked, Refusal):
            return asked
        if self._book.clock.now() >= asked.created_at + LASTS:
            return Refusal(Reason.STALE, target=asked.target, scale=asked)
        draft = self._doors.closed(user, asked.target) or self.draft(user, asked.target, asked.leave[0])
        if isinstance(draft, Refusal):
            return draft
        blind = self._eyes.words()
        if blind not in ("", asked.seen):
            return self._book.propose(replace(draft, seen=blind))
        return self._begin(replace(asked, before=draft.before, after=draft.after))

    def draft(self, user: str, target: Target, host: str) -> Scaling | Refusal:
        """The act, not begun, or why it cannot be."""
        pool = self._pools(target)
        if pool is None or isinstance(pool, EcsPool):
            return Refusal(Reason.NOT_SCALED, detail=TASKS if pool else NO_POOL, target=target)
        busy = self._weighing.busy(target, True)  # first: the host of a second click may be gone by the first
        if busy:
            return busy
        try:
            found = self._stands.read(target, pool)
            machine = next((one for one in found.staying if one.name == host), None)
            if machine is None:
                return _unknown(target, host, [one.name for one in found.staying])
            kept = self._kept(pool, machine)
        except CloudError as error:
            return Refusal(Reason.POOL_UNREAD, detail=str(error), target=target)
        if kept:
            return Refusal(Reason.NONE_MAY_GO, "1", detail=f"{host} {kept}", target=target)
        number, now = found.desired, self._book.clock.now()
        return Scaling(target, number, number, user, now, (host,))

    def _kept(self, pool: Pool, machine: Machine) -> str:
        shielded = machine.protected or machine.name in self._scaler.shielded(pool, [machine.name])
        return "is protected from being ended" if shielded else ""

    def _begin(self, draft: Scaling) -> Scaling | Refusal:
        begun = self._book.begin(draft)
        if begun is None:
            return self._weighing.busy(draft.target, True) or self._desk.used(draft)
        self._runs.start(begun.id)
        return begun


def _unknown(target: Target, host: str, known: list[str]) -> Refusal:
    near = [name for name, _, _ in nearest.extract(host, known, limit=NEAR, score_cutoff=NEAR_SCORE)]
    return Refusal(Reason.UNKNOWN_HOST, host, known=tuple(known), near=tuple(near), target=target)
