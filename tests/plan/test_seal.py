from dataclasses import fields, replace
from typing import Any

import pytest

from bot.model import DeployKind, Release, Target
from bot.plan.canonical import digest
from bot.plan.seal import NEWS, plan_hash, sealed
from bot.records import Changes, Plan, StageKind, StagePlan
from tests.building import a_plan, release

PLAN = a_plan(4, changes=Changes(8, 3))
OTHERWISE: dict[str, Any] = {
    "target": Target("shop", "staging"),
    "kind": DeployKind.ROLLBACK,
    "release": release("1.5.0"),
    "fallback": None,
    "batches": (("web1", "web2", "web3", "web4"),),
    "stages": (*PLAN.stages, StagePlan(StageKind.APPROVAL, "Approval")),
    "irreversible": ("1.4.2",),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_plan_that_does_anything_else_has_another_hash(name: str) -> None:
    assert plan_hash(replace(PLAN, **{name: OTHERWISE[name]})) != plan_hash(PLAN)


def test_every_field_that_is_no_news_counts() -> None:
    """A field that a plan is given later is bound without anybody having to think of it."""
    text = sealed(PLAN)
    assert [field.name for field in fields(Plan) if f'"{field.name}":' not in text] == ["changes"]
    assert {"changes", "ref"} == NEWS


def test_what_is_only_told_of_it_does_not_count() -> None:
    named = Release(PLAN.release.sha, "main")
    assert plan_hash(replace(PLAN, changes=None, release=named)) == plan_hash(PLAN)
    assert plan_hash(a_plan(4)) == digest(sealed(PLAN))


def test_the_order_of_hosts_counts() -> None:
    assert plan_hash(a_plan(["web2", "web1"])) != plan_hash(a_plan(["web1", "web2"]))
