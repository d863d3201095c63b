from dataclasses import replace
from typing import Any

import pytest

from bot.halt import HALT_STAGE, Choice, Halt
from bot.messages.deploy import deploy_message
from bot.messages.halt import ask_message, choice_words, chosen_message, host_states
from bot.messages.words import date
from bot.model import HostState, Stage, StageState
from bot.records import ROLLBACK_STAGE, Approval, DeployView, HostLine
from tests.building import HOSTILE, NOW, a_deploy, a_plan, a_view, healthy, lines, names, problems, said, seconds

HALT = Halt(41, 1, 2, "U0BEN", NOW, NOW + seconds(900), ("web1",))
LOST = HostLine("web2", 1, HostState.UNKNOWN, detail="no connection")


def view(*known: HostLine, halt: Halt | None = HALT, aborted_by: str = "U0BEN", **plan: Any) -> DeployView:
    """Stopped in its second batch; people are asked."""
    made = a_plan(**plan)
    deploy = replace(a_deploy(made), aborted_by=aborted_by)
    stages = {1: (StageState.COMPLETE, ""), 2: (StageState.ERROR, "aborted by <@U0BEN>: web2: test was stopped")}
    seen = a_view(deploy, lines(made, {line.host: line for line in (healthy("web1"), *known)}), stages)
    asking = Stage(len(seen.stages), HALT_STAGE, StageState.IN_PROGRESS, "", NOW)
    return replace(seen, stages=(*seen.stages, *([asking] if halt else [])), halt=halt)


def buttons(seen: DeployView) -> dict[str, str]:
    rows = [block for block in deploy_message(seen, NOW).blocks if block["type"] == "actions"]
    return {
        one["action_id"]: one["text"]["text"]
        for row in rows
        for one in row["elements"]
        if "details" not in one["action_id"]
    }


@pytest.mark.parametrize(
    ("seen", "offered"),
    [
        (view(), {"halt.back": "Roll 1 host back to 1.4.1", "halt.on": "Carry on"}),
        (
            view(LOST, halt=replace(HALT, back=("web1", "web2"), unknown=("web2",))),
            {"halt.back": "Roll 2 hosts back to 1.4.1", "halt.retry": "Retry web2", "halt.on": "Carry on"},
        ),
        (view(fallback=None), {"halt.back": "Roll 1 host back to what ran before", "halt.on": "Carry on"}),
        (view(halt=replace(HALT, back=())), {"halt.back": "Leave it as it is", "halt.on": "Carry on"}),
        (view(halt=replace(HALT, choice=Choice.RETRY), aborted_by=""), {"deploy.stop": "Abort"}),
        (view(halt=replace(HALT, choice=Choice.BACK)), {}),
        (view(halt=None), {}),  # what runs is being stopped
        (view(halt=None, aborted_by=""), {"deploy.stop": "Abort"}),
        (view(halt=replace(HALT, choice=Choice.ON), aborted_by=""), {"deploy.stop": "Abort"}),
    ],
)
def test_the_message_offers_what_applies_and_nothing_else(seen: DeployView, offered: dict[str, str]) -> None:
    assert buttons(seen) == offered
    assert problems(deploy_message(seen, NOW)) == []


def test_the_question_says_who_aborted_until_when_and_what_state_each_host_is_in() -> None:
    told = said(deploy_message(view(LOST), NOW).blocks)
    until = date(HALT.expires_at, "{time}")
    assert f"*Aborted by <@U0BEN>. What now?* Answer until {until}; then 1 host goes back to 1.4.1." in told
    assert "*new*: web1 · *unchanged*: web3, web4 · *unknown*: web2 (no connection)" in told
    tasks = deploy_message(view(), NOW).blocks[2]["tasks"]
    assert tasks[-1]["title"] == HALT_STAGE
    assert said([tasks[-1]["details"]]).startswith("until ")


def test_while_what_runs_is_being_stopped_the_message_says_so() -> None:
    assert "Abort asked for by <@U0BEN>: what runs is being stopped." in said(
        deploy_message(view(halt=None), NOW).blocks
    )


