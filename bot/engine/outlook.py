"""`/scale SERVICE plan`: how its capacity stands and what would be done about it; nothing moves."""

from collections.abc import Callable
from dataclasses import replace

from bot.engine.capacities import KEPT, Capacities
from bot.engine.clock import Clock
from bot.engine.orchestrator import drafted
from bot.engine.scale_weighing import Room, ScaleWeighing
from bot.fleet import Fleet
from bot.grammar import Amount
from bot.messages.scale_words import limit_words, seen_words
from bot.plan.bounds import bounds
from bot.plan.known import find_place
from bot.plan.scaling import decide
from bot.refusals import Refusal
from bot.scales import Outlook
from bot.state.database import Database
from bot.state.scales import Scales


class Outlooks:
    def __init__(
        self,
        db: Database,
        weighing: ScaleWeighing,
        capacities: Capacities,
        fleet: Callable[[], Fleet],
        clock: Clock,
    ) -> None:
        self._scales = Scales(db)
        self._weighing = weighing
        self._capacities = capacities
        self._fleet = fleet
        self._clock = clock

    def of(self, user: str, service: str, environment: str | None, amount: Amount | None) -> Outlook | Refusal:
        """Without an amount it is what the rules would do."""
        target = find_place(self._fleet(), service, environment)
        room = target if isinstance(target, Refusal) else self._weighing.room(target)
        if isinstance(room, Refusal):
            return room
        found = self._stands(room)
        if amount is None:
            return self._ruled(room, found)
        draft = self._weighing.weigh(room, user, amount)
        return draft if isinstance(draft, Refusal) else replace(found, draft=draft)

    def _stands(self, room: Room) -> Outlook:
        now = self._clock.now()
        limits, cost = bounds(room.policy, now), room.policy.cost_per_hour
        grip = self._capacities.facts(now).grips.get(room.target)
        return Outlook(
            room.target,
            room.standing,
            limits.least,
            limits.most,
            grip=grip if grip and grip.live(now) else None,
            running=self._scales.running(room.target),
            cost=float(cost) if cost is not None else None,
        )

    def _ruled(self, room: Room, found: Outlook) -> Outlook | Refusal:
        if not room.policy.ruled:
            return replace(found, limit="no rules decide here: people do")
        now = self._clock.now()
        facts = self._capacities.facts(now, max(KEPT, room.policy.memory))
        decision = decide(self._capacities.of(room, facts), room.policy, now)
        draft = drafted(self._weighing, room, decision) if decision.acts and not found.running else None
        if isinstance(draft, Refusal):
            return draft
        return replace(
            found,
            decision=decision,
            draft=draft,
            seen=seen_words(decision, room.policy),
            limit=limit_words(decision, room.policy),
        )
