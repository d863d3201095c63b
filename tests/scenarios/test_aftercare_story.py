"""A deploy that is done goes down a little later: the bot brings back what stood before, also when it is killed."""

from typing import Any

import pytest

from tests.scenarios.test_outage_story import CHECK
from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually


@pytest.fixture(scope="module")
def checked(line: World) -> World:
    """1.0.0 stands on four hosts; each is asked every second, and a deploy is watched for a minute."""
    line.stands("1.0.0")
    strategy = {"kind": "rolling", "batches": ["50%", "100%"], "bake": "1m"}
    line.change_fleet(checks=[{**CHECK, "action": "rollback"}], strategy=strategy)
    eventually(lambda: "not asked yet" not in line.answer("cid", "/status", "shop"), timeout=LONG)
    return line


def post_of(line: World, start: str) -> dict[str, Any]:
    """The channel's message that begins so, once there is one."""
    found = eventually(lambda: [one for one in line.posts("deploys") if one["text"].startswith(start)], timeout=LONG)
    return found[-1]


@pytest.mark.timeout(240)
def test_what_goes_down_after_it_was_done_goes_back_by_itself_also_when_the_bot_is_killed(checked: World) -> None:
    assert "done on 4 hosts" in checked.deploy("1.1.0")
    post = post_of(checked, "✓ Deploy 2 ")
    assert "Watching shop's checks until" in words(post)
    checked.machines.act("web2", "stop")
    eventually(lambda: len(checked.thread("deploys", post["ts"])) > 1, timeout=LONG)
    checked.bot.kill()
    checked.begin()
    undone = post_of(
        checked, "↩ Deploy 2 · shop 1.1.0 → production done on 4 hosts, then went down · rolled back to 1.0.0"
    )
    assert undone["ts"] == post["ts"]
    back = post_of(checked, "✓ Rollback 3 · shop 1.0.0 → production done on 4 hosts · locked")
    assert "By itself, because of deploy 2" in words(back)
    assert checked.releases() == ["1.0.0"] * 4
    assert checked.apps() == ["running"] * 4
    plan, reply = checked.thread("deploys", post["ts"])
    assert plan["text"].startswith("The plan of deploy 2")
    assert reply["text"].startswith(f"<@{checked.slack.users['ana']}> shop · production · web2 went DOWN at")
    closed = "rolled back to 1.0.0 by itself"
    eventually(lambda: any(one.startswith("UP") and closed in one for one in checked.texts("alerts")), timeout=LONG)
    _is_locked_until_somebody_unlocks_it(checked)


def _is_locked_until_somebody_unlocks_it(line: World) -> None:
    answer = line.answer("ana", "/deploy", "shop@1.1.0 to production")
    assert "deploy 2 of 1.1.0 went down and was rolled back" in answer
    back = post_of(line, "✓ Rollback 3 ")
    line.slack.click("ana", back, "lock.unlock")
    eventually(lambda: "✓ Rollback 3 · shop 1.0.0 → production done on 4 hosts" in line.texts("deploys"), timeout=LONG)
    assert "is not locked" in line.answer("ana", "/deploy", "unlock shop in production")
