import pytest

from bot.errors import PointsmanError, SlackAway
from bot.fleet import Fleet
from bot.model import Action, Step
from bot.records import Act, Deploy
from bot.refusals import Reason, Refusal
from bot.trail import What
from bot.watch import Alert, Ended
from tests.building import HOSTILE, TARGET, fleet_of, names, said
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION, SOUND
from tests.waiting import eventually


@pytest.fixture
def down(standing: Line) -> Line:
    """1.4.1 stands, and web2's own check went down."""
    standing.outage("web2", Action.RESTART)
    return standing


def restart(line: Line, user: str = "U0CID") -> Act:
    found = line.act_desk.ask_restart(user, "1")
    assert isinstance(found, Act), found
    return line.act_ended(found.id)


def refused(line: Line, incident: str = "1", user: str = "U0CID") -> Refusal:
    found = line.act_desk.ask_restart(user, incident)
    assert isinstance(found, Refusal), found
    return found


def alert(line: Line) -> Alert:
    found = line.incidents.get(1)
    assert found is not None
    return found


def test_the_host_that_is_down_is_restarted_and_the_alert_says_so(down: Line) -> None:
    act = restart(down)
    assert (act.hosts, act.ok, act.result) == (("web2",), True, "restarted web2")
    assert down.orders("restart-1") == ["web2"]
    assert [step for step, _ in down.backend.machine("web2").ran].count(Step.RESTART) == 2
    assert (alert(down).note, alert(down).offering) == ("restarted web2, asked by <@U0CID>", True)


def test_a_check_of_all_hosts_restarts_all_of_them(standing: Line) -> None:
    standing.outage(None, Action.RESTART)
    assert restart(standing).hosts == tuple(names(4))
    assert alert(standing).note == "restarted web1, web2, web3, web4, asked by <@U0CID>"


def test_while_it_runs_the_alert_says_who_asked_and_offers_nothing(down: Line) -> None:
    gate = down.backend.hang("web2", Step.RESTART)
    found = down.act_desk.ask_restart("U0CID", "1")
    assert isinstance(found, Act)
    assert (alert(down).note, alert(down).offering) == ("restarting web2, asked by <@U0CID>", False)
    gate.set()
    down.act_ended(found.id)


def test_a_restart_that_fails_says_on_which_host_and_why(standing: Line) -> None:
    standing.outage(None, Action.RESTART)
    standing.backend.fail("web3", Step.RESTART, status=7)
    act = restart(standing)
    words = "restarted web1, web2, web4; the restart failed on web3: restart ended with status 7"
    assert (act.ok, act.result) == (False, words)
    assert alert(standing).note == f"{words}, asked by <@U0CID>"
    assert alert(standing).offering


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (
            PointsmanError("no SSH key: name one in SSH_KEY"),
            "the restart was not begun: no SSH key: name one in SSH_KEY",
        ),
        (
            ValueError(HOSTILE),
            "Pointsman itself failed (ValueError: &lt;!channel&gt; &amp; &lt;@U1&gt;",
        ),
        (PointsmanError(HOSTILE), "the restart was not begun: &lt;!channel&gt; &amp; &lt;@U1&gt;"),
    ],
)
def test_trouble_of_the_backend_or_a_defect_ends_the_restart_in_words(
    down: Line, error: Exception, result: str
) -> None:
    down.backend.raises["restart"].append(error)
    act = restart(down)
    assert not act.ok
    assert act.result.startswith(result)
    assert isinstance(down.begin("1.4.2"), Deploy)  # the place is free again
    down.ended(2)


def test_a_second_click_while_it_runs_is_told_who_was_first(down: Line) -> None:
    gate = down.backend.hang("web2", Step.RESTART)
    first = down.act_desk.ask_restart("U0CID", "1")
    assert isinstance(first, Act)
    assert refused(down, user="U0BEN") == Refusal(Reason.BUSY, target=TARGET, act=first)
    gate.set()
    down.act_ended(first.id)
    assert down.orders("restart-1") == ["web2"]


def test_while_a_deploy_runs_nothing_is_restarted(down: Line) -> None:
    gate = down.backend.hang("web1", Step.INSTALL)
    deploy = down.begin("1.4.2")
    assert refused(down) == Refusal(Reason.BUSY, target=TARGET, deploy=deploy)
    gate.set()
    down.ended(deploy.id)


@pytest.mark.parametrize("how", Ended)
def test_a_late_click_gets_the_truth(down: Line, how: Ended) -> None:
    down.incidents.end("shop/production/http", how, down.clock.now(), down.clock.now())
    assert refused(down).reason is Reason.OVER
    assert down.acts.unfinished() == []


@pytest.mark.parametrize("number", ["", "99", "x", "9" * 40])
def test_a_button_that_no_alert_carries_is_refused_without_a_crash(down: Line, number: str) -> None:
    assert refused(down, number) == Refusal(Reason.OVER, detail="there is no such incident")


def test_a_click_is_checked_like_a_command(down: Line) -> None:
    down.fleet = fleet_of(names(4), (("access",), {"production": {"deploy": ["@oncall"]}}))
    assert refused(down, user="U0EVE").reason is Reason.FORBIDDEN
    down.members.trouble = SlackAway("no connection to Slack")
    assert refused(down).reason is Reason.UNSURE_WHO
    assert down.acts.get(1) is None


