"""Back, one environment on, and stop: asked for by people, answered with what was done or why not."""

from datetime import timedelta

import pytest

from bot.grammar import DeployTo, PromoteTo, RollbackOf
from bot.model import DeployKind, DeployState, HostState, Step, Target
from bot.preview import Preview
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from tests.building import fleet_of, names, release
from tests.engine.line import Line
from tests.fleet.samples import SHOP
from tests.waiting import eventually


@pytest.fixture
def risen(standing: Line) -> Line:
    """1.4.2 over 1.4.1 on every host."""
    standing.deploy("1.4.2")
    assert standing.runs() == ["1.4.2"] * 4
    return standing


def begun(answer: object) -> Deploy:
    assert isinstance(answer, Deploy), answer
    return answer


def reason(answer: object) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


@pytest.mark.parametrize("wanted", [None, "1.4.1", release("1.4.1").sha, release("1.4.1").sha[:7]])
def test_a_rollback_goes_to_what_was_good(risen: Line, wanted: str | None) -> None:
    deploy = risen.ended(begun(risen.moves.roll_back("U0ANA", "shop", wanted, "production")).id)
    assert (deploy.plan.kind, deploy.state) == (DeployKind.ROLLBACK, DeployState.SUCCEEDED)
    assert risen.runs() == ["1.4.1"] * 4


def test_the_plan_of_a_rollback_says_what_returns_and_what_is_undone_and_nothing_moves(risen: Line) -> None:
    risen.source.between = {("1.4.1", "1.4.2"): 13}
    risen.locks.lock("U0BEN", "shop", "production", "load test", None)
    before = risen.messages()
    seen = risen.moves.plan("U0ANA", RollbackOf("shop"))
    assert isinstance(seen, Preview)
    assert (seen.plan.kind, seen.plan.release, seen.standing) == (
        DeployKind.ROLLBACK,
        release("1.4.1"),
        release("1.4.2"),
    )
    assert seen.plan.changes is not None
    assert (seen.plan.changes.dropped, len(seen.dropped)) == (13, 10)
    assert seen.hold.lock is not None
    assert seen.hold.lock.reason == "load test"
    assert risen.messages() == before
    assert risen.runs() == ["1.4.2"] * 4


def test_the_plan_of_a_rollback_is_refused_as_the_rollback_would_be(risen: Line) -> None:
    assert reason(risen.moves.plan("U0ANA", RollbackOf("shop", "1.5.0"))) is Reason.NEVER_GOOD
    assert reason(risen.moves.plan("U0ANA", RollbackOf("shopp"))) is Reason.UNKNOWN_SERVICE
    assert reason(risen.moves.plan("U0ANA", PromoteTo("shop"))) is Reason.LAST_STEP


def test_the_plan_of_a_promotion_is_that_of_the_release_that_stands_before(risen: Line) -> None:
    risen.fleet = fleet_of(names(4), (("environments",), ["production", "later"]))
    shop = risen.fleet.services["shop"]
    both = {"production": shop.environments["production"], "later": shop.environments["production"]}
    risen.fleet = risen.fleet.model_copy(update={"services": {"shop": shop.model_copy(update={"environments": both})}})
    seen = risen.moves.plan("U0ANA", PromoteTo("shop"))
    assert isinstance(seen, Preview)
    assert (seen.plan.target.environment, seen.plan.release.sha) == ("later", release("1.4.2").sha)


STAGING = {
    "backend": "ssh",
    "hosts": [{"name": "stage1", "address": "deploy@10.0.1.5"}],
    "path": "/srv/shop",
    "steps": {"restart": "sudo systemctl restart shop"},
    "health": {"http": "http://{name}:8080/healthz"},
}


@pytest.fixture
def staged(standing: Line) -> Line:
    """1.4.2 stands in staging, 1.4.1 in production."""
    standing.fleet = fleet_of(names(4), ((*SHOP, "environments", "staging"), STAGING))
    standing.ended(begun(standing.ask("1.4.2", environment="staging")).id)
    return standing


def test_nothing_is_promoted_while_its_place_before_gets_another_release_and_its_plan_says_so(staged: Line) -> None:
    gate = staged.backend.hang("stage1", Step.RESTART)
    running = begun(staged.ask("1.5.0", environment="staging"))
    for answer in (staged.moves.promote("U0BEN", "shop", "production"), staged.ask(None)):
        assert isinstance(answer, Refusal)
        assert (answer.reason, answer.known, answer.deploy and answer.deploy.id) == (
            Reason.UNSETTLED,
            ("1.4.2",),
            running.id,
        )
    seen = staged.moves.plan("U0BEN", PromoteTo("shop", "production"))
    assert isinstance(seen, Preview)
    assert (seen.plan.release.name, [one.reason for one in seen.busy]) == ("1.4.2", [Reason.UNSETTLED])
    named = staged.moves.plan("U0BEN", DeployTo("shop", "production", "1.4.2"))
    assert isinstance(named, Preview)
    assert named.busy == (), "named: no doubt"
    gate.set()
    staged.ended(running.id)
    done = staged.ended(begun(staged.moves.promote("U0BEN", "shop", "production")).id)
    assert done.release.sha == release("1.5.0").sha


