"""After an abort people choose what follows; whoever runs the deploy hears of it, and each click gets the truth."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.halt import Choice, Halt
from bot.model import DeployState, HostState, Step
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from tests.building import fleet_of, names, texts
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually


@pytest.fixture
def still(standing: Line) -> Iterator[Line]:
    """1.4.1 stands; the clock does, too: nobody's time to answer is over."""
    standing.clock.still = True
    yield standing
    standing.clock.still = False  # what still waits runs into its deadline


def halted(line: Line, deploy: Deploy, turn: int = 1) -> Halt:
    """Once people are asked for the n-th time."""
    found = eventually(lambda: line.journal.halts.get(deploy.id, turn), timeout=60)
    assert found is not None
    return found


def stopped(line: Line, host: str = "web2", step: Step = Step.TEST) -> tuple[Deploy, Halt]:
    """1.4.2 aborted by ben while this step runs on this host, until people are asked."""
    line.backend.hang(host, step)
    deploy = line.begin("1.4.2")
    eventually(lambda: {one.host: one.step for one in line.view(deploy).hosts}[host] is step, timeout=60)
    assert isinstance(line.moves.abort("U0BEN", str(deploy.id)), Deploy)
    return deploy, halted(line, deploy)


def lost(line: Line, host: str = "web2") -> tuple[Deploy, Halt]:
    """The same where this host is lost while another one of its batch is stopped, and reachable again by now."""
    line.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), {"kind": "rolling", "batches": [1, "100%"]}))
    gate = line.backend.hang("web3", Step.TEST)
    line.backend.lose(host, Step.RESTART)
    deploy = line.begin("1.4.2")
    eventually(lambda: {one.host: one.step for one in line.view(deploy).hosts}["web3"] is Step.TEST, timeout=60)
    eventually(lambda: not line.backend.machine(host).reachable, timeout=60)
    line.moves.abort("U0BEN", str(deploy.id))
    question = halted(line, deploy)
    gate.set()
    for name in (host, "web3"):
        line.backend.mend(name)
    return deploy, question


def choose(line: Line, halt: Halt, choice: Choice, user: str = "U0BEN") -> Halt | Refusal:
    return line.halts.choose(user, halt.button, choice)


def states(line: Line, deploy: Deploy) -> list[HostState]:
    return [one.state for one in line.view(deploy).hosts]


def stages(line: Line, deploy: Deploy) -> dict[str, tuple[str, str]]:
    return {stage.name: (stage.state.value, stage.detail) for stage in line.view(deploy).stages}


def buttons(line: Line, deploy: Deploy) -> dict[str, Any]:
    rows = [block for block in line.blocks(f"deploy:{deploy.id}") if block["type"] == "actions"]
    return {
        one["action_id"]: one["text"]["text"]
        for row in rows
        for one in row["elements"]
        if "details" not in one["action_id"]
    }


def reason(answer: object) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def test_an_abort_says_what_state_each_host_is_in_and_asks_what_follows(still: Line) -> None:
    deploy, halt = stopped(still)
    assert (halt.aborted_by, halt.back, halt.unknown) == ("U0BEN", ("web1",), ())
    assert halt.expires_at - halt.asked_at == timedelta(minutes=15)
    assert buttons(still, deploy) == {"halt.back": "Roll 1 host back to 1.4.1", "halt.on": "Carry on"}
    told = "\n".join(texts(still.blocks(f"deploy:{deploy.id}")))
    assert "*new*: web1 · *unchanged*: web2, web3, web4" in told
    assert "*Aborted by <@U0BEN>. What now?*" in told
    ping = still.messages()[f"deploy:{deploy.id}:halt-1"]
    assert ping.startswith(f"<@U0BEN> <@U0ANA>: deploy {deploy.id} is stopped. What now?")
    choose(still, halt, Choice.BACK)
    still.ended(deploy.id)


def test_what_changed_goes_back_when_that_is_chosen(still: Line) -> None:
    deploy, halt = stopped(still)
    assert isinstance(choose(still, halt, Choice.BACK, "U0ANA"), Halt)
    ended = still.ended(deploy.id)
    assert (ended.state, ended.reason) == (
        DeployState.ROLLED_BACK,
        "Batch 2 of 3: aborted by <@U0BEN>: web2: test ended with status 124",
    )
    assert still.runs() == ["1.4.1"] * 4
    assert stages(still, deploy)["Aborted: what now?"] == ("complete", "rolled back by <@U0ANA>")
    assert not still.messages()[f"deploy:{deploy.id}"].endswith("locked")  # people said no: it is not known to be bad


