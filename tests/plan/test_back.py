import pytest

from bot.model import DeployKind, DeployState, HostState, Release
from bot.plan.back import left_hosts, pick
from bot.records import HostLine
from bot.refusals import Reason, Refusal
from tests.building import TARGET, a_deploy, a_plan, a_view, lines, release

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


@pytest.mark.parametrize(
    ("state", "kind", "host", "left"),
    [
        (DeployState.FAILED, DeployKind.DEPLOY, HostState.UNHEALTHY, True),
        (DeployState.FAILED, DeployKind.DEPLOY, HostState.UNKNOWN, True),
        (DeployState.FAILED, DeployKind.DEPLOY, HostState.UNCHANGED, False),
        (DeployState.FAILED, DeployKind.DEPLOY, HostState.WAITING, False),  # in preflight
        (DeployState.FAILED, DeployKind.ROLLBACK, HostState.UNHEALTHY, False),
        (DeployState.ROLLED_BACK, DeployKind.DEPLOY, HostState.RESTORED, False),
        (DeployState.SUCCEEDED, DeployKind.DEPLOY, HostState.HEALTHY, False),
    ],
)
def test_hosts_are_left_where_a_deploy_failed_and_did_not_go_back(
    state: DeployState, kind: DeployKind, host: HostState, left: bool
) -> None:
    deploy = a_deploy(a_plan(2, kind), state)
    view = a_view(deploy, lines(deploy.plan, {"web1": HostLine("web1", 0, host)}), {})
    assert left_hosts(view) is left
