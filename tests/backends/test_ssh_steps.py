"""Steps on real hosts: started once, found again, stopped in time, and out of each other's way."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import psutil
import pytest

from bot.backends.base import Ending, HostResult, Order, Site, StepSpec
from bot.backends.ssh import SshBackend, SshOptions
from bot.model import Host, Step
from bot.sandbox import processes
from tests.backends.places import SshPlace
from tests.waiting import eventually

WAIT = 'touch "$RAN/begun"; while [ ! -e "$RAN/go" ]; do sleep 0.02; done'
"""A step that waits until the test lets it go."""


@pytest.fixture
def count() -> int:
    return 1


@pytest.fixture
def place(ssh_place: SshPlace) -> SshPlace:
    return ssh_place


@pytest.fixture
def host(place: SshPlace) -> Host:
    return place.hosts[0]


def bring(
    place: SshPlace, sha: str, order: str = "deploy-1", site: Site | None = None, **options: object
) -> HostResult:
    backend = SshBackend(place.options(**options))
    (result,) = backend.bring(site or place.site, Order(order, sha), place.hosts, lambda host, step: None)
    return result


def in_background(act: Callable[[], HostResult]) -> "Future[HostResult]":
    pool = ThreadPoolExecutor(1)
    future = pool.submit(act)
    pool.shutdown(wait=False)
    return future


def begun(place: SshPlace, host: Host) -> None:
    eventually((place.ran(host) / "begun").exists)


def test_a_command_that_fails_or_lasts_too_long_is_told_with_what_it_said(place: SshPlace, host: Host) -> None:
    bring(place, place.release())
    backend = place.backend()
    for number, (command, cause) in enumerate(
        (
            ("echo almost; exit 7", "command ended with status 7"),
            ("echo almost; sleep 60", "command took longer than 1 s and was stopped"),
        )
    ):
        spec = StepSpec(command, timedelta(seconds=1))
        (result,) = backend.command(place.site, Order(f"command-{number}", ""), [host], spec)
        assert (result.ending, result.cause, result.tail) == (Ending.KEPT, cause, "almost")


def let_go(place: SshPlace, host: Host) -> None:
    (place.ran(host) / "go").touch()


def left(place: SshPlace) -> list[psutil.Process]:
    """What the steps of this place left running."""
    return [each for each in processes.find(str(place.root)) if each.is_running()]


DEAF = "sh -c 'trap \"\" TERM; sleep 300' &"


@pytest.mark.parametrize(("step", "also"), [(Step.INSTALL, ""), (Step.TEST, DEAF), (Step.RESTART, "")])
def test_a_step_that_takes_too_long_is_stopped_with_all_it_started(place: SshPlace, step: Step, also: str) -> None:
    sha = place.project.commit({step: f"echo working; sleep 300 & {also} wait"})
    result = bring(place, sha, site=place.project.site(timeouts={step: 0.3}))
    assert (result.step, result.exit_status) == (step, 124)
    assert result.ending is (Ending.SWITCHED if step is Step.RESTART else Ending.KEPT)
    assert result.cause == f"{step} took longer than 0.3 s and was stopped"
    assert result.tail == "working"
    eventually(lambda: left(place) == [])


def test_a_step_that_ends_with_the_status_of_a_timeout_was_not_stopped(place: SshPlace) -> None:
    for number, status in enumerate((124, 137)):
        result = bring(place, place.project.commit({Step.TEST: f"exit {status}"}), f"deploy-{number}")
        assert (result.exit_status, result.cause) == (status, f"test ended with status {status}")


def test_a_step_that_heeds_the_signal_slowly_may_finish_its_words(place: SshPlace) -> None:
    slow = "trap 'sleep 0.3; echo tidied; exit 0' TERM; while :; do sleep 0.05; done"
    result = bring(place, place.project.commit({Step.TEST: slow}), site=place.project.site(timeouts={Step.TEST: 0.3}))
    assert result.cause == "test took longer than 0.3 s and was stopped"
    assert "tidied" in result.tail


@pytest.mark.parametrize("times", [1, 3])
def test_a_cut_connection_is_opened_again_and_the_step_is_found(place: SshPlace, host: Host, times: int) -> None:
    sha = place.project.commit({Step.TEST: WAIT})
    running = in_background(lambda: bring(place, sha, patience=timedelta(seconds=20)))
    begun(place, host)
    for _ in range(times):
        place.cut(host)
    let_go(place, host)
    assert running.result(30).ending is Ending.DONE
    assert [place.runs(host, step) for step in (Step.INSTALL, Step.TEST, Step.RESTART)] == [1, 1, 1]


def test_a_host_that_is_unplugged_and_plugged_in_within_the_patience_is_waited_for(place: SshPlace, host: Host) -> None:
    sha = place.project.commit({Step.INSTALL: WAIT})
    running = in_background(lambda: bring(place, sha, patience=timedelta(seconds=20)))
    begun(place, host)
    place.unplug(host)
    let_go(place, host)
    eventually(lambda: (place.path(host) / ".pointsman/orders/deploy-1/install.1/exit").exists())
    place.plug(host)
    assert running.result(30).ending is Ending.DONE
    assert place.runs(host, Step.INSTALL) == 1


def test_a_host_that_stays_away_is_lost_and_the_same_order_finds_out_later(place: SshPlace, host: Host) -> None:
    sha = place.project.commit({Step.TEST: WAIT})
    running = in_background(lambda: bring(place, sha, patience=timedelta(seconds=0.3)))
    begun(place, host)
    place.unplug(host)
    lost = running.result(30)
    assert (lost.ending, lost.step) == (Ending.LOST, None)
    assert "no connection to 127.0.0.1" in lost.cause
    let_go(place, host)
    place.plug(host)
    assert bring(place, sha).ending is Ending.DONE
    assert [place.runs(host, step) for step in (Step.INSTALL, Step.TEST, Step.RESTART)] == [1, 1, 1]


def run_in_a_process(options: SshOptions, site: Site, order: Order, hosts: list[Host]) -> None:
    SshBackend(options).bring(site, order, hosts, lambda host, step: None)


@pytest.mark.parametrize("step", [Step.INSTALL, Step.TEST, Step.RESTART])
def test_a_bot_killed_in_mid_step_finds_the_step_when_it_is_back(place: SshPlace, host: Host, step: Step) -> None:
    sha = place.project.commit({step: WAIT})
    order = Order("deploy-1", sha)
    bot = multiprocessing.get_context("spawn").Process(
        target=run_in_a_process, args=(place.options(), place.site, order, place.hosts)
    )
    bot.start()
    eventually((place.ran(host) / "begun").exists)
    bot.kill()
    bot.join()
    running = in_background(lambda: bring(place, sha))
    let_go(place, host)
    assert running.result(30).ending is Ending.DONE
    assert [place.runs(host, each) for each in (Step.INSTALL, Step.TEST, Step.RESTART)] == [1, 1, 1]


def test_two_bots_with_one_order_do_not_start_a_step_twice(place: SshPlace, host: Host) -> None:
    sha = place.project.commit({Step.INSTALL: WAIT})
    both = [in_background(lambda: bring(place, sha)) for _ in range(2)]
    begun(place, host)
    let_go(place, host)
    assert {each.result(30).ending for each in both} <= {Ending.DONE, Ending.LOST}
    assert Ending.DONE in {each.result().ending for each in both}
    assert place.runs(host, Step.INSTALL) == 1
    assert bring(place, sha).ending is Ending.DONE
    assert place.runs(host, Step.RESTART) == 1


def reboot(place: SshPlace, host: Host) -> None:
    """Every process that works in the host's directory is gone, and no exit file was written."""
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(place.path(host))):
                process.kill()
        except psutil.Error:
            continue