def test_when_it_carries_on_the_stage_that_was_stopped_begins_again_with_the_hosts_that_lack_it(still: Line) -> None:
    deploy, halt = stopped(still)
    still.backend.mend("web2")
    assert isinstance(choose(still, halt, Choice.ON), Halt)
    still.clock.still = False
    assert still.ended(deploy.id).state is DeployState.SUCCEEDED
    assert still.runs() == ["1.4.2"] * 4
    assert still.orders(f"deploy-{deploy.id}") == ["web1", "web2"]
    assert still.orders(f"deploy-{deploy.id}-again-1") == ["web2", "web3", "web4"]
    assert stages(still, deploy)["Aborted: what now?"] == ("complete", "carried on by <@U0BEN>")
    assert still.messages()[f"deploy:{deploy.id}"].startswith("✓")


def test_unknown_hosts_are_tried_again_and_people_asked_once_more(still: Line) -> None:
    deploy, halt = lost(still)
    assert halt.unknown == ("web2",)
    assert "Retry web2" in buttons(still, deploy).values()
    assert "*unknown*: web2 (" in "\n".join(texts(still.blocks(f"deploy:{deploy.id}")))
    still.clock.still = False  # the health gate has to move; the next question waits for its deadline
    choose(still, halt, Choice.RETRY)
    again = halted(still, deploy, turn=2)
    assert again.unknown == ()
    assert set(again.back) == {"web1", "web2", "web4"}
    assert still.orders(f"deploy-{deploy.id}-retry-1") == ["web2"]
    assert still.ended(deploy.id).state is DeployState.ROLLED_BACK
    assert still.runs() == ["1.4.1"] * 4


def test_nobodys_answer_is_back(standing: Line) -> None:
    deploy, _ = stopped(standing)
    assert standing.ended(deploy.id).state is DeployState.ROLLED_BACK
    assert stages(standing, deploy)["Aborted: what now?"][1] == "rolled back, since nobody chose in time"
    assert standing.runs() == ["1.4.1"] * 4


def test_who_wants_to_deploy_meanwhile_is_told_what_it_waits_for(still: Line) -> None:
    deploy, halt = stopped(still)
    refused = still.ask("1.5.0", user="U0ANA")
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.halt) == (Reason.BUSY, halt)
    choose(still, halt, Choice.BACK)
    still.ended(deploy.id)


def test_where_no_host_was_changed_it_ends_at_once(still: Line) -> None:
    still.backend.hang("web1", Step.TEST)
    deploy = still.begin("1.4.2")
    eventually(lambda: still.view(deploy).hosts[0].step is Step.TEST)
    still.moves.abort("U0BEN", "shop")
    ended = still.ended(deploy.id)
    assert ended.reason.startswith("Batch 1 of 3: aborted by <@U0BEN>")
    assert still.journal.halts.newest(deploy.id) is None
    assert still.messages()[f"deploy:{deploy.id}"].endswith("the old release runs on, no host was changed")


def test_a_second_abort_while_people_are_asked_rolls_back(still: Line) -> None:
    deploy, halt = stopped(still)
    again = still.moves.abort("U0ANA", "shop")
    assert isinstance(again, Halt)
    assert (again.turn, again.choice, again.chosen_by) == (halt.turn, Choice.BACK, "U0ANA")
    assert still.ended(deploy.id).state is DeployState.ROLLED_BACK


def test_a_second_click_on_abort_chooses_nothing(still: Line) -> None:
    deploy, halt = stopped(still)
    assert reason(still.moves.abort("U0BEN", str(deploy.id), button=True)) is Reason.OVER
    assert halted(still, deploy).choice is Choice.OPEN
    choose(still, halt, Choice.BACK)
    still.ended(deploy.id)


def test_while_it_goes_back_an_abort_is_told_so(still: Line) -> None:
    deploy, halt = stopped(still)
    gate = still.backend.hang("web1", Step.RESTART)
    choose(still, halt, Choice.BACK)
    eventually(lambda: still.view(deploy).goes_back)
    late = still.moves.abort("U0ANA", str(deploy.id))
    assert reason(late) is Reason.OVER
    assert isinstance(late, Refusal)
    assert late.detail == f"deploy {deploy.id} has ended, is being aborted already, or is going back"
    assert "deploy.stop" not in buttons(still, deploy)
    gate.set()
    still.ended(deploy.id)


