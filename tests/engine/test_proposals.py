"""What waits for a confirming click: when it asks, and what each click makes of it."""

import threading

import pytest

from bot.doubts import DoubtKind
from bot.drafts import Fate
from bot.errors import RepositoryUnreachable
from bot.grammar import DeployTo, RollbackOf, parse_deploy
from bot.model import DeployState, Step
from bot.plan.doubts import LASTS
from bot.proposals import Change
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.trail import What
from tests.building import fleet_of, names, release
from tests.engine.asking import begun, button, careful, reason, shown
from tests.engine.line import Line


def test_nothing_moves_until_the_click_and_then_what_was_shown_does(asking: Line) -> None:
    before = asking.messages()
    proposal = shown(asking.ask("1.4.2"))
    assert [doubt.kind for doubt in proposal.asks] == [DoubtKind.CONFIRM]
    assert (asking.messages(), asking.runs()) == (before, ["1.4.1"] * 4)
    deploy = begun(asking, proposal)
    assert (deploy.plan_hash, deploy.state) == (proposal.draft.plan_hash, DeployState.SUCCEEDED)
    assert asking.runs() == ["1.4.2"] * 4


def test_where_nothing_asks_it_begins_at_once(asking: Line) -> None:
    asking.fleet = fleet_of()
    assert isinstance(asking.ask("1.4.2"), Deploy)


@pytest.mark.parametrize(
    "wanted",
    [
        DeployTo("shop", "production", "1.4.2"),
        DeployTo("shop", "production"),
        DeployTo("shop", "production", "feature/basket", force='the "tills" are down'),
        DeployTo("shop", "production", "1.4.2", force=""),
    ],
)
def test_the_command_is_kept_as_one_would_type_it_and_reads_as_the_same(asking: Line, wanted: DeployTo) -> None:
    draft = shown(asking.desk.ask("U0ANA", wanted)).draft
    assert parse_deploy(draft.command) == wanted


@pytest.mark.parametrize("wanted", [("shop", None, None), ("shop", "1.4.1", "production"), ("shop", "1.4.1", None)])
def test_so_is_a_rollback(asking: Line, wanted: tuple[str, str | None, str | None]) -> None:
    begun(asking, shown(asking.ask("1.4.2")))
    draft = shown(asking.moves.roll_back("U0ANA", *wanted)).draft
    assert parse_deploy(draft.command) == RollbackOf(*wanted)


def test_a_second_click_is_told_what_the_first_began(asking: Line) -> None:
    proposal = shown(asking.ask("1.4.2"))
    deploy = begun(asking, proposal)
    second = asking.engine.proposals.confirm("U0ANA", button(proposal))
    assert reason(second) is Reason.USED
    assert isinstance(second, Refusal)
    assert second.deploy == deploy
    assert reason(asking.engine.proposals.cancel("U0ANA", button(proposal))) is Reason.USED
    assert len(asking.journal.deploys.recent(9)) == 2


def test_of_ten_clicks_at_once_one_begins_it(asking: Line) -> None:
    proposal, gate = shown(asking.ask("1.4.2")), asking.backend.hang("web1", Step.INSTALL)
    barrier, found = threading.Barrier(10), list[object]()

    def click() -> None:
        barrier.wait()
        found.append(asking.engine.proposals.confirm("U0ANA", button(proposal)))

    clickers = [threading.Thread(target=click) for _ in range(10)]
    for clicker in clickers:
        clicker.start()
    for clicker in clickers:
        clicker.join()
    gate.set()
    (winner,) = [one for one in found if isinstance(one, Deploy)]
    assert {reason(one) for one in found if one is not winner} <= {Reason.USED, Reason.BUSY}
    asking.ended(winner.id)
    assert len(asking.journal.deploys.recent(9)) == 2


@pytest.mark.parametrize("value", ["", "1", "99:x", "x:y", "9" * 40, "²:1", f"1:{'f' * 64}"])
def test_a_click_on_another_plans_button_or_on_none_is_told_so(asking: Line, value: str) -> None:
    shown(asking.ask("1.4.2"))
    assert reason(asking.engine.proposals.confirm("U0ANA", value)) is Reason.UNKNOWN_PROPOSAL


def test_anothers_click_does_not_begin_it(asking: Line) -> None:
    proposal = shown(asking.ask("1.4.2"))
    assert reason(asking.engine.proposals.confirm("U0BEN", button(proposal))) is Reason.NOT_YOURS
    assert reason(asking.engine.proposals.cancel("U0BEN", button(proposal))) is Reason.NOT_YOURS
    assert begun(asking, proposal).state is DeployState.SUCCEEDED


def test_a_late_click_does_not_begin_it(asking: Line) -> None:
    proposal = shown(asking.ask("1.4.2"))
    asking.clock.sleep(LASTS)
    assert reason(asking.engine.proposals.confirm("U0ANA", button(proposal))) is Reason.STALE
    assert len(asking.journal.deploys.recent(9)) == 1


def test_what_was_cancelled_does_not_begin(asking: Line) -> None:
    proposal = shown(asking.ask("1.4.2"))
    cancelled = asking.engine.proposals.cancel("U0ANA", button(proposal))
    assert not isinstance(cancelled, Refusal)
    assert cancelled.fate is Fate.CANCELLED
    assert reason(asking.engine.proposals.confirm("U0ANA", button(proposal))) is Reason.USED
    assert len(asking.journal.deploys.recent(9)) == 1


