"""An abort in a step, over the true socket and true SSH: people are told how each host is, and choose what follows."""

import time
from typing import Any

import pytest

from bot.sandbox.shop import STEPS
from tests.scenarios.test_approval_story import loaded, place_of, told
from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually

ENDLESS = 'test "$POINTSMAN_HOST" = web1 || sleep 300'


@pytest.fixture(scope="module")
def stepped(line: World) -> World:
    """1.0.0 stands; what comes next goes to web1 first, then to all others."""
    line.stands("1.0.0")
    takes(line, ENDLESS)
    return line


def takes(line: World, test: str) -> None:
    """This is the test step from now on."""
    before = loaded(line)
    line.change_fleet(steps={**STEPS, "test": test}, strategy={"kind": "rolling", "batches": [1, "100%"]})
    eventually(lambda: loaded(line) > before, timeout=LONG)


def newest(line: World, *needles: str) -> dict[str, Any]:
    """The channel's newest message, once it says all of this."""

    def found() -> dict[str, Any] | None:
        post = line.posts("deploys")[-1]
        return post if all(needle in words(post) for needle in needles) else None

    post = eventually(found, timeout=LONG)
    assert post is not None
    return post


def aborted(line: World, ref: str) -> dict[str, Any]:
    """The message of a deploy that ben aborts by its button while the others are tested, once it asks what follows."""
    number = len(line.posts("deploys"))
    line.slack.command("ana", "/deploy", f"shop@{ref} to production")
    eventually(lambda: len(line.posts("deploys")) > number, timeout=LONG)
    post = newest(line, "web2 · test", "deploy.stop")
    begun = time.monotonic()
    assert "is being aborted" in told(line, "ben", post, "deploy.stop")
    found = newest(line, "What now?", "halt.back")
    assert time.monotonic() - begun < 20  # two seconds on the wire, and the rest is this machine's
    return found


def asked(line: World, post: dict[str, Any]) -> list[dict[str, Any]]:
    """What its thread says of the question."""
    return [one for one in line.thread("deploys", post["ts"]) if "What now?" in one["text"]]


def test_the_question_names_every_host_and_the_deploy_goes_on_when_people_say_so(stepped: World) -> None:
    post = aborted(stepped, "1.1.0")
    assert f"*Aborted by <@{stepped.slack.users['ben']}>. What now?*" in words(post)
    assert "*new*: web1 · *unchanged*: web2, web3, web4" in words(post)
    (ping,) = eventually(lambda: asked(stepped, post), timeout=LONG)
    assert f"<@{stepped.slack.users['ana']}>" in ping["text"]
    takes(stepped, STEPS["test"])
    assert f"carried on by <@{stepped.slack.users['ana']}>" in told(stepped, "ana", post, "halt.on")
    assert "done on 4 hosts" in stepped.ended(place_of(stepped, post))
    assert stepped.releases() == ["1.1.0"] * 4
    assert "That is chosen already" in told(stepped, "ben", post, "halt.back")


def test_the_question_survives_the_bot_and_what_changed_goes_back(stepped: World) -> None:
    takes(stepped, ENDLESS)
    post = aborted(stepped, "1.4.0")
    stepped.bot.kill()
    stepped.begin()
    assert "rolled back by" in told(stepped, "ben", post, "halt.back")
    assert "rolled back to 1.1.0 on 1 host" in stepped.ended(place_of(stepped, post))
    assert stepped.releases() == ["1.1.0"] * 4
    assert len(asked(stepped, post)) == 1
    assert "has ended" in stepped.answer("ben", "/deploy", f"abort {words(post).split('Deploy ')[1].split()[0]}")