def test_the_same_release_brought_there_again_leaves_no_doubt(staged: Line) -> None:
    gate = staged.backend.hang("stage1", Step.RESTART)
    running = begun(staged.ask("1.4.2", environment="staging"))
    seen = staged.moves.plan("U0BEN", PromoteTo("shop", "production"))
    assert isinstance(seen, Preview)
    assert seen.busy == ()
    gate.set()
    staged.ended(running.id)


def test_two_rollbacks_never_bring_the_bad_one_back(risen: Line) -> None:
    risen.ended(begun(risen.moves.roll_back("U0ANA", "shop", None, None)).id)
    assert reason(risen.moves.roll_back("U0ANA", "shop", None, None)) is Reason.NOTHING_GOOD


def test_what_never_succeeded_is_no_way_back(risen: Line) -> None:
    refused = risen.moves.roll_back("U0ANA", "shop", "1.5.0", None)
    assert reason(refused) is Reason.NEVER_GOOD
    assert isinstance(refused, Refusal)
    assert refused.known == ("1.4.2", "1.4.1")


def test_after_a_deploy_to_some_hosts_a_rollback_goes_to_what_stands_on_the_others_and_no_further(risen: Line) -> None:
    only = risen.desk.ask("U0ANA", DeployTo("shop", "production", "1.5.0", hosts=("web1",)))
    risen.ended(begun(only).id)
    assert risen.runs() == ["1.5.0", "1.4.2", "1.4.2", "1.4.2"]
    alert = risen.outage("web1")
    assert alert.sighting.changed is not None
    assert alert.sighting.changed.rollback_to == release("1.4.2"), "as the alert's button says"
    risen.ended(begun(risen.moves.roll_back("U0ANA", "shop", None, None)).id)
    assert risen.runs() == ["1.4.2"] * 4


def test_an_alert_over_a_deploy_that_failed_and_stayed_goes_back_to_the_last_good_one(risen: Line) -> None:
    risen.fleet = fleet_of(names(4), ((*SHOP, "irreversible"), ["1.5.0"]))
    risen.apps.sick_together = {("web2", release("1.5.0").sha)}
    assert risen.deploy("1.5.0").state is DeployState.FAILED
    assert risen.runs() == ["1.5.0", "1.5.0", "1.4.2", "1.4.2"]
    alert = risen.outage()
    assert alert.sighting.changed is not None
    assert alert.sighting.changed.rollback_to == release("1.4.2")


def test_nothing_is_promoted_where_there_is_one_environment(risen: Line) -> None:
    assert reason(risen.moves.promote("U0ANA", "shop", None)) is Reason.LAST_STEP
    assert reason(risen.moves.promote("U0ANA", "shop", "production")) is Reason.FIRST_STEP


@pytest.mark.parametrize("what", ["2", "shop"])
def test_an_abort_stops_the_step_that_runs_and_what_changed_goes_back(standing: Line, what: str) -> None:
    standing.backend.hang("web2", Step.TEST)
    deploy = standing.begin("1.4.2")
    eventually(lambda: {line.host: line.step for line in standing.view(deploy).hosts}["web2"] is Step.TEST)
    assert begun(standing.moves.abort("U0BEN", what)).aborted_by == "U0BEN"
    ended = standing.ended(deploy.id)
    assert ended.state is DeployState.ROLLED_BACK
    assert ended.reason.startswith("Batch 2 of 3: aborted by <@U0BEN>")
    assert standing.runs() == ["1.4.1"] * 4
    states = [line.state for line in standing.view(deploy).hosts]
    assert states == [HostState.RESTORED, HostState.UNCHANGED, HostState.WAITING, HostState.WAITING]


def test_an_abort_during_a_health_gate_does_not_wait_for_its_deadline(standing: Line) -> None:
    standing.apps.sick.add("web1")
    before = standing.clock.now()
    deploy = standing.begin("1.4.2")
    begun(standing.moves.abort("U0BEN", "shop"))
    assert "aborted by <@U0BEN>" in standing.ended(deploy.id).reason
    assert standing.clock.now() - before < timedelta(minutes=5)


def test_a_second_abort_and_a_late_one_get_the_truth(standing: Line) -> None:
    gate = standing.backend.hang("web1", Step.TEST)
    deploy = standing.begin("1.4.2")
    begun(standing.moves.abort("U0ANA", str(deploy.id)))
    assert reason(standing.moves.abort("U0BEN", str(deploy.id))) is Reason.OVER
    gate.set()
    standing.ended(deploy.id)
    assert reason(standing.moves.abort("U0BEN", str(deploy.id))) is Reason.OVER
    assert reason(standing.moves.abort("U0BEN", "shop")) is Reason.OVER
    assert reason(standing.moves.abort("U0BEN", "99")) is Reason.UNKNOWN_DEPLOY


def test_unknown_services_and_environments_are_refused_with_what_exists(standing: Line) -> None:
    assert reason(standing.moves.roll_back("U0ANA", "shopp", None, None)) is Reason.UNKNOWN_SERVICE
    assert reason(standing.moves.roll_back("U0ANA", "shop", None, "stage")) is Reason.UNKNOWN_ENVIRONMENT
    assert standing.journal.deploys.running(Target("shop", "production")) is None
