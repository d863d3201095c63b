"""/deploy history and a deploy's details, asked for and clicked through by a person."""

from typing import Any

import pytest

from bot.model import DeployState, Step
from tests.building import NOW, a_plan, said
from tests.handlers.front import Front
from tests.waiting import eventually


def past(front: Front, many: int) -> None:
    for number in range(many):
        deploy = front.line.journal.deploys.begin(a_plan(ref=f"1.{number}"), "U0ANA", NOW)
        assert deploy is not None
        front.line.journal.deploys.finish(deploy.id, DeployState.SUCCEEDED, "", NOW)


def first_line(front: Front, user: str) -> str:
    return str(front.private(user)[-1]["text"])


def test_its_pages_take_the_place_of_each_other(front: Front) -> None:
    past(front, 23)
    front.answer("ana", "history shop")
    walked = []
    for button in ("older", "older", "newer", "newer"):
        before = first_line(front, "ana")
        assert front.server.click("ana", front.private("ana")[-1], f"history.{button}").error is None
        eventually(lambda before=before: first_line(front, "ana") != before)  # type: ignore[misc]
        walked.append(first_line(front, "ana").removeprefix("Deploys of shop: "))
    assert walked == [f"{page} of 23, newest first" for page in ("11–20", "21–23", "11–20", "1–10")]
    assert len(front.private("ana")) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("history shop", "There is no deploy of shop yet."),
        ("history shop in production", "There is no deploy of shop to production yet."),
        ("history shpo", "There is no service `shpo`. Did you mean `shop`?"),
        ("history shop in prodution", "`shop` does not run in `prodution`."),
        ("history 41", "There is no deploy `41`."),
        ("history 99999999999999999999", "There is no service"),
    ],
)
def test_what_there_is_not_is_said(front: Front, text: str, line: str) -> None:
    assert front.answer("ana", text)["text"].startswith(line)


def test_a_page_from_a_button_that_is_not_ours_is_answered(front: Front) -> None:
    past(front, 11)
    message = front.answer("ana", "history shop")
    assert front.server.click("ana", message, "history.older", value="nonsense").error is None
    eventually(lambda: "there is no such page" in first_line(front, "ana"))


@pytest.fixture
def failed(front: Front) -> Front:
    """1.4.1 stands; 1.5.0 failed a test on its first host."""
    front.line.deploy("1.4.1")
    front.line.backend.fail("web1", Step.TEST, tail="AssertionError: 3 != 4")
    front.line.deploy("1.5.0")
    return front


def shown(view: dict[str, Any]) -> str:
    return said(view["blocks"])


def test_a_number_opens_the_deploy_closely(failed: Front) -> None:
    assert failed.server.command("ben", "/deploy", "history 2").error is None
    told = shown(failed.modal("ben"))
    assert "AssertionError: 3 != 4" in told
    assert "*web1* at test" in told
    assert "fetch" in told


def test_the_menu_of_a_page_opens_the_deploy_that_is_chosen(failed: Front) -> None:
    message = failed.answer("ben", "history shop")
    assert failed.server.click("ben", message, "history.details", selected="1").error is None
    view = failed.modal("ben")
    assert view["title"]["text"] == "Deploy 1"
    assert "done on 4 hosts" in shown(view)


def test_a_running_deploy_can_be_looked_at_again_in_the_same_modal(front: Front) -> None:
    gate = front.line.backend.hang("web1", Step.FETCH)
    deploy = front.line.begin("1.4.1")
    eventually(lambda: front.line.journal.steps.of(deploy.id))
    front.server.command("lea", "/deploy", f"history {deploy.id}")
    view = front.modal("lea")
    assert "so far" in shown(view)
    gate.set()
    front.line.ended(deploy.id)
    assert front.server.click("lea", view, "deploy.details.refresh").error is None
    eventually(lambda: "done on 4 hosts" in shown(front.modal("lea")))
    assert [one["id"] for one in front.server.modals("lea")] == [view["id"]]