def test_second_late_forbidden_and_unknown_clicks_get_the_truth(still: Line) -> None:
    deploy, halt = stopped(still)
    assert reason(choose(still, halt, Choice.RETRY)) is Reason.NOTHING_UNKNOWN
    for value in ("99:1", "", "2", "x:y", f"{deploy.id}:7"):
        assert reason(still.halts.choose("U0BEN", value, Choice.BACK)) is Reason.UNKNOWN_DEPLOY
    choose(still, halt, Choice.BACK, "U0ANA")
    late = choose(still, halt, Choice.ON)
    assert reason(late) is Reason.CHOSEN
    assert isinstance(late, Refusal)
    assert late.halt is not None
    assert (late.halt.choice, late.halt.chosen_by) == (Choice.BACK, "U0ANA")
    still.ended(deploy.id)
    assert reason(choose(still, halt, Choice.BACK)) is Reason.CHOSEN


def test_who_may_neither_deploy_nor_approve_may_not_choose(still: Line) -> None:
    access = {"production": {"deploy": ["@engineering"], "approve": ["@leads"]}}
    still.fleet = fleet_of(names(4), (("access",), access))
    deploy, halt = stopped(still)
    assert reason(choose(still, halt, Choice.ON, "U0EVE")) is Reason.FORBIDDEN
    assert halted(still, deploy).choice is Choice.OPEN
    choose(still, halt, Choice.BACK)
    still.ended(deploy.id)


def test_the_answer_may_be_given_to_any_replica(still: Line) -> None:
    """Two have the database in common; the newer one's journal follows the steps."""
    other = still.another_engine(still.engine.outside)
    still.backend.hang("web2", Step.TEST)
    deploy = still.begin("1.4.2")

    def testing() -> bool:
        other.journal.stepping.write()
        return {one.host: one.step for one in still.view(deploy).hosts}["web2"] is Step.TEST

    eventually(testing)
    assert isinstance(other.moves.abort("U0BEN", "shop"), Deploy)
    halt = halted(still, deploy)
    assert isinstance(other.halts.choose("U0BEN", halt.button, Choice.BACK), Halt)
    assert still.ended(deploy.id).state is DeployState.ROLLED_BACK


def test_a_deploy_may_be_aborted_again_after_it_was_let_go_on(still: Line) -> None:
    deploy, halt = stopped(still)
    still.backend.hang("web2", Step.TEST)
    choose(still, halt, Choice.ON)
    eventually(lambda: still.orders(f"deploy-{deploy.id}-again-1"))
    assert isinstance(still.moves.abort("U0ANA", "shop"), Deploy)
    second = halted(still, deploy, turn=2)
    assert second.aborted_by == "U0ANA"
    choose(still, second, Choice.BACK)
    assert still.ended(deploy.id).state is DeployState.ROLLED_BACK
    assert stages(still, deploy)["Aborted: what now?"][1] == "rolled back by <@U0BEN>"


def test_an_aborted_rollback_has_no_way_back_and_is_left_as_it_is(still: Line) -> None:
    still.clock.still = False
    still.deploy("1.4.2")
    still.clock.still = True
    still.backend.hang("web3", Step.RESTART)
    back = still.moves.roll_back("U0ANA", "shop", None, "production")
    assert isinstance(back, Deploy)
    eventually(lambda: {one.host: one.step for one in still.view(back).hosts}["web3"] is Step.RESTART)
    still.moves.abort("U0BEN", str(back.id))
    halt = halted(still, back)
    assert halt.back == ()
    assert buttons(still, back)["halt.back"] == "Leave it as it is"
    choose(still, halt, Choice.BACK)
    assert still.ended(back.id).state is DeployState.FAILED
    assert stages(still, back)["Aborted: what now?"][1] == "left as it is by <@U0BEN>"


def test_what_was_chosen_is_audited(still: Line) -> None:
    deploy, halt = stopped(still)
    choose(still, halt, Choice.BACK, "U0ANA")
    still.ended(deploy.id)
    rows = [row.fields for row in still.journal.audit.newest(20)]
    (chosen,) = [row for row in rows if row["what"] == "halt.chosen"]
    assert (chosen["who"], chosen["subject"], chosen["before"], chosen["after"]) == (
        "U0ANA",
        f"deploy {deploy.id}",
        "aborted by U0BEN",
        "back",
    )
