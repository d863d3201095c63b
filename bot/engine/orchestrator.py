"""Changes numbers of hosts by itself, as the rules of the fleet file say, and explains itself.

It stands still rather than act on what it cannot read. `sweep` may run in several processes at once: who acts is
settled by a row.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.engine.capacities import KEPT, Capacities, Facts
from bot.engine.scale_book import ScaleBook
from bot.engine.scale_weighing import Room, ScaleWeighing
from bot.engine.scaling import PoolOf, ScaleRuns
from bot.engine.standstill import Standstill
from bot.errors import StateError
from bot.fleet import Fleet
from bot.messages.scale_words import limit_words, seen_words
from bot.model import Target
from bot.plan.load import is_lopsided
from bot.plan.scaling import decide
from bot.refusals import Reason, Refusal
from bot.scales import Scaling
from bot.scaling import Capacity, Decision, Why
from bot.state.database import Database
from bot.state.scale_wishes import Wishes
from bot.trail import THE_BOT

log = structlog.get_logger(__name__)

READERS = 8  # pools that are read at once
PRUNED = timedelta(minutes=15)


class Orchestrator:
    def __init__(
        self,
        db: Database,
        book: ScaleBook,
        runs: ScaleRuns,
        weighing: ScaleWeighing,
        capacities: Capacities,
        standstill: Standstill,
        pools: PoolOf,
        fleet: Callable[[], Fleet],
    ) -> None:
        self._book = book
        self._runs = runs
        self._weighing = weighing
        self._capacities = capacities
        self._standstill = standstill
        self._pools = pools
        self._fleet = fleet
        self._wishes = Wishes(db)
        self._pruned: datetime | None = None

    def sweep(self) -> None:
        """One look at every service that has rules."""
        self._book.lapse()
        fleet, now = self._fleet(), self._book.clock.now()
        targets = [target for target in fleet.targets() if self._is_ruled(fleet, target)]
        if not targets:
            return
        kept = max(KEPT, *(policy.memory for target in targets if (policy := self._book.policy(target))))
        facts = self._capacities.facts(now, kept)
        self._standstill.look()
        rooms = self._rooms([target for target in targets if target not in facts.busy])
        wanted = [(target, wish) for target, room in rooms if (wish := self._settled(target, room, facts)) is not None]
        self._wishes.note(wanted, now)
        self._prune(now, kept)

    def _is_ruled(self, fleet: Fleet, target: Target) -> bool:
        deployment = fleet.deployment(target)
        return bool(deployment and deployment.scale and deployment.scale.ruled and self._pools(target))

    def _rooms(self, targets: list[Target]) -> Iterable[tuple[Target, Room | Refusal | None]]:
        if len(targets) < 2:
            return [(target, self._room(target)) for target in targets]
        with ThreadPoolExecutor(min(READERS, len(targets)), thread_name_prefix="pools") as readers:
            return list(zip(targets, readers.map(self._room, targets), strict=True))

    def _room(self, target: Target) -> Room | Refusal | None:
        """One service's trouble holds up no other."""
        try:
            return self._weighing.room(target)
        except StateError:
            raise
        except Exception:  # the edge of this loop
            log.exception("reading a pool failed", target=str(target))
            return None

    def _settled(self, target: Target, room: Room | Refusal | None, facts: Facts) -> int | None:
        """What the rules wanted; None when they could not tell."""
        if room is None:
            return None
        try:
            if isinstance(room, Refusal):
                self._standstill.begin(target, "blind", room.detail)
                return None
            self._standstill.end(target, "blind")
            return self._look(room, facts)
        except StateError:
            raise
        except Exception:  # the edge of this loop
            log.exception("deciding about a number of hosts failed", target=str(target))
            return None

    def _look(self, room: Room, facts: Facts) -> int | None:
        capacity = self._capacities.of(room, facts)
        decision = decide(capacity, room.policy, facts.now)
        if decision.why is Why.NO_DATA:
            self._standstill.begin(room.target, "no data", "No host tells its CPU.")
        else:
            self._standstill.end(room.target, "no data")
        self._say_hot(room, decision, capacity)
        if decision.acts:
            self._act(room, decision)
        return None if decision.why in (Why.NO_DATA, Why.HELD) else decision.wish

    def _say_hot(self, room: Room, decision: Decision, capacity: Capacity) -> None:
        if is_lopsided(decision.seen, room.policy):
            self._standstill.hot(room.target, decision, room.policy, capacity.loads)
        else:
            self._standstill.cool(room.target)

    def _act(self, room: Room, decision: Decision) -> None:
        draft = drafted(self._weighing, room, decision)
        if isinstance(draft, Refusal):
            if draft.reason is not Reason.BUSY:
                self._standstill.begin(room.target, "stuck", draft.detail)
            return
        self._standstill.end(room.target, "stuck")
        begun = self._book.begin(draft)
        if begun:
            log.info("scaling by itself", act=begun.id, before=begun.before, after=begun.after)
            self._runs.start(begun.id)

    def _prune(self, now: datetime, kept: timedelta) -> None:
        if self._pruned is None or now - self._pruned >= PRUNED:
            self._wishes.prune(now - kept)
            self._pruned = now


def drafted(weighing: ScaleWeighing, room: Room, decision: Decision) -> Scaling | Refusal:
    """The act that the decision means, with its words."""
    draft = weighing.draft(room, THE_BOT, decision.after)
    if isinstance(draft, Refusal):
        return draft
    return replace(draft, seen=seen_words(decision, room.policy), limit=limit_words(decision, room.policy))
