from datetime import timedelta

import pytest

from bot.fleet import Strategy
from bot.plan.stages import lay_out
from bot.records import StageKind

THREE = (("web1",), ("web2",), ("web3", "web4"))


def canary(**more: object) -> Strategy:
    return Strategy.model_validate({"kind": "canary", **more})


@pytest.mark.parametrize(
    ("strategy", "names"),
    [
        (None, ["Preflight", "Batch 1 of 3", "Batch 2 of 3", "Batch 3 of 3"]),
        (Strategy(), ["Preflight", "Batch 1 of 3", "Batch 2 of 3", "Batch 3 of 3"]),
        (canary(), ["Preflight", "Batch 1 of 3", "Watching 2 min", "Batch 2 of 3", "Batch 3 of 3"]),
        (
            canary(bake="90s", approve=True),
            ["Preflight", "Batch 1 of 3", "Watching 1 min 30 s", "Approval", "Batch 2 of 3", "Batch 3 of 3"],
        ),
    ],
)
def test_a_canarys_gates_stand_after_its_first_batch(strategy: Strategy | None, names: list[str]) -> None:
    assert [stage.name for stage in lay_out(THREE, strategy)] == names


def test_ci_is_asked_before_anything_else() -> None:
    stages = lay_out(THREE, canary(bake="5s"), checks=True)
    assert [stage.name for stage in stages[:3]] == ["CI checks", "Preflight", "Batch 1 of 3"]
    assert stages[0].kind is StageKind.CHECKS
    assert stages[1:] == lay_out(THREE, canary(bake="5s"))


def test_each_batch_stage_knows_its_batch() -> None:
    stages = lay_out(THREE, canary(bake="5s", approve=True))
    assert [stage.batch for stage in stages if stage.kind is StageKind.BATCH] == [0, 1, 2]
    assert {stage.batch for stage in stages if stage.kind is not StageKind.BATCH} == {None}


ALL = (("web1", "web2"),)
GREEN = Strategy(kind="blue_green")


@pytest.mark.parametrize(
    ("strategy", "names"),
    [
        (GREEN, ["Preflight", "Bring up beside", "Switch", "Keep the old for 10 min"]),
        (
            GREEN.model_copy(update={"approve": True, "keep": timedelta(seconds=90)}),
            ["Preflight", "Bring up beside", "Approval", "Switch", "Keep the old for 1 min 30 s"],
        ),
    ],
)
def test_blue_green_is_brought_up_switched_and_kept(strategy: Strategy, names: list[str]) -> None:
    assert [stage.name for stage in lay_out(ALL, strategy)] == names


ONE = (("web1",),)


@pytest.mark.parametrize(
    ("batches", "strategy", "names"),
    [
        (ONE, canary(), ["Preflight", "Batch 1 of 1"]),
        (ONE, canary(approve=True), ["Preflight", "Approval", "Batch 1 of 1"]),
        (THREE[:2], Strategy(approve=True), ["Preflight", "Approval", "Batch 1 of 2", "Batch 2 of 2"]),
        (ONE, Strategy(kind="all_at_once", approve=True), ["Preflight", "Approval", "Batch 1 of 1"]),
    ],
)
def test_where_no_canary_goes_ahead_people_who_must_approve_are_asked_before(
    batches: tuple[tuple[str, ...], ...], strategy: Strategy, names: list[str]
) -> None:
    assert [stage.name for stage in lay_out(batches, strategy)] == names


def test_a_canary_bakes_two_minutes_unless_told_otherwise_and_others_five() -> None:
    assert canary().bake == timedelta(minutes=2)
    assert Strategy().bake == timedelta(minutes=5)
