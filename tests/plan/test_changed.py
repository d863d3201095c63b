from dataclasses import replace
from typing import Any

import pytest

from bot.model import DeployKind, Release, Target
from bot.plan.changed import changes
from bot.plan.seal import plan_hash, sealed, sha_of
from bot.proposals import Change
from bot.records import Changes, StageKind, StagePlan
from tests.building import a_plan, release

PLAN = a_plan(3)
SHOWN = sealed(PLAN)
OLD, NEW, NEXT = (release(ref).short for ref in ("1.4.1", "1.4.2", "1.5.0"))


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({}, ()),
        ({"changes": Changes(8, 3)}, ()),
        ({"release": Release(PLAN.release.sha, "main")}, ()),  # the same by another name
        ({"release": release("1.5.0")}, (Change("release", NEW, NEXT),)),
        ({"fallback": None}, (Change("release now, and the way back", OLD, "nothing"),)),
        ({"batches": (("web1",), ("web2", "web9"))}, (Change("hosts", "web1 | web2 | web3", "web1 | web2, web9"),)),
        (
            {"stages": (*PLAN.stages[:2], StagePlan(StageKind.APPROVAL, "Approval"))},
            (
                Change(
                    "stages",
                    "Preflight, Batch 1 of 3, Batch 2 of 3, Batch 3 of 3",
                    "Preflight, Batch 1 of 3, Approval",
                ),
            ),
        ),
        ({"irreversible": ("1.4.2",)}, (Change("irreversible releases on the way", "nothing", "1.4.2"),)),
        ({"kind": DeployKind.ROLLBACK}, (Change("kind", "deploy", "rollback"),)),
        (
            {"target": Target("shop", "staging")},
            (
                Change(
                    "target",
                    '{"environment": "production", "service": "shop"}',
                    '{"environment": "staging", "service": "shop"}',
                ),
            ),
        ),
        (
            {"release": release("1.5.0"), "irreversible": ("1.5.0", "2.0")},
            (Change("irreversible releases on the way", "nothing", "1.5.0, 2.0"), Change("release", NEW, NEXT)),
        ),
    ],
)
def test_what_a_plan_does_otherwise_is_told(what: dict[str, Any], told: tuple[Change, ...]) -> None:
    plan = replace(PLAN, **what)
    assert changes(SHOWN, plan) == told
    assert (plan_hash(plan) == plan_hash(PLAN)) is (told == ())


def test_the_commit_that_was_shown_can_still_be_named() -> None:
    assert sha_of(SHOWN) == PLAN.release.sha
