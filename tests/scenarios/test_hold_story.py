"""Locks and freezes over the true socket: who is held back is told by whom and until when, and what passes."""

import re
from typing import Any

import pytest
import yaml

from tests.scenarios.test_approval_story import loaded, told
from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually


@pytest.fixture(scope="module")
def held(line: World) -> World:
    """1.1.0 stands over 1.0.0."""
    line.deploy("1.0.0")
    line.deploy("1.1.0")
    return line


def said(line: World, start: str, end: str = "") -> dict[str, Any]:
    """The channel's newest message that begins so, once there is one."""

    def found() -> list[dict[str, Any]]:
        fits = re.compile(f"{re.escape(start)}.*{re.escape(end)}$")
        return [post for post in line.posts("deploys") if fits.match(post["text"])]

    return eventually(found, timeout=LONG)[-1]


def test_a_locked_service_is_deployed_by_its_holder_only(held: World) -> None:
    ana = f"<@{held.slack.users['ana']}>"
    assert "is locked by you" in held.answer("ana", "/deploy", 'lock shop in production "load test" for 2h')
    post = said(held, f":lock: shop in production · locked by {ana}", "load test")
    answer = held.answer("ben", "/deploy", "shop@1.0.0 to production")
    assert f"locked by {ana}" in answer
    assert "load test" in answer
    assert told(held, "ben", held.private("ben", "deploys")[-1], "lock.ask") == (
        f"{ana} is asked, in the thread of the lock's message."
    )
    asked = eventually(lambda: held.thread("deploys", post["ts"]), timeout=LONG)
    assert asked[0]["text"].startswith(f"{ana}: <@{held.slack.users['ben']}> would like to deploy")
    assert "done on 4 hosts" in held.deploy("1.0.0", user="ana")


def test_status_and_the_list_show_the_lock(held: World) -> None:
    assert "🔒 ○ 1.0.0 4/4" in held.answer("lea", "/status")
    assert "load test" in held.answer("lea", "/status", "shop")
    assert "1 lock, 0 frozen environments" in held.answer("lea", "/deploy", "locks")


def test_who_takes_it_over_gives_a_reason_and_the_old_message_says_by_whom(held: World) -> None:
    ben = f"<@{held.slack.users['ben']}>"
    held.answer("ben", "/deploy", 'lock shop in production "customers wait"')
    assert "is locked by you" in told(held, "ben", held.private("ben", "deploys")[-1], "lock.take")
    said(held, f":unlock: shop in production · taken over by {ben}", "load test")
    post = said(held, f":lock: shop in production · locked by {ben}", "customers wait")
    assert "locked by" in told(held, "ana", post, "lock.unlock")  # not hers any more
    assert "is unlocked" in told(held, "ben", post, "lock.unlock")
    said(held, f":unlock: shop in production · unlocked by {ben}", "customers wait")
    assert "done on 4 hosts" in held.deploy("1.1.0", user="ana")


def test_who_waits_in_line_begins_when_the_lock_is_given_back_also_by_another_process(held: World) -> None:
    ana, ben, lea = (f"<@{held.slack.users[name]}>" for name in ("ana", "ben", "lea"))
    held.answer("ana", "/deploy", 'lock shop in production "load test"')
    answer = held.answer("ben", "/deploy", "shop@1.0.0 to production --wait")
    assert f"1st in line for shop in production, behind the lock of {ana} (load test)" in answer
    held.answer("lea", "/deploy", "shop@1.1.0 to production --wait")
    behind = said(held, ":hourglass_flowing_sand: shop@1.1.0 to production waits · 2nd in line", f"asked by {lea}")
    assert "is out of the line" in told(held, "lea", behind, "queue.leave")
    said(held, ":x: shop@1.1.0 to production was taken out of the line by")
    held.bot.kill()
    held.begin()
    assert "is unlocked" in held.answer("ana", "/deploy", "unlock shop in production")
    begun = said(held, ":arrow_forward: shop@1.0.0 to production has begun as deploy", f"asked by {ben}")
    number = re.findall(r"begun as deploy (\d+)", begun["text"])[0]
    said(held, f"✓ Deploy {number} · shop 1.0.0 → production done on 4 hosts")
    (reply,) = eventually(lambda: held.thread("deploys", begun["ts"]), timeout=LONG)
    assert reply["text"].startswith(f"{ben} ")
    assert "has begun as deploy" in told(held, "ben", held.private("ben", "deploys")[-1], "queue.leave")


def test_a_freeze_lets_only_rollbacks_begin_and_what_is_forced(held: World) -> None:
    lea = f"<@{held.slack.users['lea']}>"
    assert "is frozen" in held.answer("lea", "/deploy", 'freeze production "stocktaking"')
    said(held, f":snowflake: production is frozen by {lea}", "stocktaking")
    answer = held.answer("ana", "/deploy", "shop@1.0.0 to production")
    assert f"by {lea}: stocktaking" in answer
    assert "--force" in answer
    held.slack.command("lea", "/deploy", 'shop@1.0.0 to production --force "checkout is down"')
    loud = said(held, ":rotating_light:", "the freeze of production (stocktaking): checkout is down")
    assert f"{lea} forced" in loud["text"]
    number = re.findall(r"Deploy (\d+)", loud["text"])[0]
    forced = said(held, f"✓ Deploy {number} ", "shop 1.0.0 → production done on 4 hosts")
    assert "*Forced* past the freeze" in words(forced)
    assert "is no longer frozen" in held.answer("lea", "/deploy", "unfreeze production")
    said(held, f":sunny: production · unfrozen by {lea}", "stocktaking")


def test_who_may_not_force_is_told_who_may(held: World) -> None:
    before = loaded(held)
    fleet = yaml.safe_load(held.layout.fleet_file.read_text())
    fleet["freezes"] = {"production": ["00:00 - 12:00 UTC", "12:00 - 00:00 UTC"]}
    fleet["access"]["production"]["force"] = ["@leads"]
    held.write_fleet(yaml.safe_dump(fleet))
    eventually(lambda: loaded(held) > before, timeout=LONG)
    assert "by the fleet file:" in held.answer("ana", "/deploy", "shop@1.1.0 to production")
    answer = held.answer("ana", "/deploy", "shop@1.1.0 to production !")
    assert "You may not pass freezes or CI checks of production." in answer
    assert "@leads" in answer