def test_a_ref_that_moved_is_shown_anew_with_what_changed(asking: Line) -> None:
    first = shown(asking.ask("main"))
    asking.source.moved["main"] = release("1.5.0").sha
    second = shown(asking.engine.proposals.confirm("U0ANA", button(first)))
    assert second.changed == (Change("release", release("main").short, release("1.5.0").short),)
    assert second.draft.id != first.draft.id
    assert len(asking.journal.deploys.recent(9)) == 1
    assert reason(asking.engine.proposals.confirm("U0ANA", button(first))) is Reason.USED
    assert begun(asking, second).release.sha == release("1.5.0").sha


def test_hosts_that_changed_are_shown_anew(asking: Line) -> None:
    first = shown(asking.ask("1.4.2"))
    asking.fleet = careful(2)
    second = shown(asking.engine.proposals.confirm("U0ANA", button(first)))
    assert Change("hosts", "web1 | web2 | web3, web4", "web1 | web2") in second.changed
    assert begun(asking, second).plan.hosts == ("web1", "web2")


def test_another_release_that_stands_there_meanwhile_is_shown_anew(asking: Line) -> None:
    first = shown(asking.ask("1.5.0"))
    begun(asking, shown(asking.ask("1.4.2", user="U0BEN")), "U0BEN")
    second = shown(asking.engine.proposals.confirm("U0ANA", button(first)))
    assert [change.what for change in second.changed] == ["release now, and the way back"]


def test_a_tag_that_was_deleted_meanwhile_is_said_with_the_commit_that_it_was(asking: Line) -> None:
    proposal = shown(asking.ask("1.4.2"))
    asking.source.gone.add("1.4.2")
    found = asking.engine.proposals.confirm("U0ANA", button(proposal))
    assert reason(found) is Reason.REF_GONE
    assert isinstance(found, Refusal)
    assert (found.name, found.detail) == ("1.4.2", release("1.4.2").sha)
    assert len(asking.journal.deploys.recent(9)) == 1


def test_a_repository_that_vanished_is_said_and_the_click_may_be_repeated(asking: Line) -> None:
    proposal = shown(asking.ask("1.4.2"))
    asking.source.trouble = RepositoryUnreachable("shop.git cannot be fetched: not found")
    assert reason(asking.engine.proposals.confirm("U0ANA", button(proposal))) is Reason.SOURCE
    asking.source.trouble = None
    assert begun(asking, proposal).state is DeployState.SUCCEEDED


def test_rights_locks_and_others_at_work_are_looked_at_again_by_the_click(asking: Line) -> None:
    proposal = shown(asking.ask("1.4.2"))
    click = asking.engine.proposals.confirm
    asking.fleet = fleet_of(names(4), (("access",), {"production": {"confirm": True, "deploy": ["@oncall"]}}))
    asking.members.inside.discard("U0ANA")
    assert reason(click("U0ANA", button(proposal))) is Reason.FORBIDDEN
    asking.fleet = careful()
    asking.locks.lock("U0BEN", "shop", "production", "load test", None)
    assert reason(click("U0ANA", button(proposal))) is Reason.LOCKED
    asking.locks.unlock("U0BEN", "shop", "production")
    assert begun(asking, proposal).state is DeployState.SUCCEEDED


def test_every_deed_is_in_the_audit(asking: Line) -> None:
    first = shown(asking.ask("main"))
    asking.source.moved["main"] = release("1.5.0").sha
    second = shown(asking.engine.proposals.confirm("U0ANA", button(first)))
    deploy = begun(asking, second)
    asking.engine.proposals.cancel("U0ANA", button(shown(asking.ask("1.4.2"))))
    rows = [row.fields for row in reversed(asking.journal.audit.newest(99))]
    told = [(row["what"], row["subject"]) for row in rows if str(row["what"]).startswith("proposal")]
    typed = "shop@main to production"
    assert told == [
        (What.PROPOSED, f"proposal 1: {typed}"),
        (What.PROPOSAL_REPLACED, f"proposal 1: {typed}"),
        (What.PROPOSED, f"proposal 2: {typed}"),
        (What.PROPOSAL_CONFIRMED, f"proposal 2: {typed}"),
        (What.PROPOSED, "proposal 3: shop@1.4.2 to production"),
        (What.PROPOSAL_CANCELLED, "proposal 3: shop@1.4.2 to production"),
    ]
    confirmed = next(row for row in rows if row["what"] == What.PROPOSAL_CONFIRMED)
    assert (confirmed["who"], confirmed["after"]) == ("U0ANA", f"deploy {deploy.id}")


def test_it_waits_through_a_restart_of_the_bot(asking: Line) -> None:
    proposal = shown(asking.ask("1.4.2"))
    asking.stop()
    asking.start()
    asking.launch()
    assert begun(asking, proposal).state is DeployState.SUCCEEDED


def test_a_deploy_begun_by_a_click_says_its_plan_in_its_thread_once(asking: Line) -> None:
    deploy = begun(asking, shown(asking.ask("1.4.2")))
    told = asking.messages()
    assert told[f"deploy:{deploy.id}:plan"] == f"The plan of deploy {deploy.id}: shop 1.4.2 → production"
    first = asking.journal.deploys.get(1)
    assert first is not None
    assert (first.usual, deploy.usual) == (None, first.took(asking.clock.now()))
