from dataclasses import replace

import pytest

from bot.fleet import Strategy
from bot.model import DeployKind, Target
from bot.plan.deploy import DeployFacts, Manner, decide, decide_rollback
from bot.plan.stages import lay_out
from bot.records import Changes, Plan
from bot.refusals import Reason, Refusal
from bot.tolerance import Tolerance
from tests.building import TARGET, a_plan, names, release

BATCHES = (("web1",), ("web2",), ("web3", "web4"))
STRATEGY = Strategy(max_failures=2, max_unavailable="25%")
FACTS = DeployFacts(release("1.4.2"), names(4), STRATEGY, release("1.4.1"), Changes(8, 3))


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


def test_a_rollback_goes_to_all_hosts_at_once_and_has_no_way_back_of_its_own() -> None:
    assert decide_rollback(TARGET, release("1.4.1"), names(3)) == Plan(
        TARGET, DeployKind.ROLLBACK, release("1.4.1"), None, (tuple(names(3)),), lay_out([names(3)])
    )


def test_a_rollback_to_nothing_is_refused() -> None:
    assert decide_rollback(TARGET, None, names(3)) == Refusal(Reason.NOTHING_GOOD, target=TARGET)


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


def plan_of(manner: Manner, **strategy: object) -> Plan:
    found = decide(TARGET, replace(FACTS, strategy=Strategy.model_validate(strategy)), manner)
    assert isinstance(found, Plan)
    return found


@pytest.mark.parametrize(
    ("hosts", "batches", "partial"),
    [
        (("web3",), (("web3",),), True),
        (("web4", "web1"), (("web4",), ("web1",)), True),
        (("web1", "web1"), (("web1",),), True),
        (("web2", "web1", "web4", "web3"), (("web2",), ("web1",), ("web4", "web3")), False),  # all, in another order
        ((), BATCHES, False),
    ],
)
def test_only_the_hosts_that_were_named_are_deployed_to(
    hosts: tuple[str, ...], batches: tuple[tuple[str, ...], ...], partial: bool
) -> None:
    plan = plan_of(Manner(hosts))
    assert (plan.batches, plan.partial) == (batches, partial)


def test_an_unknown_host_is_refused_with_the_nearest() -> None:
    found = decide(TARGET, FACTS, Manner(("web1", "wbe2")))
    assert isinstance(found, Refusal)
    assert (found.reason, found.name, found.known, found.near[0]) == (
        Reason.UNKNOWN_HOST,
        "wbe2",
        tuple(names(4)),
        "web2",
    )


ROLL = ["Batch 1 of 3", "Batch 2 of 3", "Batch 3 of 3"]


def stages_of(plan: Plan) -> list[str]:
    return [stage.name for stage in plan.stages]


@pytest.mark.parametrize(
    ("manner", "file", "kind", "stages"),
    [
        (Manner(strategy="all_at_once"), {}, "all_at_once", ["Batch 1 of 1"]),
        (
            Manner(strategy="canary"),
            {"batches": [2, "100%"]},
            "canary",
            ["Batch 1 of 2", "Watching 2 min", "Batch 2 of 2"],
        ),
        (
            Manner(strategy="rolling"),
            {"kind": "canary", "analysis": True, "approve": True},
            "rolling",
            ["Approval", *ROLL],
        ),
        (
            Manner(strategy="rolling"),
            {"kind": "all_at_once"},
            "rolling",
            ROLL,
        ),
        (
            Manner(now=True),
            {"kind": "canary", "analysis": True, "approve": True},
            "canary",
            [ROLL[0], "Approval", *ROLL[1:]],
        ),
        (
            Manner(now=True),
            {"kind": "canary", "analysis": True},
            "canary",
            ROLL,
        ),
        (Manner(("web1",)), {"kind": "canary", "approve": True}, "canary", ["Approval", "Batch 1 of 1"]),
    ],
)
def test_another_strategy_leaves_out_no_approval(
    manner: Manner, file: dict[str, object], kind: str, stages: list[str]
) -> None:
    plan = plan_of(manner, max_failures=1, **file)
    assert (plan.strategy, stages_of(plan)[1:]) == (kind, stages)
    assert plan.tolerance == Tolerance(1)


def test_staged_is_answered_with_how_promotion_works() -> None:
    assert decide(TARGET, FACTS, Manner(strategy="staged")) == Refusal(Reason.STAGED, "shop", target=TARGET)


def test_without_a_host_nothing_is_begun_and_nothing_goes_back() -> None:
    none = DeployFacts(release("1.4.2"), (), Strategy())
    assert decide(TARGET, none) == Refusal(Reason.NO_HOSTS, target=TARGET)
    assert decide_rollback(TARGET, release("1.4.1"), ()) == Refusal(Reason.NO_HOSTS, target=TARGET)
