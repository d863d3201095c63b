"""A canary beside the old release on real hosts: a good one is promoted on the evidence, a slow one stopped by it."""

from typing import Any

import pytest
import yaml

from bot.sandbox.demo_site import CANARY
from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually


@pytest.fixture(scope="module")
def compared(line: World) -> World:
    """1.0.0 stands; what comes next is the demo's canary."""
    line.deploy("1.0.0", user="cid")
    before = loaded(line)
    line.change_fleet(strategy=CANARY)
    eventually(lambda: loaded(line) > before, timeout=LONG)
    return line


def loaded(line: World) -> int:
    """How often the bot took over a fleet file."""
    return line.layout.bot_log.read_text().count("fleet file loaded")


def begun(line: World, ref: str) -> int:
    """The place of the new deploy's message."""
    before = len(line.posts("deploys"))
    line.slack.command("ana", "/deploy", f"shop@{ref} to production")
    eventually(lambda: len(line.posts("deploys")) > before, timeout=LONG)
    return before


def saying(line: World, place: int, part: str) -> dict[str, Any]:
    """The message once it says so."""

    def says() -> dict[str, Any] | None:
        post = line.posts("deploys")[place]
        return post if part in words(post) else None

    found = eventually(says, timeout=LONG)
    assert found is not None
    return found


@pytest.mark.timeout(240)
def test_a_good_canary_is_promoted_on_the_evidence_though_the_bot_was_killed_while_it_watched(compared: World) -> None:
    place = begun(compared, "1.1.0")
    saying(compared, place, " s left")
    compared.bot.kill()
    compared.begin()
    post = saying(compared, place, "deploy.promote")
    assert "errors 0 % vs 0 % (n " in words(post)
    assert "mean " in words(post)
    assert compared.releases() == ["1.1.0", "1.0.0", "1.0.0", "1.0.0"]
    asked = [one for one in compared.thread("deploys", post["ts"]) if "waits for approval" in one["text"]]
    assert len(asked) == 1
    assert "Watching 25 s" in words(asked[0])
    assert compared.slack.click("lea", post, "deploy.promote").error is None
    assert "done on 4 hosts" in compared.ended(place)


@pytest.mark.timeout(240)
def test_a_release_that_is_healthy_but_slow_is_stopped_and_goes_back(compared: World) -> None:
    line = compared.ended(begun(compared, "1.4.0"))
    assert "failed at Watching 25 s: the canary is slower · errors 0 % vs 0 %" in line
    assert "rolled back to 1.1.0 on 1 host" in line
    assert compared.releases() == ["1.1.0"] * 4


def test_the_demos_canary_is_one_that_the_fleet_file_takes(compared: World) -> None:
    fleet = yaml.safe_load(compared.layout.fleet_file.read_text())
    assert fleet["services"]["shop"]["environments"]["production"]["strategy"] == CANARY
