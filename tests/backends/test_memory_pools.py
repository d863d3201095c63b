"""What the machines in memory do beside the contract: what tests of the engine rely on."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.backends.memory_pools import MemoryPools
from bot.capacity import AsgPool, Fitness, ScaleOrder
from bot.cloud import Account
from bot.errors import CloudAway, CloudFull

POOL = AsgPool("shop", Account("eu-west-1"))
MINUTE = timedelta(minutes=1)


class Time:
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def pools() -> MemoryPools:
    made = MemoryPools(lambda: Time.now, MINUTE, MINUTE)
    made.put(POOL, 2)
    return made


def test_a_new_machine_is_well_after_its_time_and_one_that_leaves_is_gone(
    pools: MemoryPools, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, second) = (machine.name for machine in pools.read(POOL).machines)
    assert pools.advance(POOL, ScaleOrder("out", 2, 3)).count(Fitness.PENDING) == 1
    monkeypatch.setattr(Time, "now", Time.now + MINUTE)
    assert pools.read(POOL).healthy == 3
    assert pools.advance(POOL, ScaleOrder("in", 3, 2, (first,))).count(Fitness.DRAINING) == 1
    monkeypatch.setattr(Time, "now", Time.now + MINUTE)
    assert second == pools.read(POOL).machines[0].name
    assert [act for act, _ in pools.acts] == ["launch", "leave"]


def test_what_has_no_room_is_said_and_what_was_made_stays(pools: MemoryPools) -> None:
    pools.of(POOL).most = 3
    with pytest.raises(CloudFull, match="not enough capacity"):
        pools.advance(POOL, ScaleOrder("out", 2, 5))
    assert len(pools.read(POOL).machines) == 3


def test_a_machine_waits_until_it_is_ready(pools: MemoryPools, monkeypatch: pytest.MonkeyPatch) -> None:
    order = ScaleOrder("out", 2, 3, ready=frozenset())
    pools.advance(POOL, order)
    for _ in range(3):
        monkeypatch.setattr(Time, "now", Time.now + MINUTE / 2)
        assert pools.advance(POOL, order).healthy == 2


def test_a_machine_that_is_made_sick_never_gets_well(pools: MemoryPools, monkeypatch: pytest.MonkeyPatch) -> None:
    (new,) = (one.name for one in pools.advance(POOL, ScaleOrder("out", 2, 3)).machines if one.order)
    pools.of(POOL).sick.add(new)
    monkeypatch.setattr(Time, "now", Time.now + MINUTE)
    assert pools.read(POOL).count(Fitness.UNHEALTHY) == 1


def test_trouble_is_met_once(pools: MemoryPools) -> None:
    pools.trouble = CloudAway("autoscaling:DescribeAutoScalingGroups", "no answer")
    with pytest.raises(CloudAway):
        pools.read(POOL)
    assert pools.read(POOL).healthy == 2
