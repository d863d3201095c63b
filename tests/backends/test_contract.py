"""What every backend promises, over each that there is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.backends.base import Ending, HostFacts, HostResult, Order, Site, StepSpec
from bot.model import Host, Step
from tests.backends.places import Place

ALL = [Step.FETCH, Step.UNPACK, Step.INSTALL, Step.TEST, Step.SWITCH, Step.RESTART]


class Deploys:
    """Gives orders in a place, each with an id of its own."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.begun: list[tuple[str, Step]] = []
        self._ids: Iterator[int] = iter(range(1, 1000))

    def order(self, sha: str, *protect: str) -> Order:
        return Order(f"deploy-{next(self._ids)}", sha, frozenset(protect))

    def give(self, order: Order, hosts: list[Host] | None = None, site: Site | None = None) -> list[HostResult]:
        self.begun.clear()
        where = self.place.hosts if hosts is None else hosts
        return self.place.backend().bring(
            site or self.place.site, order, where, lambda host, step: self.begun.append((host, step))
        )

    def bring(self, sha: str) -> list[HostResult]:
        return self.give(self.order(sha))

    def steps(self, host: Host) -> list[Step]:
        """What the last order began on a host."""
        return [step for name, step in self.begun if name == host.name]

    def facts(self) -> list[HostFacts]:
        return self.place.backend().survey(self.place.site, self.place.hosts)


@pytest.fixture
def deploys(place: Place) -> Deploys:
    return Deploys(place)


def endings(results: list[HostResult]) -> set[Ending]:
    return {result.ending for result in results}


def test_a_fresh_host_can_be_deployed_to_and_has_nothing(place: Place, deploys: Deploys) -> None:
    for host, facts in zip(place.hosts, deploys.facts(), strict=True):
        assert (facts.host, facts.reachable, facts.trouble) == (host.name, True, "")
        assert (facts.current, facts.releases) == (None, frozenset())
        assert facts.disk_free > 0
        assert facts.user


def test_a_first_deploy_runs_every_step_once_on_every_host(place: Place, deploys: Deploys) -> None:
    sha = place.release()
    results = deploys.bring(sha)
    assert results == [HostResult(host.name, Ending.DONE) for host in place.hosts]
    for host, facts in zip(place.hosts, deploys.facts(), strict=True):
        assert deploys.steps(host) == ALL
        assert [place.runs(host, step) for step in (Step.INSTALL, Step.TEST, Step.RESTART)] == [1, 1, 1]
        assert (facts.current, facts.releases) == (sha, frozenset({sha}))


def test_a_second_deploy_leaves_the_first_release_there(place: Place, deploys: Deploys) -> None:
    first, second = place.release(), place.release()
    deploys.bring(first)
    assert endings(deploys.bring(second)) == {Ending.DONE}
    assert {(facts.current, facts.releases) for facts in deploys.facts()} == {(second, frozenset({first, second}))}


@pytest.mark.parametrize("broken", [Step.INSTALL, Step.TEST])
def test_a_step_that_fails_before_the_switch_leaves_the_old_release(
    place: Place, deploys: Deploys, broken: Step
) -> None:
    good, bad = place.release(), place.release(broken)
    deploys.bring(good)
    cause = f"{broken} ended with status 3"
    tail = f"{broken} is broken"
    assert deploys.bring(bad) == [HostResult(host.name, Ending.KEPT, broken, 3, cause, tail) for host in place.hosts]
    assert {(facts.current, facts.releases) for facts in deploys.facts()} == {(good, frozenset({good}))}
    assert {place.runs(host, Step.RESTART) for host in place.hosts} == {1}


def test_a_restart_that_fails_is_told_as_switched(place: Place, deploys: Deploys) -> None:
    good, bad = place.release(), place.release(Step.RESTART)
    deploys.bring(good)
    for result in deploys.bring(bad):
        assert (result.ending, result.step, result.exit_status) == (Ending.SWITCHED, Step.RESTART, 3)
        assert result.tail == "restart is broken"
    assert {facts.current for facts in deploys.facts()} == {bad}
    assert endings(deploys.bring(good)) == {Ending.DONE}
    assert {facts.current for facts in deploys.facts()} == {good}


def test_a_failed_first_deploy_leaves_nothing_current(place: Place, deploys: Deploys) -> None:
    assert endings(deploys.bring(place.release(Step.TEST))) == {Ending.KEPT}
    assert {(facts.current, facts.releases) for facts in deploys.facts()} == {(None, frozenset())}


