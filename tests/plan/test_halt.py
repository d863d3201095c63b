from dataclasses import replace

import pytest

from bot.halt import Choice, Halt
from bot.model import DeployKind, HostState, StageState, Step
from bot.plan.halt import WITHIN, Answer, fresh, may_choose, question, stopped, unanswered, unread, wants_answer
from bot.records import DeployView, HostLine
from tests.building import NOW, a_deploy, a_plan, a_view, healthy, lines, seconds

HALT = Halt(41, 1, 2, "U0BEN", NOW, NOW + seconds(900), ("web1",), ("web2",))
TESTED = HostLine("web2", 1, HostState.UNCHANGED, Step.TEST, "a" * 40, "test was stopped", "1 != 2")


def view(
    *known: HostLine,
    aborted_by: str = "U0BEN",
    state: StageState = StageState.ERROR,
    halt: Halt | None = None,
    kind: DeployKind = DeployKind.DEPLOY,
    fallback: str | None = "1.4.1",
) -> DeployView:
    """Stopped in its second batch."""
    plan = a_plan(kind=kind, fallback=fallback)
    deploy = replace(a_deploy(plan), aborted_by=aborted_by)
    hosts = lines(plan, {line.host: line for line in known})
    return replace(a_view(deploy, hosts, {1: (StageState.COMPLETE, ""), 2: (state, "")}), halt=halt)


@pytest.mark.parametrize(
    ("seen", "is_stopped"),
    [
        (view(), True),
        (view(state=StageState.IN_PROGRESS), False),  # a crash cut it off: it finds out how its hosts are
        (view(aborted_by=""), False),  # failed by itself
        (view(aborted_by="", halt=replace(HALT, choice=Choice.RETRY)), True),  # while hosts are tried again
        (view(aborted_by="", halt=replace(HALT, choice=Choice.ON)), False),  # let go on, and failed since
        (view(aborted_by="", halt=replace(HALT, position=1, choice=Choice.RETRY)), False),
        (view(halt=replace(HALT, choice=Choice.BACK)), True),
    ],
)
def test_a_stage_that_an_abort_ended_is_not_run_again_by_itself(seen: DeployView, is_stopped: bool) -> None:
    assert stopped(seen, 2) is is_stopped


@pytest.mark.parametrize(
    ("seen", "asks"),
    [
        (view(), False),  # no host was changed
        (view(TESTED), False),
        (view(healthy("web1")), True),
        (view(HostLine("web1", 0, HostState.UNKNOWN)), True),
        (view(healthy("web1"), aborted_by=""), False),
    ],
)
def test_people_are_asked_where_a_host_was_changed(seen: DeployView, asks: bool) -> None:
    assert wants_answer(seen, 2) is asks


@pytest.mark.parametrize(
    ("halt", "position", "stands"),
    [
        (None, 2, False),
        (HALT, 2, True),
        (HALT, 3, False),
        (replace(HALT, choice=Choice.RETRY), 2, True),
        (replace(HALT, choice=Choice.BACK), 2, True),
        (replace(HALT, choice=Choice.ON), 2, False),
    ],
)
def test_a_question_stands_until_the_deploy_goes_on(halt: Halt | None, position: int, stands: bool) -> None:
    assert unanswered(view(halt=halt), position) == (halt if stands else None)


LOST = HostLine("web2", 1, HostState.UNKNOWN, before="a" * 40)


@pytest.mark.parametrize(
    ("seen", "back", "unknown"),
    [
        (view(healthy("web1"), TESTED), ("web1",), ()),
        (view(healthy("web1"), LOST), ("web1", "web2"), ("web2",)),
        (view(healthy("web1"), LOST, fallback=None), ("web2",), ("web2",)),  # what ran before is known of one only
        (view(healthy("web1"), fallback="1.4.2"), (), ()),  # the same release again
        (view(healthy("web1"), LOST, kind=DeployKind.ROLLBACK), (), ("web2",)),
    ],
)
def test_the_question_says_who_would_go_back_and_of_whom_nothing_is_known(
    seen: DeployView, back: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    asked = question(seen, 2, "U0BEN", NOW)
    assert (asked.back, asked.unknown) == (back, unknown)
    assert (asked.turn, asked.position, asked.expires_at) == (1, 2, NOW + WITHIN)


def test_each_question_has_a_turn_of_its_own() -> None:
    assert question(view(halt=replace(HALT, turn=3, choice=Choice.RETRY)), 2, "U0BEN", NOW).turn == 4


@pytest.mark.parametrize(
    ("halt", "choice", "after", "answer"),
    [
        (HALT, Choice.BACK, 899, Answer.COUNTS),
        (HALT, Choice.RETRY, 1, Answer.COUNTS),
        (HALT, Choice.ON, 1, Answer.COUNTS),
        (HALT, Choice.ON, 900, Answer.EXPIRED),
        (replace(HALT, unknown=()), Choice.RETRY, 1, Answer.NOTHING_UNKNOWN),
        (replace(HALT, choice=Choice.BACK), Choice.ON, 1, Answer.OVER),
    ],
)
def test_a_click_counts_once_and_in_time(halt: Halt, choice: Choice, after: float, answer: Answer) -> None:
    assert may_choose(halt, choice, NOW + seconds(after)) is answer


def test_hosts_that_begin_again_forget_what_was_stopped_and_those_that_are_well_are_left() -> None:
    out = HostLine("web5", 1, HostState.SKIPPED, detail="no connection")
    found = fresh([healthy("web1"), TESTED, healthy("web3", 1), LOST, out], 1)
    lost = replace(LOST, state=HostState.CHANGING)  # it may run the release, so it is still one that goes back
    assert found == [HostLine("web2", 1, HostState.WAITING, None, "a" * 40), lost]


def test_what_could_not_be_tried_is_still_unknown_and_says_why() -> None:
    (line,) = unread([LOST], "no SSH key")
    assert (line.state, line.detail) == (HostState.UNKNOWN, "no SSH key")


@pytest.mark.parametrize(
    ("halt", "order"),
    [
        (None, "deploy-41"),
        (HALT, "deploy-41"),
        (replace(HALT, choice=Choice.ON), "deploy-41-again-1"),
        (replace(HALT, choice=Choice.ON, turn=3), "deploy-41-again-3"),
    ],
)
def test_what_is_let_go_on_orders_under_another_name(halt: Halt | None, order: str) -> None:
    assert view(halt=halt).order == order
