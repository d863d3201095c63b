"""What another number of hosts would mean, read and decided before anything moves."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.backends.scaler import Scaler
from bot.capacity import Ec2Pool, EcsPool, First, Pool, Standing
from bot.engine.clock import Clock
from bot.engine.host_releases import HostReleases
from bot.engine.scaling import PoolOf
from bot.engine.stands import Stands
from bot.errors import CloudError
from bot.fleet import Fleet
from bot.fleet.scale import Scale
from bot.grammar import Amount
from bot.model import Target
from bot.plan.aiming import aim
from bot.plan.bounds import bounds
from bot.plan.leaving import leaving
from bot.plan.pools import goes_first
from bot.refusals import Reason, Refusal
from bot.scales import Scaling
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.deploy_hosts import DeployHosts
from bot.state.deploys import Deploys
from bot.state.equipped_hosts import EquippedHosts
from bot.state.scales import Scales

NO_POOL = "the fleet file does not say how a host more is made"
NO_LIMITS = "the fleet file sets no limits"


@dataclass(frozen=True, slots=True)
class Room:
    """Where a number can be changed: the machines, and within which limits."""

    target: Target
    pool: Pool
    policy: Scale
    standing: Standing
    first: First = "newest"


class ScaleWeighing:
    def __init__(
        self,
        db: Database,
        scaler: Scaler,
        stands: Stands,
        pools: PoolOf,
        fleet: Callable[[], Fleet],
        clock: Clock,
    ) -> None:
        self._scaler = scaler
        self._stands = stands
        self._pools = pools
        self._fleet = fleet
        self._clock = clock
        self._scales, self._deploys, self._acts = Scales(db), Deploys(db), Acts(db)
        self._running = HostReleases(self._deploys, DeployHosts(db), EquippedHosts(db))

    def room(self, target: Target) -> Room | Refusal:
        """Read from the cloud now."""
        deployment = self._fleet().deployment(target)
        pool = self._pools(target)
        if deployment is None or pool is None:
            return Refusal(Reason.NOT_SCALED, detail=NO_POOL, target=target)
        if deployment.scale is None:
            return Refusal(Reason.NOT_SCALED, detail=NO_LIMITS, target=target)
        try:
            first = goes_first(self._fleet(), target)
            return Room(target, pool, deployment.scale, self._running_what(target, pool), first)
        except CloudError as error:
            return Refusal(Reason.POOL_UNREAD, detail=str(error), target=target)

    def _running_what(self, target: Target, pool: Pool) -> Standing:
        """What the bot itself brings to instances is their release, whatever template they were made from."""
        standing = self._stands.read(target, pool)
        if not isinstance(pool, Ec2Pool):
            return standing
        runs = self._running.of(target, {machine.name for machine in standing.machines})
        there = [replace(machine, release=runs.get(machine.name, "")) for machine in standing.machines]
        return replace(standing, machines=tuple(there))

    def weigh(self, room: Room, user: str, amount: Amount) -> Scaling | Refusal:
        """What would begin, with who goes; nothing is written."""
        here = room.standing.desired
        limits = bounds(room.policy, self._clock.now())
        wanted = aim(room.target, here, amount.of(here), str(amount), limits)
        return wanted if isinstance(wanted, Refusal) else self.draft(room, user, wanted)

    def draft(self, room: Room, user: str, wanted: int) -> Scaling | Refusal:
        here, now = room.standing.desired, self._clock.now()
        busy = self.busy(room.target, wanted < here)
        if busy:
            return busy
        leave = self._leaving(room, here - wanted)
        if isinstance(leave, Refusal):
            return leave
        cost = room.policy.cost_per_hour
        return Scaling(room.target, here, wanted, user, now, leave, cost=float(cost) if cost is not None else None)

    def busy(self, target: Target, shrinking: bool) -> Refusal | None:
        """Who is at work there. Hosts are added during a deploy, which brings them along, and never taken away."""
        scale = self._scales.running(target)
        if scale:
            return Refusal(Reason.BUSY, target=target, scale=scale)
        deploy, act = self._deploys.running(target), self._acts.running(target)
        if shrinking and (deploy or act):
            return Refusal(Reason.BUSY, target=target, deploy=deploy, act=act)
        return None

    def _leaving(self, room: Room, number: int) -> tuple[str, ...] | Refusal:
        """Who goes; nobody is named where the cloud chooses itself."""
        if number <= 0 or isinstance(room.pool, EcsPool):
            return ()
        try:
            return self._chosen(room, number)
        except CloudError as error:
            return Refusal(Reason.POOL_UNREAD, detail=str(error), target=room.target)

    def _chosen(self, room: Room, number: int) -> tuple[str, ...] | Refusal:
        """Whom the cloud shields is asked only of those that would go."""
        shielded: frozenset[str] = frozenset()
        while True:
            chosen = leaving(room.standing.machines, number, room.first, shielded)
            more = self._scaler.shielded(room.pool, chosen.names) - shielded
            if not more:
                break
            shielded |= more
        if len(chosen.names) == number:
            return chosen.names
        kept = "; ".join(f"{name} {why}" for name, why in sorted(chosen.kept.items())[:3])
        return Refusal(Reason.NONE_MAY_GO, str(number), detail=kept or "there are not so many", target=room.target)
