from collections.abc import Callable

import pytest

from bot.archive import HEALTH, Detail, Leaf, Past
from bot.model import DeployState, HostState, Step, Target
from bot.records import Approval, Deploy
from bot.refusals import Reason, Refusal
from tests.building import NOW, TARGET, a_plan, release
from tests.engine.line import Line

STEPS = ["fetch", "unpack", "switch", "restart"]


def past(line: Line, many: int, target: Target = TARGET) -> list[Deploy]:
    """That many deploys that have ended, oldest first."""
    deploys, begun = line.journal.deploys, list[Deploy]()
    for number in range(many):
        deploy = deploys.begin(a_plan(ref=f"1.{number}", target=target), "U0ANA", NOW)
        assert deploy is not None
        deploys.finish(deploy.id, DeployState.SUCCEEDED, "", NOW)
        begun.append(deploy)
    return begun


def page(line: Line, leaf: Leaf) -> Past:
    found = line.archive.page(leaf)
    assert isinstance(found, Past), found
    return found


@pytest.mark.parametrize(
    ("start", "first", "shown"),
    [(0, 0, 10), (10, 10, 10), (20, 20, 3), (13, 10, 10), (23, 20, 3), (10**6, 20, 3), (-5, 0, 10)],
)
def test_a_page_holds_ten_and_one_beyond_the_last_is_the_last(line: Line, start: int, first: int, shown: int) -> None:
    ids = [deploy.id for deploy in reversed(past(line, 23))]
    found = page(line, Leaf("shop", start=start))
    assert (found.leaf.start, found.total) == (first, 23)
    assert [deploy.id for deploy in found.deploys] == ids[first : first + shown]


def test_while_somebody_turns_pages_new_deploys_move_nothing(line: Line) -> None:
    past(line, 15)
    first = page(line, Leaf("shop"))
    past(line, 4)
    second = page(line, Leaf("shop", upto=first.leaf.upto, start=10))
    assert [deploy.id for deploy in (*first.deploys, *second.deploys)] == list(range(15, 0, -1))
    assert page(line, Leaf("shop")).total == 19


def test_only_the_environment_asked_for_is_counted_and_shown(line: Line) -> None:
    past(line, 3)
    past(line, 2, Target("shop", "staging"))
    past(line, 1, Target("api", "production"))
    assert (page(line, Leaf("shop")).total, page(line, Leaf("shop", "production")).total) == (5, 3)


def test_a_service_without_deploys_has_an_empty_page(line: Line) -> None:
    found = page(line, Leaf("shop", start=10))
    assert (found.deploys, found.total, found.leaf.start) == ((), 0, 0)


@pytest.mark.parametrize(
    ("leaf", "reason", "near"),
    [
        (Leaf("shpo"), Reason.UNKNOWN_SERVICE, "shop"),
        (Leaf("shop", "prodution"), Reason.UNKNOWN_ENVIRONMENT, "production"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(line: Line, leaf: Leaf, reason: Reason, near: str) -> None:
    found = line.archive.page(leaf)
    assert isinstance(found, Refusal)
    assert (found.reason, found.near) == (reason, (near,))


@pytest.mark.parametrize("number", ["", "2", "0", "-1", "x", "1.0", "²", "١", "9" * 40])
def test_a_number_that_no_deploy_has_is_refused_without_a_crash(standing: Line, number: str) -> None:
    assert standing.archive.closely(number) == Refusal(Reason.UNKNOWN_DEPLOY, number)


def closely(line: Line, deploy: Deploy) -> Detail:
    found = line.archive.closely(str(deploy.id))
    assert isinstance(found, Detail), found
    return found


def steps_of(line: Line, deploy: Deploy, host: str) -> list[str]:
    return [step.step for step in closely(line, deploy).steps if step.host == host]


def test_every_step_of_every_host_is_kept_in_its_order(standing: Line) -> None:
    deploy = standing.deploy("1.4.2")
    kept = steps_of(standing, deploy, "web1")
    assert kept[-1] == HEALTH
    assert kept[:-1] == [step for step in (each.value for each in Step) if step in kept]
    assert set(STEPS) <= set(kept)
    assert all(steps_of(standing, deploy, host) == kept for host in ("web2", "web3", "web4"))
    assert closely(standing, deploy).view == standing.view(deploy)


def test_the_way_back_is_kept_behind_the_way_there(standing: Line) -> None:
    standing.apps.sick.add(release("1.5.0").sha)
    deploy = standing.deploy("1.5.0")
    kept = steps_of(standing, deploy, "web1")
    assert kept.count(HEALTH) == 2
    assert kept.index(HEALTH) < len(kept) - 1
    assert steps_of(standing, deploy, "web4") == []


def test_a_host_that_failed_has_no_step_after_the_one_that_did(standing: Line) -> None:
    standing.backend.fail("web1", Step.FETCH, tail="no space left")
    deploy = standing.deploy("1.5.0")
    assert steps_of(standing, deploy, "web1") == ["fetch"]
    assert closely(standing, deploy).view.hosts[0].state is HostState.UNCHANGED


def test_a_step_and_what_the_host_shows_are_written_together_or_not_at_all(standing: Line) -> None:
    deploy = standing.journal.open(a_plan(), "U0ANA")
    assert deploy is not None

    def broken(write: Callable[[], None]) -> None:
        with standing.db.transaction():
            write()
            raise LookupError

    with pytest.raises(LookupError):
        broken(lambda: standing.journal.stepping.first(deploy.id, "web1", Step.FETCH))
    assert steps_of(standing, deploy, "web1") == []
    assert standing.view(deploy).hosts[0].step is None
    standing.journal.stepping.first(deploy.id, "web1", Step.FETCH)
    assert steps_of(standing, deploy, "web1") == ["fetch"]
    assert standing.view(deploy).hosts[0].step is Step.FETCH


def test_its_questions_come_with_who_answered(standing: Line) -> None:
    deploy = standing.deploy("1.4.2")
    question = standing.journal.approvals.ask(Approval(deploy.id, 2, deploy.release.sha, NOW, NOW, needed=2))
    voted = standing.journal.approvals.vote(question, "U0BEN", NOW)
    assert closely(standing, deploy).questions == (voted,)
