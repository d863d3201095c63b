"""What tests may tell the memory backend to do wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.backends.base import Ending, HostResult, Order, Site, StepSpec
from bot.backends.memory import MemoryBackend
from bot.model import Host, Step
from tests.waiting import eventually

STEPS = (Step.INSTALL, Step.TEST, Step.RESTART)
SITE = Site("shop", "production", "memory", "shop", dict.fromkeys(STEPS, StepSpec("true", timedelta(seconds=1))))
HOSTS = [Host(f"web{number}", "deploy", "memory") for number in (1, 2)]
OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def backend() -> MemoryBackend:
    return MemoryBackend()


def bring(backend: MemoryBackend, sha: str, order: str) -> list[HostResult]:
    return backend.bring(SITE, Order(order, sha), HOSTS, lambda host, step: None)


def test_a_step_fails_on_one_host_as_it_was_told(backend: MemoryBackend) -> None:
    backend.fail("web2", Step.TEST, 3, "2 of 7 failed")
    fine, failed = bring(backend, NEW, "deploy-1")
    assert fine == HostResult("web1", Ending.DONE)
    assert failed == HostResult("web2", Ending.KEPT, Step.TEST, 3, "test ended with status 3", "2 of 7 failed")
    backend.mend("web2")
    assert {result.ending for result in bring(backend, NEW, "deploy-2")} == {Ending.DONE}


def test_a_fault_may_be_for_one_release_only(backend: MemoryBackend) -> None:
    backend.fail("web1", Step.RESTART, sha=NEW)
    assert {result.ending for result in bring(backend, OLD, "deploy-1")} == {Ending.DONE}
    assert [result.ending for result in bring(backend, NEW, "deploy-2")] == [Ending.SWITCHED, Ending.DONE]
    assert backend.machine("web1").current == NEW


def test_a_step_hangs_until_it_is_let_go(backend: MemoryBackend) -> None:
    gate = backend.hang("web1", Step.INSTALL)
    begun: list[tuple[str, Step]] = []
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(backend.bring, SITE, Order("deploy-1", NEW), HOSTS, lambda *step: begun.append(step))
        eventually(lambda: ("web1", Step.INSTALL) in begun)
        eventually(lambda: ("web2", Step.RESTART) in begun)
        assert not running.done()
        gate.set()
        assert {result.ending for result in running.result(10)} == {Ending.DONE}


def test_a_step_that_is_never_let_go_ends_after_the_patience() -> None:
    backend = MemoryBackend(patience=0.01)
    backend.hang("web1", Step.TEST)
    assert bring(backend, NEW, "deploy-1")[0].exit_status == 124


def test_a_lost_host_stays_away_until_it_is_mended_and_the_order_goes_on_where_it_was(backend: MemoryBackend) -> None:
    backend.lose("web1", Step.TEST)
    for _ in range(2):
        assert [result.ending for result in bring(backend, NEW, "deploy-1")] == [Ending.LOST, Ending.DONE]
    assert not backend.survey(SITE, HOSTS)[0].reachable
    backend.mend("web1")
    assert {result.ending for result in bring(backend, NEW, "deploy-1")} == {Ending.DONE}
    assert [step for step, _ in backend.machine("web1").ran] == [
        Step.FETCH,
        Step.UNPACK,
        Step.INSTALL,
        Step.TEST,
        Step.SWITCH,
        Step.RESTART,
    ]


def test_trouble_that_a_test_makes_up_is_surveyed(backend: MemoryBackend) -> None:
    backend.machine("web1").trouble = "only 2 MB free"
    first, second = backend.survey(SITE, HOSTS)
    assert (first.trouble, second.trouble) == ("only 2 MB free", "")


def test_every_order_that_reached_a_host_is_noted(backend: MemoryBackend) -> None:
    bring(backend, NEW, "deploy-1")
    backend.restart(SITE, Order("restart-1", ""), HOSTS[:1])
    assert sorted(backend.orders) == [
        ("web1", "deploy-1", NEW),
        ("web1", "restart-1", ""),
        ("web2", "deploy-1", NEW),
    ]
