"""People want it stopped: the step that runs on a real host is ended with all it started, and none follows."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.backends.base import Ending, HostResult, Order
from bot.backends.ssh import SshBackend
from bot.model import Host, Step
from bot.sandbox import processes
from tests.backends.places import SshPlace
from tests.waiting import eventually

ENDLESS = 'touch "$RAN/begun"; sleep 300 & wait'


@pytest.fixture
def count() -> int:
    return 1


@pytest.fixture
def place(ssh_place: SshPlace) -> SshPlace:
    return ssh_place


def bring(place: SshPlace, sha: str, halt: threading.Event, order: str = "deploy-1", wait: float = 1) -> HostResult:
    backend = SshBackend(place.options(wait=timedelta(seconds=wait)))
    asked = Order(order, sha, halted=halt.is_set)
    (result,) = backend.bring(place.site, asked, place.hosts, lambda host, step: None)
    return result


@pytest.mark.parametrize(
    ("step", "ending", "wait"),
    [
        (Step.INSTALL, Ending.KEPT, 0.2),  # between two questions
        (Step.INSTALL, Ending.KEPT, 60),  # while a question is open
        (Step.TEST, Ending.KEPT, 60),
        (Step.RESTART, Ending.SWITCHED, 60),
    ],
)
def test_a_running_step_is_stopped_with_all_it_started(
    place: SshPlace, step: Step, ending: Ending, wait: float
) -> None:
    host: Host = place.hosts[0]
    sha, halt = place.project.commit({step: ENDLESS}), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(bring, place, sha, halt, wait=wait)
        eventually((place.ran(host) / "begun").exists)
        halt.set()
        result = running.result(20)
    assert (result.ending, result.step, result.cause) == (ending, step, f"{step} was stopped")
    eventually(lambda: [one for one in processes.find(str(place.root)) if one.is_running()] == [])


def test_what_was_stopped_before_it_began_changes_nothing(place: SshPlace) -> None:
    halt = threading.Event()
    halt.set()
    result = bring(place, place.project.commit({}), halt)
    assert (result.ending, result.cause) == (Ending.KEPT, "stopped before fetch")
    assert place.runs(place.hosts[0], Step.INSTALL) == 0


def test_the_next_order_finds_the_host_free(place: SshPlace) -> None:
    halt = threading.Event()
    halt.set()
    sha = place.project.commit({})
    bring(place, sha, halt)
    assert bring(place, sha, threading.Event(), "deploy-2").ending is Ending.DONE
