import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import HostState, Step
from bot.records import HostLine
from bot.state.database import Database
from bot.state.deploy_hosts import DeployHosts
from bot.state.schema import apply_all
from tests.building import NOW, a_plan, lines, names, seconds


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[DeployHosts]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield DeployHosts(db)
    db.close()


def test_a_new_deploy_has_all_its_hosts_waiting_by_batch(hosts: DeployHosts) -> None:
    hosts.lay_out(1, a_plan(4), NOW)
    assert hosts.of(1) == lines(a_plan(4))
    assert hosts.of(2) == ()


@pytest.mark.parametrize(
    "line",
    [
        HostLine("web1", 0, HostState.HEALTHY, None, "a" * 40, healthy_after=seconds(3.25)),
        HostLine("web1", 0, HostState.HEALTHY, healthy_after=seconds(0)),
        HostLine("web1", 2, HostState.UNCHANGED, Step.TEST, None, "test ended with status 1", "Assertion\n  'x' <b>"),
        HostLine("web1", 0, HostState.HEALTHY, was_down=True, found="c" * 40),
        *(HostLine("web1", 0, state) for state in HostState),
        *(HostLine("web1", 0, HostState.CHANGING, step) for step in Step),
    ],
)
def test_a_line_comes_back_as_it_was_written(hosts: DeployHosts, line: HostLine) -> None:
    hosts.save(1, [line], NOW)
    assert hosts.of(1) == (line,)


def test_saving_replaces_what_was_known_of_a_host_and_leaves_the_others(hosts: DeployHosts) -> None:
    hosts.lay_out(1, a_plan(2), NOW)
    hosts.lay_out(2, a_plan(2), NOW)
    lost = HostLine("web2", 1, HostState.UNKNOWN, Step.FETCH, "b" * 40, "no connection")
    hosts.save(1, [lost], NOW)
    assert hosts.of(1) == (HostLine("web1", 0), lost)
    assert hosts.of(2) == lines(a_plan(2))
    hosts.save(1, [], NOW)
    assert hosts.of(1) == (HostLine("web1", 0), lost)


def test_a_step_begins_on_one_host_and_what_stood_there_before_is_kept(hosts: DeployHosts) -> None:
    before = HostLine("web1", 0, before="a" * 40)
    hosts.save(1, [before, HostLine("web2", 0)], NOW)
    hosts.stepping([(1, "web1", Step.INSTALL)], NOW)
    assert hosts.of(1) == (replace(before, state=HostState.CHANGING, step=Step.INSTALL), HostLine("web2", 0))
    hosts.stepping([(1, "web9", Step.INSTALL)], NOW)  # nobody
    assert len(hosts.of(1)) == 2


def test_a_host_that_failed_keeps_the_step_that_did_on_its_way_back(hosts: DeployHosts) -> None:
    failed = HostLine("web1", 0, HostState.UNHEALTHY, Step.RESTART, detail="answered 503")
    hosts.save(1, [failed], NOW)
    hosts.stepping([(1, "web1", Step.SWITCH)], NOW)
    assert hosts.of(1) == (replace(failed, state=HostState.CHANGING),)


def test_marking_changes_the_state_and_no_word(hosts: DeployHosts) -> None:
    failed = HostLine("web1", 0, HostState.UNHEALTHY, Step.RESTART, "a" * 40, "answered 503", "log", seconds(2))
    hosts.save(1, [failed, HostLine("web2", 1)], NOW)
    hosts.mark(1, ["web1"], HostState.RESTORED, NOW)
    assert hosts.of(1) == (replace(failed, state=HostState.RESTORED), HostLine("web2", 1))


def test_two_hundred_hosts_report_their_steps_at_once(hosts: DeployHosts) -> None:
    hosts.lay_out(1, a_plan(200, sizes=["100%"]), NOW)
    barrier = threading.Barrier(8)

    def report(share: int) -> None:
        barrier.wait()
        for name in names(200)[share::8]:
            hosts.stepping([(1, name, Step.FETCH)], NOW)

    threads = [threading.Thread(target=report, args=(share,)) for share in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(line.state, line.step) for line in hosts.of(1)} == {(HostState.CHANGING, Step.FETCH)}