def test_a_failed_release_is_built_anew_by_the_next_order(place: Place, deploys: Deploys) -> None:
    bad = place.release(Step.TEST)
    deploys.bring(bad)
    assert endings(deploys.bring(bad)) == {Ending.KEPT}
    assert {place.runs(host, Step.TEST) for host in place.hosts} == {2}


@pytest.mark.parametrize("broken", [None, Step.INSTALL, Step.TEST, Step.RESTART])
def test_a_repeated_order_tells_how_it_went_and_runs_nothing(
    place: Place, deploys: Deploys, broken: Step | None
) -> None:
    order = deploys.order(place.release(*[broken] if broken else []))
    first = deploys.give(order)
    ran = [place.runs(host, step) for host in place.hosts for step in ALL]
    assert deploys.give(order) == first
    assert [place.runs(host, step) for host in place.hosts for step in ALL] == ran


def test_going_back_to_a_complete_release_only_switches_and_restarts(place: Place, deploys: Deploys) -> None:
    first, second = place.release(), place.release()
    deploys.bring(first)
    deploys.bring(second)
    assert endings(deploys.bring(first)) == {Ending.DONE}
    assert {facts.current for facts in deploys.facts()} == {first}
    for host in place.hosts:
        assert deploys.steps(host) == [Step.SWITCH, Step.RESTART]
        assert (place.runs(host, Step.INSTALL), place.runs(host, Step.RESTART)) == (2, 3)


def test_a_new_order_for_the_current_release_restarts_it(place: Place, deploys: Deploys) -> None:
    sha = place.release()
    deploys.bring(sha)
    assert endings(deploys.bring(sha)) == {Ending.DONE}
    assert {place.runs(host, Step.RESTART) for host in place.hosts} == {2}


def test_old_releases_are_pruned_but_never_the_current_or_a_protected_one(place: Place, deploys: Deploys) -> None:
    shas = [place.release() for _ in range(5)]
    site = place.keeping(2)
    for sha in shas:
        deploys.give(deploys.order(sha, shas[0]), site=site)
    assert {facts.releases for facts in deploys.facts()} == {frozenset({shas[0], shas[3], shas[4]})}
    # the oldest by far is current now, and nothing is protected any more
    deploys.give(deploys.order(shas[0]), site=place.keeping(1))
    assert {(facts.current, facts.releases) for facts in deploys.facts()} == {(shas[0], frozenset({shas[0]}))}


def test_one_host_of_several_may_fail_alone(place: Place, deploys: Deploys) -> None:
    first, last = place.hosts
    place.unplug(first)
    sha = place.release()
    results = deploys.bring(sha)
    assert [result.host for result in results] == [first.name, last.name]
    assert [result.ending for result in results] == [Ending.LOST, Ending.DONE]
    assert results[0].cause
    gone, there = deploys.facts()
    assert (gone.reachable, there.reachable, there.current) == (False, True, sha)
    assert "no connection" in gone.trouble


def test_a_host_that_came_back_is_brought_along_by_the_same_order(place: Place, deploys: Deploys) -> None:
    order = deploys.order(place.release())
    place.unplug(place.hosts[0])
    deploys.give(order)
    place.plug(place.hosts[0])
    assert endings(deploys.give(order)) == {Ending.DONE}
    assert {place.runs(host, Step.RESTART) for host in place.hosts} == {1}


def test_a_restart_order_restarts_once_and_builds_nothing(place: Place, deploys: Deploys) -> None:
    deploys.bring(place.release())
    for _ in range(2):
        results = place.backend().restart(place.site, Order("restart-1", ""), place.hosts)
        assert endings(results) == {Ending.DONE}
    for host in place.hosts:
        assert (place.runs(host, Step.RESTART), place.runs(host, Step.INSTALL)) == (2, 1)


def test_a_restart_order_where_nothing_runs_says_so(place: Place) -> None:
    for result in place.backend().restart(place.site, Order("restart-1", ""), place.hosts):
        assert (result.ending, result.step) == (Ending.KEPT, Step.RESTART)
        assert "nothing was ever deployed here" in result.cause


COMMAND = StepSpec('echo one >>"$RAN/command"; echo "flushed 3 pages"', timedelta(seconds=30))


def test_a_command_runs_once_for_each_order_and_tells_what_it_said(place: Place, deploys: Deploys) -> None:
    deploys.bring(place.release())
    for _ in range(2):
        results = place.backend().command(place.site, Order("command-1", ""), place.hosts, COMMAND)
        assert endings(results) == {Ending.DONE}
        assert all("flushed 3 pages" in result.tail for result in results)
    assert [place.runs(host, Step.COMMAND) for host in place.hosts] == [1] * len(place.hosts)
    place.backend().command(place.site, Order("command-2", ""), place.hosts, COMMAND)
    for host in place.hosts:
        assert (place.runs(host, Step.COMMAND), place.runs(host, Step.RESTART)) == (2, 1)


