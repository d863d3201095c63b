from dataclasses import replace

import pytest

from bot.fleet import Strategy
from bot.model import DeployKind, Target
from bot.plan.deploy import DeployFacts, decide, decide_rollback
from bot.plan.stages import lay_out
from bot.records import Changes, Plan
from bot.refusals import Reason, Refusal
from bot.tolerance import Tolerance
from tests.building import TARGET, a_deploy, a_plan, names, release

BATCHES = (("web1",), ("web2",), ("web3", "web4"))
STRATEGY = Strategy(max_failures=2, max_unavailable="25%")
FACTS = DeployFacts(release("1.4.2"), names(4), STRATEGY, release("1.4.1"), None, Changes(8, 3))


def test_a_plan_holds_all_that_was_decided() -> None:
    assert decide(TARGET, FACTS) == Plan(
        target=TARGET,
        kind=DeployKind.DEPLOY,
        release=release("1.4.2"),
        fallback=release("1.4.1"),
        batches=BATCHES,
        stages=lay_out(BATCHES),
        changes=Changes(8, 3),
        strategy="rolling",
        tolerance=Tolerance(2, "25%"),
    )


def test_where_ci_must_have_passed_it_is_asked_first() -> None:
    gated = decide(TARGET, replace(FACTS, checks=True))
    assert isinstance(gated, Plan)
    assert gated.stages == lay_out(BATCHES, checks=True)


def test_the_way_back_is_the_last_good_release_even_for_the_same_again() -> None:
    again = decide(TARGET, replace(FACTS, release=release("1.4.1")))
    assert isinstance(again, Plan)
    assert again.fallback == again.release == release("1.4.1")


def test_a_first_deploy_has_no_way_back() -> None:
    first = decide(TARGET, replace(FACTS, last_good=None, changes=None))
    assert isinstance(first, Plan)
    assert (first.fallback, first.changes) == (None, None)


def test_while_one_runs_there_is_no_second() -> None:
    running = a_deploy()
    assert decide(TARGET, replace(FACTS, running=running)) == Refusal(Reason.BUSY, target=TARGET, deploy=running)
    back = decide_rollback(TARGET, release("1.4.1"), names(4), running)
    assert back == Refusal(Reason.BUSY, target=TARGET, deploy=running)


def test_a_rollback_goes_to_all_hosts_at_once_and_has_no_way_back_of_its_own() -> None:
    assert decide_rollback(TARGET, release("1.4.1"), names(3), None) == Plan(
        TARGET, DeployKind.ROLLBACK, release("1.4.1"), None, (tuple(names(3)),), lay_out([names(3)])
    )


def test_a_rollback_to_nothing_is_refused() -> None:
    assert decide_rollback(TARGET, None, names(3), None) == Refusal(Reason.NOTHING_GOOD, target=TARGET)


@pytest.mark.parametrize(
    ("hosts", "stages"),
    [
        (1, ["Preflight", "Batch 1 of 1"]),
        (2, ["Preflight", "Batch 1 of 2", "Batch 2 of 2"]),
        (4, ["Preflight", "Batch 1 of 3", "Batch 2 of 3", "Batch 3 of 3"]),
    ],
)
def test_the_stages_are_preflight_and_every_batch(hosts: int, stages: list[str]) -> None:
    assert [stage.name for stage in a_plan(hosts).stages] == stages


def test_hosts_of_a_plan_are_those_of_its_batches_in_order() -> None:
    assert a_plan(4, target=Target("api", "staging")).hosts == ("web1", "web2", "web3", "web4")
