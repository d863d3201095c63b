"""What a deploy's message says of the lock that its rollback left, and of force."""

from dataclasses import replace

import pytest

from bot.holds import Lock, Scope
from bot.messages.deploy import deploy_message, forced_message, headline
from bot.model import DeployKind, DeployState, HostState, StageState
from bot.records import Approval, Decision, DeployView, HostLine
from tests.building import HOSTILE, NOW, a_deploy, a_plan, a_view, done_view, lines, problems, release, said

LOCK = Lock(Scope("production", "shop"), "", "deploy 41 of 1.4.2 was rolled back", NOW, deploy=41, id=6)
PAST = "the freeze of production (stocktaking): checkout is down"


def rolled_back(state: HostState = HostState.RESTORED, lock: Lock | None = LOCK) -> DeployView:
    ended = DeployState.ROLLED_BACK if state is HostState.RESTORED else DeployState.FAILED
    deploy = a_deploy(a_plan(), ended, reason="Batch 1 of 3: web1: 503")
    hosts = lines(deploy.plan, {"web1": HostLine("web1", 0, state, before="a" * 40)})
    return replace(a_view(deploy, hosts, {1: (StageState.ERROR, "web1: 503")}), lock=lock)


def answered(decision: Decision) -> DeployView:
    question = Approval(41, 2, release().sha, NOW, NOW, 1, decision=decision)
    return replace(rolled_back(lock=None), approval=question)


def test_after_a_rollback_that_failed_it_is_the_rollback_that_is_tried_again() -> None:
    deploy = a_deploy(a_plan(2, DeployKind.ROLLBACK, "1.4.1"), DeployState.FAILED, reason="Batch 1 of 1: web1: 503")
    hosts = lines(deploy.plan, {"web1": HostLine("web1", 0, HostState.UNKNOWN)})
    told = said(deploy_message(a_view(deploy, hosts, {1: (StageState.ERROR, "web1: 503")}), NOW).blocks)
    assert "Look at web1 first" in told
    assert "Then `/deploy rollback shop to 1.4.1 in production` once more." in told


@pytest.mark.parametrize(
    ("view", "way_out"),
    [
        (answered(Decision.EXPIRED), "Nobody approved in time: `/deploy shop@… to production` asks anew."),
        (answered(Decision.ABORTED), "It was ended by hand: `/deploy shop@… to production` begins it anew."),
        (
            replace(rolled_back(lock=None), deploy=replace(rolled_back().deploy, aborted_by="U0BEN")),
            "It was ended by hand: `/deploy shop@… to production` begins it anew.",
        ),
        (answered(Decision.PROMOTED), "Mend what failed, then `/deploy shop@… to production`."),
    ],
)
def test_what_people_ended_is_not_called_a_failure_to_be_mended(view: DeployView, way_out: str) -> None:
    assert way_out in said(deploy_message(view, NOW).blocks)


@pytest.mark.parametrize(
    ("view", "end", "way_out", "buttons"),
    [
        (
            rolled_back(),
            "rolled back to 1.4.1 on 1 host · locked",
            "Mend what failed, then unlock it and `/deploy shop@… to production`.",
            ["deploy.details", "lock.unlock"],
        ),
        (
            rolled_back(HostState.UNKNOWN),
            "1 host not brought back: web1 · locked",
            "Then unlock it and `/deploy shop@… to production` once more.",
            ["deploy.details", "lock.unlock"],
        ),
        (
            rolled_back(lock=None),  # unlocked meanwhile
            "rolled back to 1.4.1 on 1 host",
            "Mend what failed, then `/deploy shop@… to production`.",
            ["deploy.details"],
        ),
    ],
)
def test_the_lock_after_a_rollback_is_said_and_can_be_undone_there(
    view: DeployView, end: str, way_out: str, buttons: list[str]
) -> None:
    message = deploy_message(view, NOW)
    assert headline(view).endswith(end)
    assert way_out in said(message.blocks)
    assert [button["action_id"] for button in message.blocks[-1]["elements"]] == buttons
    assert problems(message) == []


def test_the_unlock_button_asks_first_and_carries_the_lock() -> None:
    button = deploy_message(rolled_back(), NOW).blocks[-1]["elements"][1]
    assert (button["text"]["text"], button["value"]) == ("Unlock shop in production", "6")
    assert button["confirm"]["confirm"]["text"] == "Unlock"


def test_force_stands_in_the_message_and_is_cried_in_the_channel() -> None:
    done = done_view()
    forced = replace(done, deploy=replace(done.deploy, forced=PAST))
    assert f":rotating_light: *Forced* past {PAST}" in said(deploy_message(forced, NOW).blocks)
    assert forced_message(forced.deploy).text == (
        f":rotating_light: <@U0ANA> forced Deploy 41 · shop 1.4.2 → production past {PAST}"
    )
    assert "Forced" not in said(deploy_message(done, NOW).blocks)


def test_the_reason_of_force_is_shown_and_does_not_act() -> None:
    done = done_view()
    forced = replace(done, deploy=replace(done.deploy, forced=HOSTILE))
    for message in (deploy_message(forced, NOW), forced_message(forced.deploy)):
        assert "<!channel>" not in message.text + said(message.blocks)
        assert problems(message) == []
