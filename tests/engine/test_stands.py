from datetime import timedelta

import pytest

from bot.backends.memory_pools import MemoryPools
from bot.capacity import AsgPool
from bot.cloud import HERE
from bot.engine.pools import NoCpu, NoScaler, no_pool
from bot.engine.stands import STALE, Stands
from bot.errors import CloudDenied, CloudRefused
from tests.building import NOW, TARGET
from tests.engine.watching import HandClock

POOL = AsgPool("shop", HERE)


def test_what_was_read_is_known_until_it_is_too_old() -> None:
    clock = HandClock()
    pools = MemoryPools(clock.now, timedelta(0), timedelta(0))
    pools.put(POOL, 3)
    stands = Stands(pools, clock)
    assert stands.last(TARGET) is None
    assert stands.read(TARGET, POOL) == stands.last(TARGET)
    clock.sleep(STALE - timedelta(seconds=1))
    assert stands.last(TARGET) is not None
    clock.sleep(timedelta(seconds=1))
    assert stands.last(TARGET) is None


def test_trouble_is_the_askers_and_what_was_read_last_stays() -> None:
    clock = HandClock()
    pools = MemoryPools(clock.now, timedelta(0), timedelta(0))
    pools.put(POOL, 3)
    stands = Stands(pools, clock)
    seen = stands.read(TARGET, POOL)
    pools.trouble = CloudDenied("autoscaling:DescribeAutoScalingGroups", "no")
    with pytest.raises(CloudDenied):
        stands.read(TARGET, POOL)
    assert stands.last(TARGET) == seen


def test_without_a_cloud_nothing_has_a_pool_and_nothing_is_read() -> None:
    assert no_pool(TARGET) is None
    assert NoCpu().loads(TARGET, NOW) == ()
    assert NoScaler().shielded(POOL, ["i-1"]) == frozenset()
    with pytest.raises(CloudRefused, match="no cloud is known"):
        NoScaler().read(POOL)
