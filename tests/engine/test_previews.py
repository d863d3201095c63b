"""A plan before anything moves: the deploy's own decision, with what people want to know first."""

import pytest

from bot.grammar import DeployTo, RollbackOf
from bot.model import Step
from bot.preview import Preview
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from tests.building import release
from tests.engine.asking import reason
from tests.engine.line import Line
from tests.waiting import eventually


def test_it_says_what_stands_there_what_comes_and_the_way_back(standing: Line) -> None:
    standing.source.between = {("1.4.1", "1.4.2"): 13}
    seen = standing.previews.of(DeployTo("shop", "production", "1.4.2"))
    assert isinstance(seen, Preview)
    assert (seen.plan.release, seen.plan.fallback) == (release("1.4.2"), release("1.4.1"))
    assert [stage.name for stage in seen.plan.stages][:2] == ["Preflight", "Batch 1 of 3"]
    assert seen.plan.changes is not None
    assert (seen.plan.changes.commits, len(seen.commits)) == (13, 10)
    assert len(seen.took) == 1


def test_hosts_that_run_something_else_are_named_with_it_and_a_rollback_tells_what_that_undoes(standing: Line) -> None:
    standing.source.between = {("1.4.1", "1.4.2"): 3}
    only = standing.desk.ask("U0ANA", DeployTo("shop", "production", "1.4.2", hosts=("web3",)))
    assert isinstance(only, Deploy)
    standing.ended(only.id)
    seen = standing.previews.of(DeployTo("shop", "production", "1.5.0"))
    assert isinstance(seen, Preview)
    assert (seen.standing, seen.beside) == (release("1.4.1"), ((release("1.4.2"), ("web3",)),))
    back = standing.moves.plan("U0ANA", RollbackOf("shop"))
    assert isinstance(back, Preview)
    assert (back.plan.release, back.leaves) == (release("1.4.1"), release("1.4.2"))
    assert back.plan.changes is not None
    assert (back.plan.changes.dropped, len(back.dropped)) == (3, 3)


def test_nothing_moves_and_nothing_is_written(standing: Line) -> None:
    before = standing.messages()
    standing.previews.of(DeployTo("shop", "production", "1.4.2"))
    assert standing.messages() == before
    assert standing.runs() == ["1.4.1"] * 4
    assert len(standing.journal.deploys.history("shop", 10)) == 1


@pytest.mark.parametrize(
    ("service", "ref", "environment", "why"),
    [
        ("shopp", None, "production", Reason.UNKNOWN_SERVICE),
        ("shop", None, "prodution", Reason.UNKNOWN_ENVIRONMENT),
        ("shop", "nothing-9.9.9", "production", Reason.UNKNOWN_REF),
    ],
)
def test_what_cannot_be_deployed_cannot_be_planned(
    standing: Line, service: str, ref: str | None, environment: str, why: Reason
) -> None:
    refused = standing.previews.of(DeployTo(service, environment, ref))
    assert isinstance(refused, Refusal)
    assert refused.reason is why


def test_while_one_runs_the_plan_is_shown_and_says_who(standing: Line) -> None:
    gate = standing.backend.hang("web2", Step.TEST)
    running = standing.begin("1.4.2")
    eventually(lambda: {line.host: line.step for line in standing.view(running).hosts}["web2"] is Step.TEST)
    for of in (DeployTo("shop", "production", "1.5.0"), RollbackOf("shop")):
        seen = standing.moves.plan("U0BEN", of)
        assert isinstance(seen, Preview)
        assert [(one.reason, one.deploy and one.deploy.id) for one in seen.busy] == [(Reason.BUSY, running.id)]
        assert "web1" in dict(seen.beside)[release("1.4.2")], "as it is now"
    assert reason(standing.ask("1.5.0", "U0BEN")) is Reason.BUSY
    assert reason(standing.moves.roll_back("U0BEN", "shop", None, None)) is Reason.BUSY
    gate.set()
    standing.ended(running.id)
    seen = standing.moves.plan("U0BEN", RollbackOf("shop"))
    assert isinstance(seen, Preview)
    assert (seen.busy, seen.plan.release) == ((), release("1.4.1"))
