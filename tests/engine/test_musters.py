"""Machines are counted by a job and told from memory: what cannot be asked keeps what was seen last."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.backends.memory_managed import MemoryManaged
from bot.capacity import AsgPool, Fitness, Machine, Pool, Standing
from bot.cloud import HERE, Member, TargetGroup
from bot.engine.musters import Musters
from bot.errors import CloudDenied
from bot.model import Target
from bot.standing import Muster
from tests.fleet.samples import changed, load
from tests.fleet.test_ec2 import TARGET, tagged
from tests.fleet.test_ecs import on_ecs
from tests.workspace import HandClock

DENIED = CloudDenied("ec2:DescribeInstances", "AWS does not allow it")
MINUTE = timedelta(minutes=1)


class Cloud:
    """A pool and a load balancer: what they say, or what they say no with."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.fleet = load(changed(*tagged()))
        self.pool: Pool | None = AsgPool("shop", HERE)
        self.standing = Standing(1, (Machine("i-1", Fitness.HEALTHY, self.clock.now()),))
        self.error: Exception | None = None
        self.asked: list[str] = []
        systems = {"ecs": MemoryManaged()}
        self.musters = Musters(lambda _: self.pool, self.read, self, systems, lambda: self.fleet, self.clock)

    def _heard(self, what: str) -> None:
        self.asked.append(what)
        if self.error:
            raise self.error

    def read(self, target: Target, pool: Pool) -> Standing:
        self._heard(f"pool of {target}")
        return self.standing

    def members(self, group: TargetGroup) -> dict[str, Member]:
        self._heard(f"group {group.name}")
        return {"i-1": Member("healthy")}

    def leave(self, group: TargetGroup, hosts: Sequence[str]) -> None:
        raise AssertionError("a look changes nothing")

    join = leave


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def test_nothing_is_known_before_the_first_look_and_nobody_is_asked_for_an_answer(cloud: Cloud) -> None:
    assert cloud.musters.of(TARGET) is None
    assert cloud.asked == []
    cloud.musters.look()
    seen_at = cloud.clock.now()
    cloud.clock.forward(300)
    assert cloud.musters.of(TARGET) == Muster(seen_at, cloud.standing)
    assert cloud.asked == ["pool of shop · production"]


def test_hosts_that_are_written_down_are_not_counted_anywhere(cloud: Cloud) -> None:
    cloud.fleet = load(changed())
    cloud.musters.look()
    assert (cloud.asked, cloud.musters.of(TARGET)) == ([], None)


def test_hosts_that_are_no_pool_are_counted_by_their_load_balancer(cloud: Cloud) -> None:
    cloud.pool, cloud.fleet = None, load(changed(*tagged(target_group="web")))
    cloud.musters.look()
    assert cloud.asked == ["group web"]
    assert cloud.musters.of(TARGET) == Muster(cloud.clock.now(), members={"i-1": Member("healthy")})


def test_a_system_that_brings_releases_by_itself_is_asked_what_runs(cloud: Cloud) -> None:
    cloud.fleet = load(changed(*on_ecs()))
    cloud.musters.look()
    found = cloud.musters.of(TARGET)
    assert found is not None
    assert found.standing == cloud.standing
    assert found.facts is not None


def test_what_cannot_be_asked_keeps_what_was_seen_last_with_its_age_and_the_reason(cloud: Cloud) -> None:
    cloud.musters.look()
    first = cloud.clock.now()
    cloud.clock.forward(60)
    cloud.error = DENIED
    with capture_logs() as said:
        cloud.musters.look()
        cloud.musters.look()
    assert cloud.musters.of(TARGET) == Muster(first, cloud.standing, trouble=str(DENIED))
    assert [entry["event"] for entry in said] == ["machines cannot be counted; those seen last stay"]
    cloud.error = None
    cloud.musters.look()
    assert cloud.musters.of(TARGET) == Muster(first + MINUTE, cloud.standing)


def test_one_that_never_could_be_asked_has_only_the_reason(cloud: Cloud) -> None:
    cloud.error = DENIED
    cloud.musters.look()
    assert cloud.musters.of(TARGET) == Muster(trouble=str(DENIED))


def test_an_error_of_our_own_is_logged_and_harms_no_other_look(cloud: Cloud) -> None:
    cloud.error = KeyError("x")
    with capture_logs() as said:
        cloud.musters.look()
    assert [(entry["event"], bool(entry["exc_info"])) for entry in said] == [("machines could not be counted", True)]
    found = cloud.musters.of(TARGET)
    assert found is not None
    assert found.trouble == "the bot could not ask; see its log"


def test_a_target_that_left_the_fleet_file_is_forgotten(cloud: Cloud) -> None:
    cloud.musters.look()
    cloud.fleet = load(changed())
    cloud.musters.look()
    assert cloud.musters.of(TARGET) is None
