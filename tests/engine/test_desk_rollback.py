import threading

import pytest

from bot.errors import SlackAway
from bot.model import DeployKind, DeployState, Step
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from bot.watch import Alert, Ended
from tests.building import HOSTILE, TARGET, fleet_of, names, release
from tests.engine.line import Line
from tests.fleet.samples import SOUND
from tests.waiting import eventually


@pytest.fixture
def down(standing: Line) -> Line:
    """1.4.2 stands on 1.4.1, and a check went down."""
    standing.deploy("1.4.2")
    standing.outage()
    return standing


def roll_back(line: Line, user: str = "U0CID", incident: str = "1") -> Deploy:
    found = line.desk.ask_rollback(user, incident)
    assert isinstance(found, Deploy), found
    return line.ended(found.id)


def refused(line: Line, incident: str = "1", user: str = "U0CID") -> Refusal:
    found = line.desk.ask_rollback(user, incident)
    assert isinstance(found, Refusal), found
    return found


def alert(line: Line) -> Alert:
    found = line.incidents.get(1)
    assert found is not None
    return found


def test_the_button_goes_back_to_the_release_that_it_named(down: Line) -> None:
    deploy = roll_back(down)
    assert (deploy.plan.kind, deploy.release, deploy.incident) == (DeployKind.ROLLBACK, release("1.4.1"), 1)
    assert deploy.state is DeployState.SUCCEEDED
    assert down.runs() == ["1.4.1"] * 4
    assert down.messages()["deploy:3"] == "✓ Rollback 3 · shop 1.4.1 → production done on 4 hosts"


def test_the_alert_says_what_was_asked_for_and_what_came_of_it(down: Line) -> None:
    gate = down.backend.hang("web1", Step.RESTART)
    asked = down.desk.ask_rollback("U0CID", "1")
    assert isinstance(asked, Deploy)
    assert (alert(down).note, alert(down).offering) == ("rolling back to 1.4.1, asked by <@U0CID>", False)
    gate.set()
    down.ended(asked.id)
    assert (alert(down).note, alert(down).offering) == ("rolled back to 1.4.1 by <@U0CID>", False)


def test_a_rollback_that_fails_says_so_in_the_alert_and_its_button_stands_again(down: Line) -> None:
    down.apps.sick.add(release("1.4.1").sha)
    deploy = roll_back(down)
    assert deploy.state is DeployState.FAILED
    assert alert(down).note.startswith("the rollback to 1.4.1 failed: Batch 1 of 1: web1: answered 503")
    assert alert(down).offering
    assert roll_back(down).id == deploy.id + 1


def test_a_second_click_while_it_runs_is_told_who_was_first(down: Line) -> None:
    gate = down.backend.hang("web1", Step.RESTART)
    first = down.desk.ask_rollback("U0CID", "1")
    assert isinstance(first, Deploy)
    second = refused(down, user="U0BEN")
    assert (second.reason, second.deploy) == (Reason.BUSY, first)
    gate.set()
    down.ended(first.id)


def test_a_second_click_after_it_is_done_does_not_do_it_again(down: Line) -> None:
    roll_back(down)
    late = refused(down, user="U0BEN")
    assert late.reason is Reason.OVER
    assert "somebody has pressed it before" in late.detail
    assert len(down.journal.deploys.recent(9)) == 3


def test_of_two_clicks_at_once_one_counts(down: Line) -> None:
    barrier = threading.Barrier(3)
    found: list[object] = []

    def click(user: str) -> None:
        barrier.wait()
        found.append(down.desk.ask_rollback(user, "1"))

    clickers = [threading.Thread(target=click, args=(f"U{number}",)) for number in range(3)]
    for clicker in clickers:
        clicker.start()
    for clicker in clickers:
        clicker.join()
    (winner,) = [each for each in found if isinstance(each, Deploy)]
    assert {each.reason for each in found if isinstance(each, Refusal)} <= {Reason.BUSY, Reason.OVER}
    down.ended(winner.id)
    assert len(down.journal.deploys.recent(9)) == 3


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (Ended.UP, "shop · production is up again; the alert says since when"),
        (Ended.UNCHECKED, "shop · production is no longer checked there"),
    ],
)
def test_a_late_click_gets_the_truth(down: Line, how: Ended, words: str) -> None:
    down.incidents.end("shop/production/http", how, down.clock.now(), down.clock.now())
    assert refused(down) == Refusal(Reason.OVER, detail=words)


@pytest.mark.parametrize("number", ["", "99", "x", "-1", "1.0", "²", "9" * 40, "1; DROP TABLE", "١"])
def test_a_button_that_no_alert_carries_is_refused_without_a_crash(down: Line, number: str) -> None:
    assert refused(down, number) == Refusal(Reason.OVER, detail="there is no such incident")


def test_without_a_release_to_go_back_to_there_is_no_rollback(standing: Line) -> None:
    standing.outage()
    assert refused(standing) == Refusal(Reason.NOTHING_GOOD, target=TARGET)


def test_a_click_is_checked_like_a_command(down: Line) -> None:
    down.fleet = fleet_of(names(4), (("access",), {"production": {"deploy": ["@oncall"]}}))
    assert refused(down, user="U0EVE").reason is Reason.FORBIDDEN
    down.members.trouble = SlackAway("no connection to Slack")
    assert refused(down).reason is Reason.UNSURE_WHO
    assert len(down.journal.deploys.recent(9)) == 2


def test_a_place_that_left_the_fleet_file_is_said_to_have(down: Line) -> None:
    down.fleet = fleet_of(names(4), (("services",), {"api": SOUND["services"]["shop"]}))
    assert refused(down) == Refusal(Reason.OVER, detail="shop · production is no longer in the fleet file")


def test_two_rollbacks_never_bring_the_bad_release_back(down: Line) -> None:
    roll_back(down)
    down.incidents.end("shop/production/http", Ended.UP, down.clock.now(), down.clock.now())
    down.outage()
    assert refused(down, "2") == Refusal(Reason.NOTHING_GOOD, target=TARGET)


def test_a_hostile_ref_does_not_act_in_the_alert(standing: Line) -> None:
    standing.deploy(HOSTILE)
    standing.deploy("1.5.0")
    standing.outage()
    roll_back(standing)
    eventually(lambda: alert(standing).note.startswith("rolled back"))
    assert "<!channel>" not in alert(standing).note
    changed = standing.changes.of(TARGET, standing.clock.now())
    assert changed is not None
    assert "<!channel>" not in changed.text
