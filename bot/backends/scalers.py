"""One scaler for every kind of pool: each order goes to the system whose pool it is."""

from collections.abc import Callable, Sequence

from bot.backends.asg_capacity import AsgScaler, nobody
from bot.backends.aws_sessions import Sessions
from bot.backends.base import Balancer
from bot.backends.ec2_capacity import Ec2Scaler
from bot.backends.ecs_capacity import EcsScaler
from bot.capacity import AsgPool, Ec2Pool, Pool, ScaleOrder, Standing
from bot.cloud import ScalingGroup


class Scalers:
    """Fills scaler.Scaler."""

    def __init__(
        self, sessions: Sessions, balancer: Balancer, resting: Callable[[ScalingGroup], frozenset[str]] = nobody
    ) -> None:
        self._ec2 = Ec2Scaler(sessions, balancer)
        self._asg = AsgScaler(sessions, balancer, resting)
        self._ecs = EcsScaler(sessions)

    def read(self, pool: Pool) -> Standing:
        if isinstance(pool, Ec2Pool):
            return self._ec2.read(pool)
        return self._asg.read(pool) if isinstance(pool, AsgPool) else self._ecs.read(pool)

    def shielded(self, pool: Pool, names: Sequence[str]) -> frozenset[str]:
        if isinstance(pool, Ec2Pool):
            return self._ec2.shielded(pool, names)
        return self._asg.shielded(pool, names) if isinstance(pool, AsgPool) else self._ecs.shielded(pool, names)

    def advance(self, pool: Pool, order: ScaleOrder) -> Standing:
        if isinstance(pool, Ec2Pool):
            return self._ec2.advance(pool, order)
        return self._asg.advance(pool, order) if isinstance(pool, AsgPool) else self._ecs.advance(pool, order)
