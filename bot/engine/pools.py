"""Where no cloud is: nothing has a pool, and nobody is asked."""

from collections.abc import Sequence
from datetime import datetime

from bot.capacity import Pool, ScaleOrder, Standing
from bot.errors import CloudRefused
from bot.model import Target
from bot.scaling import Load
from bot.standing import Cpu


def no_pool(_target: Target) -> Pool | None:
    return None


class NoScaler:
    """Fills Scaler where there is none."""

    def read(self, pool: Pool) -> Standing:
        raise CloudRefused("autoscaling:DescribeAutoScalingGroups", "no cloud is known here")

    def shielded(self, pool: Pool, names: Sequence[str]) -> frozenset[str]:
        return frozenset()

    def advance(self, pool: Pool, order: ScaleOrder) -> Standing:
        return self.read(pool)


class NoCpu:
    def loads(self, target: Target, now: datetime) -> tuple[Load, ...]:
        return ()

    def views(self, targets: Sequence[Target], now: datetime) -> dict[Target, Cpu]:
        return {}
