"""What Systems Manager does to the contract: fifty to a call, agents that are away, answers that are cut, aborts."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.base import Ending, HostResult, Order, Site, StepSpec
from bot.backends.reaching import Reaching
from bot.backends.ssm import SsmBackend
from bot.cloud import Account
from bot.errors import CloudDenied
from bot.model import Step
from tests.backends.places import MemoryPlace, SsmPlace
from tests.waiting import eventually

SEND, LIST, GET, AGENTS = "SendCommand", "ListCommandInvocations", "GetCommandInvocation", "DescribeInstanceInformation"


@pytest.fixture
def count() -> int:
    return 2


def bring(place: SsmPlace, order: Order, site: Site | None = None, **options: object) -> list[HostResult]:
    backend = SsmBackend(place.clients(), place.options(**options))
    return backend.bring(site or place.site, order, place.hosts, lambda host, step: None)


def command(place: SsmPlace, run: str, order: str = "act-1") -> list[HostResult]:
    return place.backend().command(place.site, Order(order, ""), place.hosts, StepSpec(run, timedelta(seconds=20)))


def endings(results: list[HostResult]) -> list[Ending]:
    return [result.ending for result in results]


@pytest.mark.parametrize("count", [60])
def test_sixty_hosts_are_brought_along_by_two_commands(ssm_place: SsmPlace) -> None:
    results = bring(ssm_place, Order("deploy-1", ssm_place.release()), wait=timedelta(seconds=60))
    assert set(endings(results)) == {Ending.DONE}
    assert [len(names) for names in ssm_place.server.sent()] == [50, 10]
    assert GET not in ssm_place.server.calls
    assert {ssm_place.runs(host, Step.RESTART) for host in ssm_place.hosts} == {1}


def test_each_host_has_its_own_name_and_variables_in_one_command(ssm_place: SsmPlace) -> None:
    hosts = [replace(host, vars={**host.vars, "ZONE": f"it's {host.name[-1]}"}) for host in ssm_place.hosts]
    ssm_place.hosts = hosts
    bring(ssm_place, Order("deploy-1", ssm_place.release()))
    before = len(ssm_place.server.sent())
    said = command(ssm_place, 'echo "$POINTSMAN_HOST $ZONE $POINTSMAN_SERVICE"')
    assert [result.tail for result in said] == [f"{host.name} it's {host.name[-1]} shop" for host in hosts]
    # one asks which release is current, for the commands' environment; the next one runs them
    assert [len(names) for names in ssm_place.server.sent()[before:]] == [2, 2]


def test_what_looks_like_a_parameter_of_ssm_and_any_quote_arrives_to_the_letter(ssm_place: SsmPlace) -> None:
    bring(ssm_place, Order("deploy-1", ssm_place.release()))
    odd = """{{ssm:secret}} "double" 'single' $(x) \\ \u00fc"""
    said = command(ssm_place, "cat <<'END'\n" + odd + "\nEND")
    assert {result.tail for result in said} == {odd}
    sent = str([command.asked for command in ssm_place.server.commands.values()])
    assert "{{" not in sent
    assert "secret" not in sent


def test_an_answer_too_long_for_the_list_is_fetched_alone(ssm_place: SsmPlace) -> None:
    bring(ssm_place, Order("deploy-1", ssm_place.release()))
    said = command(ssm_place, "seq 1 1000")
    assert {result.tail.splitlines()[-1] for result in said} == {"1000"}
    assert ssm_place.server.calls.count(GET) == 2


def test_an_instance_without_an_agent_stops_none_of_the_others(ssm_place: SsmPlace) -> None:
    gone, there = ssm_place.hosts
    del ssm_place.server.agents[gone.name]
    facts = ssm_place.backend().survey(ssm_place.site, ssm_place.hosts)
    assert [one.reachable for one in facts] == [False, True]
    assert "AmazonSSMManagedInstanceCore" in facts[0].trouble
    results = bring(ssm_place, Order("deploy-1", ssm_place.release()))
    assert endings(results) == [Ending.LOST, Ending.DONE]
    assert ssm_place.server.sent() == [[there.name], [there.name]]


def test_an_agent_that_is_silent_is_said_with_when_it_was_heard_last(ssm_place: SsmPlace) -> None:
    ssm_place.unplug(ssm_place.hosts[0])
    facts, _ = ssm_place.backend().survey(ssm_place.site, ssm_place.hosts)
    assert "ConnectionLost, last heard 2027-01-15" in facts.trouble


def test_a_script_that_no_agent_fetches_leaves_the_host_lost(ssm_place: SsmPlace) -> None:
    ssm_place.server.agents[ssm_place.hosts[0].name].slow = True
    results = bring(ssm_place, Order("deploy-1", ssm_place.release()))
    assert endings(results) == [Ending.LOST, Ending.DONE]
    assert "did not fetch the script in time" in results[0].cause


def test_an_old_agent_that_does_not_name_its_instance_is_told_so_and_nothing_runs(ssm_place: SsmPlace) -> None:
    ssm_place.server.agents[ssm_place.hosts[0].name].names_itself = False
    results = bring(ssm_place, Order("deploy-1", ssm_place.release()))
    assert endings(results) == [Ending.KEPT, Ending.DONE]
    assert "update the agent" in results[0].cause
    assert not (ssm_place.home(ssm_place.hosts[0]) / "shop").exists()


def test_the_login_of_the_fleet_file_runs_the_steps(ssm_place: SsmPlace, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "runuser").write_text(
        f'#!/bin/sh\necho "$*" >>{tmp_path}/logins\nshift 4; shift; cd "$HOME"; exec sh -c "$1"\n'
    )
    (programs / "runuser").chmod(0o755)
    for host in ssm_place.hosts:
        ssm_place.server.agents[host.name].programs = programs
    ssm_place.hosts = [replace(host, user="deploy") for host in ssm_place.hosts]
    assert set(endings(bring(ssm_place, Order("deploy-1", ssm_place.release())))) == {Ending.DONE}
    assert set((tmp_path / "logins").read_text().splitlines()) == {"-l deploy -s /bin/sh -c exec sh"}


def test_a_long_step_is_asked_for_again_and_runs_once(ssm_place: SsmPlace, tmp_path: Path) -> None:
    sha = ssm_place.project.commit({Step.TEST: f"until [ -e {tmp_path}/go ]; do sleep 0.05; done"})
    results: list[HostResult] = []
    order = Order("deploy-1", sha)
    running = threading.Thread(target=lambda: results.extend(bring(ssm_place, order, wait=timedelta(seconds=0.5))))
    running.start()
    eventually(lambda: len(ssm_place.server.sent()) >= 3, timeout=60)
    (tmp_path / "go").touch()
    running.join()
    assert set(endings(results)) == {Ending.DONE}
    assert {ssm_place.runs(host, Step.TEST) for host in ssm_place.hosts} == {1}


def test_a_bot_that_died_finds_what_its_command_began(ssm_place: SsmPlace, tmp_path: Path) -> None:
    """Two at once by one order: what a resumed bot sends meets what still runs there."""
    sha = ssm_place.project.commit({Step.TEST: f"until [ -e {tmp_path}/go ]; do sleep 0.05; done"})
    order, found = Order("deploy-1", sha), []
    bots = [threading.Thread(target=lambda: found.append(bring(ssm_place, order))) for _ in range(2)]
    for bot in bots:
        bot.start()
    eventually(lambda: len(ssm_place.server.sent()) >= 2, timeout=60)
    (tmp_path / "go").touch()
    for bot in bots:
        bot.join()
    assert {ending for results in found for ending in endings(results)} == {Ending.DONE}
    assert {ssm_place.runs(host, step) for host in ssm_place.hosts for step in (Step.TEST, Step.RESTART)} == {1}


def test_an_abort_cancels_the_command_and_stops_what_runs_on_the_hosts(ssm_place: SsmPlace, tmp_path: Path) -> None:
    halt = threading.Event()
    endless = ssm_place.project.commit({Step.TEST: f'touch "{tmp_path}/$POINTSMAN_HOST.runs"; sleep 300'})
    results: list[HostResult] = []
    order = Order("deploy-1", endless, halted=halt.is_set)
    running = threading.Thread(target=lambda: results.extend(bring(ssm_place, order, wait=timedelta(seconds=60))))
    running.start()
    eventually(lambda: len(list(tmp_path.glob("*.runs"))) == 2, timeout=60)
    halt.set()
    running.join()
    stopped = {(result.ending, result.step, result.cause) for result in results}
    assert stopped == {(Ending.KEPT, Step.TEST, "test was stopped")}
    assert "CancelCommand" in ssm_place.server.calls
    assert set(endings(bring(ssm_place, Order("deploy-2", ssm_place.release())))) == {Ending.DONE}


def test_what_was_aborted_before_it_began_changes_nothing(ssm_place: SsmPlace) -> None:
    results = bring(ssm_place, Order("deploy-1", ssm_place.release(), halted=lambda: True))
    assert {(result.ending, result.cause) for result in results} == {(Ending.KEPT, "stopped before fetch")}


def test_a_script_that_somebody_killed_is_sent_again(ssm_place: SsmPlace, tmp_path: Path) -> None:
    sha = ssm_place.project.commit(
        {Step.TEST: f"touch {tmp_path}/runs; until [ -e {tmp_path}/go ]; do sleep 0.05; done"}
    )
    results: list[HostResult] = []
    minute = timedelta(minutes=1)
    order = Order("deploy-1", sha)
    running = threading.Thread(target=lambda: results.extend(bring(ssm_place, order, wait=minute, patience=minute)))
    running.start()
    eventually((tmp_path / "runs").exists, timeout=60)
    (first,) = ssm_place.server.commands
    ssm_place.client.cancel_command(CommandId=first)
    (tmp_path / "go").touch()
    running.join()
    assert set(endings(results)) == {Ending.DONE}
    assert {ssm_place.runs(host, Step.TEST) for host in ssm_place.hosts} == {1}


@pytest.mark.parametrize("call", [AGENTS, SEND, LIST, GET])
def test_a_call_that_aws_puts_off_is_made_again(ssm_place: SsmPlace, call: str) -> None:
    order = Order("deploy-1", ssm_place.project.commit({Step.TEST: "seq 1 2000; exit 3"}))
    ssm_place.server.refuse[call] = ["ThrottlingException"]
    results = bring(ssm_place, order, patience=timedelta(seconds=20))
    assert set(endings(results)) == {Ending.KEPT}
    assert {result.tail.splitlines()[-1] for result in results} == {"2000"}
    assert not ssm_place.server.refuse[call]


@pytest.mark.parametrize("call", [AGENTS, SEND, LIST])
def test_a_call_that_is_denied_names_the_statement_to_add(ssm_place: SsmPlace, call: str) -> None:
    ssm_place.server.refuse[call] = ["AccessDeniedException"] * 3
    results = bring(ssm_place, Order("deploy-1", ssm_place.release()))
    assert set(endings(results)) == {Ending.LOST}
    assert f'"Action": "ssm:{call}"' in results[0].cause


def test_an_account_without_credentials_is_said_of_each_host(ssm_place: SsmPlace) -> None:
    class Refusing:
        def client(self, service: str, account: Account) -> None:
            raise CloudDenied("sts:AssumeRole", "no")

    facts = SsmBackend(Refusing(), ssm_place.options()).survey(ssm_place.site, ssm_place.hosts)
    assert {one.trouble for one in facts} == {"sts:AssumeRole: no"}


def test_an_agent_that_went_between_two_looks_costs_the_others_nothing(ssm_place: SsmPlace) -> None:
    ssm_place.server.refuse[SEND] = ["InvalidInstanceId"]
    results = bring(ssm_place, Order("deploy-1", ssm_place.release()), patience=timedelta(seconds=20))
    assert set(endings(results)) == {Ending.DONE}
    assert ssm_place.server.calls.count(AGENTS) == 2


@pytest.mark.parametrize("count", [3])
def test_no_further_host_is_begun_once_more_failed_than_are_borne(ssm_place: SsmPlace) -> None:
    order = Order("deploy-1", ssm_place.release(Step.TEST), bears=0)
    results = bring(ssm_place, order, at_once=1)
    assert sorted(endings(results)) == [Ending.KEPT, Ending.LOST, Ending.LOST]
    untouched = [result for result in results if result.ending is Ending.LOST]
    assert {result.cause for result in untouched} == {
        "not begun: more than 0 hosts had failed, and Systems Manager stopped sending"
    }
    assert sum(ssm_place.runs(host, Step.TEST) for host in ssm_place.hosts) == 1


def test_a_site_says_whether_its_hosts_are_reached_by_ssm_or_over_ssh(ssm_place: SsmPlace) -> None:
    memory = MemoryPlace(1)
    both = Reaching(memory.backend(), ssm_place.backend())
    assert [one.host for one in both.survey(memory.site, memory.hosts)] == ["web1"]
    assert not ssm_place.server.calls
    sha = ssm_place.release()
    for act in (both.bring, both.prepare):
        assert set(endings(act(ssm_place.site, Order("deploy-1", sha), ssm_place.hosts, lambda *_: None))) == {
            Ending.DONE
        }
    for name, only in {"restart-1": both.restart, "retire-1": both.retire}.items():
        assert set(endings(only(ssm_place.site, Order(name, ""), ssm_place.hosts))) == {Ending.DONE}
    spec = StepSpec("echo hello", timedelta(seconds=5))
    assert both.command(ssm_place.site, Order("act-1", ""), ssm_place.hosts, spec)[0].tail == "hello"
