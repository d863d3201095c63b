"""The bot's own form, history and details on the page, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from bot.model import DeployState
from tests.browser.window import Window
from tests.building import NOW, a_plan, release
from tests.handlers.front import Front, front_on
from tests.waiting import eventually


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    with front_on(tmp_path) as made:
        yield made


@pytest.fixture
def desk(driver: webdriver.Chrome, front: Front) -> Iterator[Window]:
    """#deploys as ana, with the bot behind it."""
    seen = Window(driver, front.server)
    seen.forget_logs()
    seen.size(1280, 860)
    seen.open("deploys")
    yield seen
    driver.get("about:blank")


def pick(desk: Window, field: str, typed: str, option: str) -> None:
    desk.click(f"dialog [data-action='{field}']")
    desk.type(typed, ".pop-search input")
    desk.click(".pop .option", option)


def test_one_types_into_the_menu_sees_the_plan_and_sends_it(desk: Window, front: Front) -> None:
    desk.say("/deploy")
    desk.one("dialog.modal", "nothing has moved")
    pick(desk, "form.release", "1.4", "1.4.2")
    plan = desk.words(desk.one("dialog.modal", "shop 1.4.2 → production"))
    assert "Batch 3 of 3" in plan
    assert front.line.messages() == {}
    desk.click("dialog [data-submit]")
    assert desk.gone("dialog")
    desk.one(".message", "Deploy 1 · shop 1.4.2 → production has begun")
    assert front.line.ended(1).release == release("1.4.2")
    assert desk.complaints() == []


def test_what_is_in_no_menu_is_taken_as_it_was_typed_and_said_to_be_unknown(desk: Window, front: Front) -> None:
    desk.say("/deploy")
    desk.one("dialog.modal", "nothing has moved")
    pick(desk, "form.release", "nothing/like-this", "use nothing/like-this")
    desk.one("dialog.modal", "No branch, tag or commit is called nothing/like-this")
    desk.click("dialog [data-submit]")
    desk.one(".input-error", "is not shown yet")
    assert front.line.messages() == {}


def test_a_branch_that_moved_is_said_at_its_field_with_the_new_plan_below(desk: Window, front: Front) -> None:
    desk.say("/deploy")
    desk.one("dialog.modal", "nothing has moved")
    pick(desk, "form.release", "mai", "main")
    desk.one("dialog.modal", "shop main → production")
    front.line.source.moved["main"] = release("moved").sha
    desk.click("dialog [data-submit]")
    desk.one(".input-error", f"main is {release('moved').short} by now")
    desk.one("dialog.modal", f"({release('moved').short})")
    desk.click("dialog [data-submit]")
    assert desk.gone("dialog")
    assert front.line.ended(1).release.sha == release("moved").sha


def test_pages_turn_in_place_and_each_deploy_opens(desk: Window, front: Front) -> None:
    for number in range(23):
        deploy = front.line.journal.deploys.begin(a_plan(ref=f"1.{number}"), "U0ANA", NOW)
        assert deploy is not None
        front.line.journal.deploys.finish(deploy.id, DeployState.SUCCEEDED, "", NOW)
    desk.say("/deploy history shop")
    desk.one(".message", "1–10 of 23")
    desk.click("[data-action='history.older']")
    desk.one(".message", "11–20 of 23")
    assert desk.gone(".message", "1–10 of 23")
    desk.click("[data-action='history.details']")
    desk.click(".pop .option", "9 · 1.8")
    desk.one("dialog.modal", "Deploy 9")
    desk.press(Keys.ESCAPE)
    assert desk.gone("dialog")
    eventually(lambda: len(desk.all("[data-action='history.newer']")) == 1)