def test_a_step_that_vanished_is_started_once_more(place: SshPlace, host: Host) -> None:
    sha = place.project.commit({Step.TEST: WAIT})
    running = in_background(lambda: bring(place, sha))
    begun(place, host)
    reboot(place, host)
    eventually(lambda: place.runs(host, Step.TEST) == 2)
    let_go(place, host)
    assert running.result(30).ending is Ending.DONE
    assert (place.path(host) / ".pointsman/orders/deploy-1/test.2/exit").read_text() == "0\n"


def test_a_step_that_vanished_twice_is_given_up(place: SshPlace, host: Host) -> None:
    sha = place.project.commit({Step.TEST: WAIT})
    running = in_background(lambda: bring(place, sha))
    for attempt in (1, 2):
        eventually(lambda: place.runs(host, Step.TEST) == attempt)  # noqa: B023
        reboot(place, host)
    result = running.result(30)
    assert (result.ending, result.step) == (Ending.KEPT, Step.TEST)
    assert "started twice and vanished both times" in result.cause
    assert place.runs(host, Step.TEST) == 2


def test_a_daemon_that_inherits_everything_does_not_hold_the_step_or_the_connection(place: SshPlace) -> None:
    sha = place.project.commit({Step.RESTART: "sleep 300 &"})
    started = time.monotonic()
    assert bring(place, sha).ending is Ending.DONE
    assert time.monotonic() - started < 15
    assert [process.name() for process in left(place)] == ["sleep"]


def test_a_second_order_waits_until_the_first_has_ended(place: SshPlace, host: Host) -> None:
    first = place.project.commit({Step.TEST: WAIT})
    second = place.release()
    running = in_background(lambda: bring(place, first, "deploy-1"))
    begun(place, host)
    waiting = in_background(lambda: bring(place, second, "deploy-2", lease=timedelta(seconds=60)))
    eventually(lambda: (place.path(host) / ".pointsman/orders/deploy-2").is_dir())
    assert not waiting.done()
    let_go(place, host)
    assert [running.result(30).ending, waiting.result(30).ending] == [Ending.DONE, Ending.DONE]
    assert (place.path(host) / "current").resolve().name == second


def test_a_second_order_gives_up_on_a_first_that_stays_at_work(place: SshPlace, host: Host) -> None:
    sha = place.project.commit({Step.TEST: WAIT})
    running = in_background(lambda: bring(place, sha, "deploy-1", wait=timedelta(seconds=0.1)))
    begun(place, host)
    result = bring(place, place.release(), "deploy-2", lease=timedelta(seconds=2))
    assert (result.ending, result.step) == (Ending.KEPT, None)
    assert result.cause == "deploy-1 is at work on this host and did not end in time: look at it, then deploy again"
    let_go(place, host)
    assert running.result(30).ending is Ending.DONE


def test_an_order_that_was_silent_for_long_is_replaced_and_its_step_ended(place: SshPlace, host: Host) -> None:
    sha = place.project.commit({Step.TEST: WAIT})
    running = in_background(lambda: bring(place, sha, "deploy-1", patience=timedelta(0)))
    begun(place, host)
    place.unplug(host)
    assert running.result(30).ending is Ending.LOST
    place.plug(host)
    new = place.release()
    assert bring(place, new, "deploy-1-back", lease=timedelta(seconds=1)).ending is Ending.DONE
    assert (place.path(host) / "current").resolve().name == new
    let_go(place, host)
    late = bring(place, sha, "deploy-1")
    assert (late.ending, late.cause) == (
        Ending.LOST,
        "deploy-1-back took this host over meanwhile: what runs there must be read again",
    )
    assert (place.path(host) / "current").resolve().name == new
    assert place.runs(host, Step.RESTART) == 1
