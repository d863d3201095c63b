import pytest

from bot.model import HostState, Release
from bot.plan.releases import beside, named, now_on
from bot.records import HostLine
from tests.building import a_deploy, a_plan, release

NEW, OLD, GOOD = release("1.5.0"), release("1.3.0"), release("1.4.1")


@pytest.mark.parametrize(
    ("state", "runs"),
    [
        (HostState.WAITING, OLD.sha),
        (HostState.UNCHANGED, OLD.sha),
        (HostState.CHANGING, None),  # before or after the switch: not known
        (HostState.UNKNOWN, None),
        (HostState.NEW, NEW.sha),
        (HostState.HEALTHY, NEW.sha),
        (HostState.UNHEALTHY, NEW.sha),
        (HostState.RESTORED, GOOD.sha),
    ],
)
def test_what_a_host_runs_follows_from_its_last_deploy(state: HostState, runs: str | None) -> None:
    line = HostLine("web1", 0, state, before=OLD.sha)
    assert now_on(line, a_deploy(a_plan(ref="1.5.0", fallback="1.4.1"))) == runs


def test_without_a_good_release_a_restored_host_runs_what_it_ran_before() -> None:
    line = HostLine("web1", 0, HostState.RESTORED, before=OLD.sha)
    assert now_on(line, a_deploy(a_plan(ref="1.5.0", fallback=None))) == OLD.sha


def test_of_a_host_that_no_deploy_knows_nothing_is_known() -> None:
    assert now_on(None, a_deploy()) is None
    assert now_on(HostLine("web1", 0), None) is None
    assert now_on(HostLine("web1", 0), a_deploy()) is None  # never deployed before


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ([], NEW.sha[:7]),
        ([OLD, GOOD], NEW.sha[:7]),
        ([Release(NEW.sha, "main"), GOOD, Release(NEW.sha, "v1.5")], "v1.5"),
    ],
)
def test_a_release_is_called_as_people_last_called_it(known: list[Release], name: str) -> None:
    assert named(NEW.sha, known).name == name
    assert named(NEW.sha, known).sha == NEW.sha


@pytest.mark.parametrize(
    ("runs", "stands", "found"),
    [
        ({}, "1.4.1", ()),
        ({"web1": "1.4.1", "web2": "1.4.1"}, "1.4.1", ()),
        ({"web1": "1.4.2", "web2": "1.4.1"}, "1.4.1", (("1.4.2", ("web1",)),)),
        (
            {"web1": "1.5.0", "web2": "1.4.2", "web3": "1.4.2", "web4": "1.4.1"},
            "1.4.1",
            (("1.4.2", ("web2", "web3")), ("1.5.0", ("web1",))),
        ),
        ({"web1": "1.4.2"}, None, (("1.4.2", ("web1",)),)),
    ],
)
def test_what_runs_beside_the_standing_release_is_known_by_host(
    runs: dict[str, str], stands: str | None, found: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    known = [release(ref) for ref in ("1.4.1", "1.4.2", "1.5.0")]
    by_sha = {host: release(ref).sha for host, ref in runs.items()}
    seen = beside(by_sha, release(stands) if stands else None, known)
    assert seen == tuple((release(ref), hosts) for ref, hosts in found)


def test_a_release_that_nobody_knows_is_called_by_its_commit() -> None:
    assert beside({"web1": "f" * 40}, None, []) == ((Release("f" * 40, "f" * 40), ("web1",)),)