def test_a_command_where_nothing_runs_says_so(place: Place) -> None:
    for result in place.backend().command(place.site, Order("command-1", ""), place.hosts, COMMAND):
        assert (result.ending, result.step) == (Ending.KEPT, Step.COMMAND)
        assert "nothing was ever deployed here" in result.cause


def test_no_hosts_are_no_trouble(place: Place, deploys: Deploys) -> None:
    order = deploys.order(place.release())
    assert deploys.give(order, hosts=[]) == []
    assert place.backend().survey(place.site, []) == []
    assert place.backend().restart(place.site, order, []) == []


def prepared(deploys: Deploys, order: Order) -> list[HostResult]:
    deploys.begun.clear()
    place = deploys.place
    return place.backend().prepare(
        place.site, order, place.hosts, lambda host, step: deploys.begun.append((host, step))
    )


BUILT = [Step.FETCH, Step.UNPACK, Step.INSTALL, Step.TEST, Step.BESIDE]


def test_a_release_is_made_ready_beside_the_old_one_which_stays_current(place: Place, deploys: Deploys) -> None:
    old, new = place.release(), place.release()
    deploys.bring(old)
    assert endings(prepared(deploys, deploys.order(new))) == {Ending.DONE}
    for host, facts in zip(place.hosts, deploys.facts(), strict=True):
        assert deploys.steps(host) == BUILT
        assert (facts.current, facts.releases) == (old, frozenset({old, new}))
        assert [place.runs(host, step) for step in (Step.BESIDE, Step.RESTART)] == [1, 1]


def test_what_was_made_ready_is_only_switched_to_and_back(place: Place, deploys: Deploys) -> None:
    old, new = place.release(), place.release()
    deploys.bring(old)
    prepared(deploys, deploys.order(new))
    for sha in (new, old):
        assert endings(deploys.bring(sha)) == {Ending.DONE}
        assert {facts.current for facts in deploys.facts()} == {sha}
        assert {tuple(deploys.steps(host)) for host in place.hosts} == {(Step.SWITCH, Step.RESTART)}
    assert {place.runs(host, Step.INSTALL) for host in place.hosts} == {2}


@pytest.mark.parametrize("broken", [Step.INSTALL, Step.TEST, Step.BESIDE])
def test_what_fails_beside_leaves_the_old_release_as_it_was(place: Place, deploys: Deploys, broken: Step) -> None:
    old, bad = place.release(), place.release(broken)
    deploys.bring(old)
    cause, tail = f"{broken} ended with status 3", f"{broken} is broken"
    order = deploys.order(bad)
    expected = [HostResult(host.name, Ending.KEPT, broken, 3, cause, tail) for host in place.hosts]
    assert prepared(deploys, order) == expected
    assert prepared(deploys, order) == expected
    assert {facts.current for facts in deploys.facts()} == {old}
    assert {place.runs(host, Step.RESTART) for host in place.hosts} == {1}


def test_making_ready_again_by_the_same_order_runs_nothing(place: Place, deploys: Deploys) -> None:
    order = deploys.order(place.release())
    first = prepared(deploys, order)
    assert prepared(deploys, order) == first
    assert {place.runs(host, Step.BESIDE) for host in place.hosts} == {1}


def test_a_host_that_is_away_cannot_be_made_ready(place: Place, deploys: Deploys) -> None:
    place.unplug(place.hosts[0])
    results = prepared(deploys, deploys.order(place.release()))
    assert [result.ending for result in results] == [Ending.LOST, Ending.DONE]


def test_what_was_kept_is_retired_once_in_what_is_current(place: Place, deploys: Deploys) -> None:
    deploys.bring(place.release())
    for _ in range(2):
        assert endings(place.backend().retire(place.site, Order("retire-1", ""), place.hosts)) == {Ending.DONE}
    assert {place.runs(host, Step.RETIRE) for host in place.hosts} == {1}


def test_a_retiring_that_fails_leaves_what_runs(place: Place, deploys: Deploys) -> None:
    sha = place.release(Step.RETIRE)
    deploys.bring(sha)
    for result in place.backend().retire(place.site, Order("retire-1", ""), place.hosts):
        assert (result.ending, result.step, result.exit_status) == (Ending.KEPT, Step.RETIRE, 3)
    assert {facts.current for facts in deploys.facts()} == {sha}