@pytest.mark.parametrize(
    ("fleet", "words"),
    [
        (fleet_of(["web1"]), "the restart was not begun: web2: is no longer in the fleet file"),
        (
            fleet_of(["web1"], (("services",), {"api": SOUND["services"]["shop"]})),
            "the restart was not begun: shop · production is no longer in the fleet file",
        ),
    ],
)
def test_a_host_that_left_the_fleet_file_is_not_restarted(down: Line, fleet: Fleet, words: str) -> None:
    down.fleet = fleet
    act = restart(down)
    assert (act.ok, act.result) == (False, words)
    assert down.orders("restart-1") == []


FLUSH = {"flush-cache": {"ssh": "./cache flush", "timeout": "30s"}}


@pytest.fixture
def stepping(down: Line) -> Line:
    """The fleet file names a step."""
    down.fleet = fleet_of(names(4), ((*PRODUCTION, "actions"), FLUSH))
    return down


def test_a_named_step_runs_on_the_host_that_is_down_and_its_output_is_told_in_the_thread(stepping: Line) -> None:
    found = stepping.act_desk.ask_step("U0CID", "1:flush-cache")
    assert isinstance(found, Act), found
    act = stepping.act_ended(found.id)
    assert (act.hosts, act.ok, act.result) == (("web2",), True, "ran flush-cache on web2")
    assert (stepping.orders("command-1"), stepping.backend.commands) == (["web2"], ["./cache flush"])
    assert alert(stepping).note == "ran flush-cache on web2, asked by <@U0CID>"
    assert "ran ./cache flush" in said(stepping.blocks("incident:1:act:1"))
    assert [row.fields["what"] for row in stepping.journal.audit.newest(2)] == [What.STEP_ENDED, What.STEP_BEGUN]


def test_while_a_step_runs_the_alert_says_which_and_a_second_click_is_told_who_was_first(stepping: Line) -> None:
    gate = stepping.backend.hang("web2", Step.COMMAND)
    first = stepping.act_desk.ask_step("U0CID", "1:flush-cache")
    assert isinstance(first, Act)
    assert (alert(stepping).note, alert(stepping).offering) == ("running flush-cache on web2, asked by <@U0CID>", False)
    assert stepping.act_desk.ask_step("U0BEN", "1:flush-cache") == Refusal(Reason.BUSY, target=TARGET, act=first)
    gate.set()
    stepping.act_ended(first.id)


def test_a_step_that_fails_says_where_and_why(stepping: Line) -> None:
    stepping.backend.fail("web2", Step.COMMAND, status=7, tail="no such key")
    found = stepping.act_desk.ask_step("U0CID", "1:flush-cache")
    assert isinstance(found, Act)
    act = stepping.act_ended(found.id)
    assert (act.ok, act.result) == (False, "flush-cache failed on web2: command ended with status 7")
    assert alert(stepping).offering
    assert "no such key" in said(stepping.blocks("incident:1:act:1"))


@pytest.mark.parametrize(
    ("who", "user", "reason"),
    [
        (["@dba"], "U0EVE", Reason.MAY_NOT_RUN),
        (["@dba"], "U0ANA", None),
        ([], "U0EVE", Reason.FORBIDDEN),  # whoever may deploy there may
        ([], "U0ANA", None),
    ],
)
def test_who_may_run_a_step_is_its_own_say_or_that_of_the_environment(
    down: Line, who: list[str], user: str, reason: Reason | None
) -> None:
    named = {"flush-cache": {**FLUSH["flush-cache"], "who": who}}
    access = (("access",), {"production": {"deploy": ["@oncall"]}})
    down.fleet = fleet_of(names(4), ((*PRODUCTION, "actions"), named), access)
    found = down.act_desk.ask_step(user, "1:flush-cache")
    assert (found.reason if isinstance(found, Refusal) else None) is reason
    if isinstance(found, Act):
        down.act_ended(found.id)


@pytest.mark.parametrize("button", ["1:drop-tables", "1:", "1", "9:flush-cache", ":"])
def test_a_step_that_is_not_in_the_fleet_file_or_of_no_alert_is_refused(stepping: Line, button: str) -> None:
    found = stepping.act_desk.ask_step("U0CID", button)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.OVER
    assert stepping.backend.commands == []


def test_a_step_that_left_the_fleet_file_after_the_click_ends_in_words(stepping: Line) -> None:
    act = stepping.acts.begin(TARGET, ["web2"], 1, "U0CID", stepping.clock.now(), "gone")
    assert act is not None
    stepping.act_runs.resume()
    ended = stepping.act_ended(act.id)
    assert (ended.ok, ended.result) == (False, "gone was not begun: gone is no longer in the fleet file")


def test_an_act_that_was_written_down_and_not_begun_is_begun_at_the_next_start(down: Line) -> None:
    act = down.acts.begin(TARGET, ["web2"], 1, "U0CID", down.clock.now())
    assert act is not None
    down.act_runs.resume()
    assert down.act_ended(act.id).ok


def test_an_act_whose_workflow_ended_without_closing_it_is_closed_at_the_next_start(down: Line) -> None:
    act = down.acts.begin(TARGET, ["web2"], 1, "U0CID", down.clock.now())
    assert act is not None
    down.durable.register("restart", lambda number: None)
    down.act_runs.start(act.id)
    eventually(lambda: down.durable.over("restart", act.id))
    down.act_runs.resume()
    ended = down.act_ended(act.id)
    assert (ended.ok, ended.result) == (False, "the restart was given up: its end could not be written down")
    assert alert(down).offering