def test_neither_one_that_asks_for_approval_nor_one_that_goes_back_offers_another_abort() -> None:
    asking = replace(view(halt=None, aborted_by=""), approval=Approval(41, 2, "a" * 40, NOW, NOW + seconds(60)))
    assert set(buttons(asking)) == {"deploy.promote", "deploy.abort"}
    back = view(halt=None, aborted_by="")
    back = replace(back, stages=(*back.stages, Stage(4, ROLLBACK_STAGE, StageState.IN_PROGRESS)))
    assert buttons(back) == {}


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (HostLine("web1", 0), "*unchanged*: web1"),
        (HostLine("web1", 0, HostState.UNCHANGED, detail="test was stopped"), "*unchanged*: web1"),
        (HostLine("web1", 0, HostState.SKIPPED), "*unchanged*: web1"),
        (HostLine("web1", 0, HostState.LEFT), "*unchanged*: web1"),
        (HostLine("web1", 0, HostState.READY), "*unchanged*: web1"),
        (HostLine("web1", 0, HostState.NEW), "*new*: web1"),
        (healthy("web1"), "*new*: web1"),
        (HostLine("web1", 0, HostState.UNHEALTHY, detail="answered 503"), "*new*: web1 (answered 503)"),
        (HostLine("web1", 0, HostState.RESTORED), "*old*: web1"),
        (HostLine("web1", 0, HostState.CHANGING), "*unknown*: web1"),
        (HostLine("web1", 0, HostState.UNKNOWN, detail="no connection"), "*unknown*: web1 (no connection)"),
    ],
)
def test_each_host_is_new_old_unchanged_or_unknown(line: HostLine, state: str) -> None:
    assert host_states([line]) == state


@pytest.mark.parametrize("state", HostState)
def test_two_hundred_hosts_stay_inside_slacks_limits(state: HostState) -> None:
    everyone = [HostLine(name, 0, state, detail="cause " * 80) for name in names(200)]
    seen = view(*everyone, hosts=200, halt=replace(HALT, back=tuple(names(200)), unknown=tuple(names(200))))
    assert problems(deploy_message(seen, NOW)) == []
    assert problems(ask_message(seen)) == []


def test_the_thread_pings_who_aborted_and_who_had_asked_once_each() -> None:
    assert ask_message(view()).text.startswith("<@U0BEN> <@U0ANA>: deploy 41 is stopped. What now?")
    alone = view(halt=replace(HALT, aborted_by="U0ANA"))
    assert ask_message(alone).text.startswith("<@U0ANA>: deploy 41 is stopped.")


@pytest.mark.parametrize(
    ("choice", "by", "back", "words"),
    [
        (Choice.BACK, "U0ANA", ("web1",), "rolled back by <@U0ANA>"),
        (Choice.BACK, "", ("web1",), "rolled back, since nobody chose in time"),
        (Choice.BACK, "U0ANA", (), "left as it is by <@U0ANA>"),
        (Choice.RETRY, "U0ANA", ("web1",), "trying web2 again, asked for by <@U0ANA>"),
        (Choice.ON, "U0ANA", ("web1",), "carried on by <@U0ANA>"),
    ],
)
def test_what_was_chosen_is_said_with_by_whom(choice: Choice, by: str, back: tuple[str, ...], words: str) -> None:
    halt = replace(HALT, choice=choice, chosen_by=by, back=back, unknown=("web2",))
    assert choice_words(halt) == words
    assert chosen_message(halt).text == f"Deploy 41: {words}."


def test_what_others_wrote_never_acts() -> None:
    bad = HostLine("web2", 1, HostState.UNKNOWN, detail=HOSTILE)
    seen = view(bad, ref=HOSTILE, fallback=HOSTILE)
    for message in (deploy_message(seen, NOW), ask_message(seen)):
        shown = str([block for block in message.blocks if block["type"] not in ("plan", "actions")])
        assert "<!channel>" not in shown + message.text
        assert problems(message) == []
