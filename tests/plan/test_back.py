from dataclasses import replace

import pytest

from bot.model import DeployKind, DeployState, HostState, Release
from bot.plan.back import left_hosts, pick
from bot.records import HostLine
from bot.refusals import Reason, Refusal
from tests.building import TARGET, a_deploy, a_plan, lines, release

CLIMB = [a_deploy(a_plan(ref=ref), DeployState.SUCCEEDED) for ref in ("1.4.0", "1.4.1", "1.4.2")]


@pytest.mark.parametrize(
    ("wanted", "left", "to"),
    [
        (None, False, "1.4.1"),
        (None, True, "1.4.2"),  # hosts stand above it, where a deploy failed
        ("1.4.0", False, "1.4.0"),
        (release("1.4.0").sha[:7].upper(), True, "1.4.0"),
        (release("1.4.2").sha, False, "1.4.2"),
    ],
)
def test_back_is_to_what_was_good(wanted: str | None, left: bool, to: str) -> None:
    assert pick(TARGET, CLIMB, wanted, left) == release(to)


@pytest.mark.parametrize(("rungs", "left"), [(0, False), (1, False), (0, True)])
def test_without_another_good_release_there_is_no_way_back(rungs: int, left: bool) -> None:
    assert pick(TARGET, CLIMB[:rungs], None, left) == Refusal(Reason.NOTHING_GOOD, target=TARGET)


def test_the_only_good_release_is_the_way_back_from_one_that_failed() -> None:
    assert pick(TARGET, CLIMB[:1], None, left=True) == release("1.4.0")


@pytest.mark.parametrize("wanted", ["1.5.0", "1.4", release("1.4.2").sha[:6]])
def test_what_was_never_good_is_refused_with_what_was(wanted: str) -> None:
    found = pick(TARGET, CLIMB, wanted)
    assert isinstance(found, Refusal)
    assert (found.reason, found.known) == (Reason.NEVER_GOOD, ("1.4.2", "1.4.1", "1.4.0"))
    assert not isinstance(found, Release)


D, R = DeployKind.DEPLOY, DeployKind.ROLLBACK


@pytest.mark.parametrize(
    ("state", "kind", "host", "partial", "left"),
    [
        (DeployState.FAILED, D, HostState.UNHEALTHY, False, True),
        (DeployState.FAILED, D, HostState.UNKNOWN, False, True),
        (DeployState.FAILED, D, HostState.UNCHANGED, False, False),
        (DeployState.FAILED, D, HostState.WAITING, False, False),  # in preflight
        (DeployState.FAILED, R, HostState.UNHEALTHY, False, False),
        (DeployState.ROLLED_BACK, D, HostState.RESTORED, False, False),
        (DeployState.SUCCEEDED, D, HostState.HEALTHY, False, False),
        (DeployState.SUCCEEDED, D, HostState.HEALTHY, True, True),  # the other hosts stayed where they were
        (DeployState.RUNNING, D, HostState.HEALTHY, False, True),
        (DeployState.RUNNING, D, HostState.WAITING, False, False),
        (DeployState.RUNNING, R, HostState.HEALTHY, False, False),
    ],
)
def test_hosts_are_left_where_a_deploy_is_on_some_and_another_release_stands(
    state: DeployState, kind: DeployKind, host: HostState, partial: bool, left: bool
) -> None:
    deploy = a_deploy(replace(a_plan(2, kind), partial=partial), state)
    hosts = lines(deploy.plan, {"web1": HostLine("web1", 0, host)})
    assert left_hosts(deploy, hosts, release("1.4.1")) is left
    assert left_hosts(deploy, hosts, None) is left
    assert not left_hosts(deploy, hosts, deploy.release), "back from it is to the one before"
