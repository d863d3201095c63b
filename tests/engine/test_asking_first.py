"""What is asked about before anything moves, and what is not."""

from bot.doubts import DoubtKind
from bot.errors import RepositoryUnreachable
from bot.grammar import DeployTo
from bot.model import DeployKind, DeployState
from bot.records import Deploy
from tests.building import release
from tests.engine.asking import begun, button, careful, shown
from tests.engine.line import Line
from tests.fleet.samples import SHOP, SOUND


def test_an_open_incident_asks_before_a_deploy_and_not_before_a_rollback(standing: Line) -> None:
    standing.deploy("1.4.2")
    alert = standing.outage()
    proposal = shown(standing.ask("1.5.0"))
    (doubt,) = proposal.asks
    assert (doubt.kind, doubt.what, doubt.cause) == (DoubtKind.INCIDENT, str(alert.incident.id), "answered 503")
    back = standing.moves.roll_back("U0ANA", "shop", None, None)
    assert isinstance(back, Deploy)
    standing.ended(back.id)
    assert begun(standing, shown(standing.ask("1.5.0"))).state is DeployState.SUCCEEDED


def test_an_incident_that_began_after_the_plan_was_shown_is_asked_about(asking: Line) -> None:
    first = shown(asking.ask("1.4.2"))
    asking.outage()
    second = shown(asking.engine.proposals.confirm("U0ANA", button(first)))
    assert [doubt.kind for doubt in second.asks] == [DoubtKind.CONFIRM, DoubtKind.INCIDENT]
    assert second.changed == ()
    assert begun(asking, second).state is DeployState.SUCCEEDED


def test_force_passes_a_freeze_and_not_the_question(asking: Line) -> None:
    asking.freezes.freeze("U0ANA", "production", "stocktaking", "", "", "")
    forced = DeployTo("shop", "production", "1.4.2", force="checkout is down")
    deploy = begun(asking, shown(asking.desk.ask("U0ANA", forced)))
    assert deploy.forced == "the freeze of production (stocktaking): checkout is down"


def test_a_rollback_by_hand_shows_what_returns_first(asking: Line) -> None:
    begun(asking, shown(asking.ask("1.4.2")))
    asking.source.between = {("1.4.1", "1.4.2"): 13}
    proposal = shown(asking.moves.roll_back("U0ANA", "shop", None, None))
    preview = proposal.preview
    assert (preview.plan.kind, preview.plan.release, preview.standing) == (
        DeployKind.ROLLBACK,
        release("1.4.1"),
        release("1.4.2"),
    )
    assert preview.plan.changes is not None
    assert (preview.plan.changes.dropped, len(preview.dropped)) == (13, 10)
    assert begun(asking, proposal).plan.kind is DeployKind.ROLLBACK
    assert asking.runs() == ["1.4.1"] * 4


def test_a_rollback_can_be_asked_for_while_git_cannot_be_reached(asking: Line) -> None:
    begun(asking, shown(asking.ask("1.4.2")))
    asking.source.trouble = RepositoryUnreachable("timed out")
    proposal = shown(asking.moves.roll_back("U0ANA", "shop", None, None))
    assert proposal.preview.plan.changes is None
    assert begun(asking, proposal).state is DeployState.SUCCEEDED


def test_an_alerts_button_has_asked_already(asking: Line) -> None:
    begun(asking, shown(asking.ask("1.4.2")))
    alert = asking.outage()
    found = asking.desk.ask_rollback("U0ANA", str(alert.incident.id))
    assert isinstance(found, Deploy)
    assert asking.ended(found.id).state is DeployState.SUCCEEDED


def test_a_promotion_is_confirmed_like_any_deploy(standing: Line) -> None:
    staging = {**SOUND["services"]["shop"]["environments"]["production"], "path": "/srv/staging", "checks": []}
    two = (("environments",), ["staging", "production"]), ((*SHOP, "environments", "staging"), staging)
    standing.fleet = careful(4, *two)
    found = standing.ask("1.4.2", environment="staging")
    assert isinstance(found, Deploy)
    standing.ended(found.id)
    proposal = shown(standing.moves.promote("U0ANA", "shop", None))
    assert begun(standing, proposal).release == release("1.4.2")
