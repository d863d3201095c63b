"""A canary that people promote or abort, over the true socket and true SSH; also while the bot is killed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml

from tests.scenarios.world import LONG, Line, World, words
from tests.waiting import eventually

STRATEGY = {"kind": "canary", "batches": [1, "50%", "100%"], "bake": "2s", "approve": True}


@pytest.fixture(scope="module")
def canary(line: World) -> World:
    """1.0.0 stands; what comes next is a canary that a lead promotes, never who asked for it."""
    line.deploy("1.0.0", user="cid")
    fleet = yaml.safe_load(line.layout.fleet_file.read_text())
    fleet["access"]["production"].update(approve=["@leads"], four_eyes=True)
    fleet["services"]["shop"]["environments"]["production"]["strategy"] = STRATEGY
    before = loaded(line)
    line.write_fleet(yaml.safe_dump(fleet))
    eventually(lambda: loaded(line) > before, timeout=LONG)
    return line


def loaded(line: Line) -> int:
    """How often the bot took over a fleet file."""
    return line.layout.bot_log.read_text().count("fleet file loaded")


def asking(line: Line, ref: str, user: str = "ana") -> dict[str, Any]:
    """The deploy's message once it has its buttons."""
    before = len(line.posts("deploys"))
    line.slack.command(user, "/deploy", f"shop@{ref} to production")

    def asks() -> dict[str, Any] | None:
        fresh = line.posts("deploys")[before:]
        return next((post for post in fresh if "deploy.promote" in words(post)), None)

    found = eventually(asks, timeout=LONG)
    assert found is not None
    return found


def told(line: Line, user: str, post: dict[str, Any], action: str = "deploy.promote") -> str:
    """What a click is answered."""
    before = len(line.private(user, "deploys"))
    assert line.slack.click(user, post, action).error is None
    return str(eventually(lambda: line.private(user, "deploys")[before:], timeout=LONG)[0]["text"])


def home(line: Line, user: str) -> str:
    """Their App Home, once it is there."""
    line.slack.open_home(user)
    return str(eventually(lambda: line.slack.home(user), timeout=LONG))


def place_of(line: Line, post: dict[str, Any]) -> int:
    return [one["ts"] for one in line.posts("deploys")].index(post["ts"])


def test_a_lead_promotes_it_also_after_the_bot_was_killed_while_it_waited(canary: World) -> None:
    post = asking(canary, "1.1.0")
    assert canary.releases() == ["1.1.0", "1.0.0", "1.0.0", "1.0.0"]
    assert "You may not approve" in told(canary, "ben", post)
    canary.bot.kill()
    canary.begin()
    assert told(canary, "lea", post).endswith("goes on.")
    assert "done on 4 hosts" in canary.ended(place_of(canary, post))
    assert canary.releases() == ["1.1.0"] * 4
    assert "decided already" in told(canary, "lea", post)
    assert len([one for one in canary.thread("deploys", post["ts"]) if "waits for approval" in one["text"]]) == 1


def test_the_question_stands_first_on_a_leads_app_home_and_on_nobody_elses(canary: World) -> None:
    post = asking(canary, "1.0.0")
    assert "promote or abort it in #deploys" in home(canary, "lea")
    assert "Nothing waits for you" in home(canary, "ana")
    told(canary, "lea", post, "deploy.abort")
    canary.ended(place_of(canary, post))


def test_nobody_promotes_what_they_asked_for_themselves(canary: World) -> None:
    post = asking(canary, "1.0.0", user="lea")
    assert "wants four eyes" in told(canary, "lea", post)
    assert "is aborted" in told(canary, "lea", post, "deploy.abort")
    line = canary.ended(place_of(canary, post))
    assert f"failed at Approval: aborted by <@{canary.slack.users['lea']}>" in line
    assert line.endswith("rolled back to 1.1.0 on 1 host")
    assert canary.releases() == ["1.1.0"] * 4


def test_of_two_clicks_at_once_one_counts_and_both_are_answered(canary: World) -> None:
    post = asking(canary, "1.0.0")
    before = len(canary.private("lea", "deploys"))
    with ThreadPoolExecutor(2) as pool:
        clicks = [pool.submit(canary.slack.click, "lea", post, "deploy.promote") for _ in range(2)]
        assert [click.result().error for click in clicks] == [None, None]
    answers = eventually(lambda: found if len(found := canary.private("lea", "deploys")[before:]) == 2 else None)
    assert answers is not None
    assert sorted("goes on" in answer["text"] for answer in answers) == [False, True]
    assert "done on 4 hosts" in canary.ended(place_of(canary, post))
