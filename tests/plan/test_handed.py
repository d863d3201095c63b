"""Stages and endings of a release that a system brings by itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.fleet import Strategy
from bot.managed import Course, Pace, Phase, Proposed
from bot.model import DeployKind, HostState, Release
from bot.plan.changed import changes
from bot.plan.deploy import DeployFacts, Manner, decide, decide_rollback
from bot.plan.handed import brought, checkpoint_of, handed_stages, pace_of, unread
from bot.plan.seal import plan_hash, sealed
from bot.records import HostLine, Plan, StageKind
from bot.refusals import Reason, Refusal
from tests.building import TARGET

UNIT, OLD, NEW = "shop (ECS)", "sha256:" + "0" * 64, "sha256:" + "1" * 64
LINE = HostLine(UNIT, 0, HostState.CHANGING, before=OLD)
TOOK = timedelta(seconds=41)


def strategy(**keys: Any) -> Strategy:
    return Strategy.model_validate(keys)


CANARY: dict[str, Any] = {"kind": "canary", "batches": ["20%", "100%"]}


@pytest.mark.parametrize(
    ("keys", "checkpoints"),
    [
        ({}, ()),
        ({"kind": "all_at_once"}, ()),
        ({"approve": True}, ()),
        (CANARY, (20,)),
        ({**CANARY, "bake": None}, ()),
        ({**CANARY, "bake": None, "approve": True}, (20,)),
        ({"kind": "canary", "batches": ["100%"]}, ()),
    ],
)
def test_it_waits_at_a_share_only_where_somebody_looks_at_it_there(
    keys: dict[str, Any], checkpoints: tuple[int, ...]
) -> None:
    assert pace_of(strategy(**keys)).checkpoints == checkpoints


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (None, ["Preflight", "Roll out"]),
        ({}, ["Preflight", "Roll out"]),
        ({"approve": True}, ["Preflight", "Approval", "Roll out"]),
        (CANARY, ["Preflight", "Roll out to 20 %", "Roll out to the rest"]),
        ({**CANARY, "approve": True}, ["Preflight", "Roll out to 20 %", "Approval", "Roll out to the rest"]),
    ],
)
def test_people_are_asked_at_the_checkpoint_or_before_anything_moves(
    keys: dict[str, Any] | None, names: list[str]
) -> None:
    assert [stage.name for stage in handed_stages(strategy(**keys) if keys is not None else None)] == names


def test_ci_is_asked_before_anything_else() -> None:
    assert handed_stages(strategy(), checks=True)[0].kind is StageKind.CHECKS


def plan(does: tuple[str, ...] = ("the image changes",), seal: str = "abc", **keys: Any) -> Plan:
    facts = DeployFacts(Release(NEW, "1.4.2"), [UNIT], strategy(**keys), proposed=Proposed(does, seal))
    found = decide(TARGET, facts)
    assert isinstance(found, Plan)
    return found


def test_the_plan_has_one_unit_and_what_the_system_would_do() -> None:
    made = plan(**CANARY)
    assert (made.hosts, made.partial) == ((UNIT,), False)
    assert made.handed is not None
    assert (made.handed.does, made.handed.seal, made.handed.pace.checkpoints) == (("the image changes",), "abc", (20,))


def test_what_the_system_would_do_otherwise_makes_another_plan_and_is_told() -> None:
    before, after = plan(seal="a" * 64), plan(seal="b" * 64)
    assert plan_hash(before) != plan_hash(after)
    (change,) = changes(sealed(before), after)
    assert change.what == "what the system that runs it would do"
    assert change.before != change.after


@pytest.mark.parametrize(("position", "checkpoint"), [(1, 0), (3, None)])
def test_each_rollout_knows_where_it_ends(position: int, checkpoint: int | None) -> None:
    assert checkpoint_of(plan(**CANARY, approve=True), position) == checkpoint


@pytest.mark.parametrize("manner", [Manner(hosts=("web1",)), Manner(strategy="rolling")])
def test_what_is_for_hosts_is_refused(manner: Manner) -> None:
    facts = DeployFacts(Release(NEW, "1.4.2"), [UNIT], strategy(), proposed=Proposed(()))
    found = decide(TARGET, facts, manner)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.AS_A_WHOLE


def test_a_rollback_goes_in_one_go_and_asks_nobody() -> None:
    found = decide_rollback(TARGET, Release(OLD, "1.4.1"), [UNIT], managed=True)
    assert isinstance(found, Plan)
    assert found.kind is DeployKind.ROLLBACK
    assert found.handed is not None
    assert found.handed.pace == Pace("all_at_once")
    assert [stage.kind for stage in found.stages] == [StageKind.STANDING, StageKind.ROLLOUT]


GOOD, OTHER = Release(OLD, "1.4.1"), Release("sha256:" + "2" * 64, "1.4.0")


@pytest.mark.parametrize(
    ("phase", "fallback", "before", "state"),
    [
        (Phase.DONE, GOOD, OLD, HostState.HEALTHY),
        (Phase.WAITING, GOOD, OLD, HostState.CHANGING),
        (Phase.BACK, GOOD, OLD, HostState.RESTORED),
        (Phase.BACK, None, OLD, HostState.RESTORED),
        (Phase.BACK, OTHER, OLD, HostState.UNHEALTHY),  # what ran before was not what was good
        (Phase.BACK, GOOD, None, HostState.UNHEALTHY),
        (Phase.FAILED, GOOD, OLD, HostState.UNHEALTHY),
        (Phase.UNBEGUN, GOOD, OLD, HostState.UNKNOWN),
    ],
)
def test_how_the_system_ends_it_says_what_the_unit_runs(
    phase: Phase, fallback: Release | None, before: str | None, state: HostState
) -> None:
    line = brought(replace(LINE, before=before), Course(phase, reasons=("exit code 1",)), fallback, TOOK)
    assert line.state is state


def test_what_is_done_keeps_how_long_it_took_and_no_words_of_a_failure() -> None:
    line = brought(replace(LINE, detail="was stopped"), Course(Phase.DONE), GOOD, TOOK)
    assert (line.healthy_after, line.detail) == (TOOK, "")


def test_several_reasons_are_told_in_one_line_and_each_by_itself() -> None:
    line = brought(LINE, Course(Phase.FAILED, reasons=("no capacity", "web: exit code 1")), GOOD, TOOK)
    assert (line.detail, line.tail) == ("no capacity; web: exit code 1", "no capacity\nweb: exit code 1")


def test_what_cannot_be_read_is_unknown_and_says_why() -> None:
    line = unread(LINE, RuntimeError("no answer"))
    assert (line.state, line.detail) == (HostState.UNKNOWN, "no answer")
