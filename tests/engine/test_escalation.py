"""What nobody acknowledges goes further: step by step, each once, and wherever it went its end is told too."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.state.database import Database
from tests.engine.test_ways import going, take
from tests.engine.watching import World, fleet_with

STEPS: list[dict[str, Any]] = [
    {"after": "10m", "notify": "@shop-team"},
    {"after": "30m", "channel": "#major"},
    {"after": "1h", "way": "leads"},
]
MENTION, COPY, COPIED, MAILED = (
    "incident:1:escalation:1",
    "incident:1:copy:2",
    "incident:1:escalation:2",
    "incident:1:escalation:3",
)


def start(path: Path, ways: dict[str, set[str]] | None = None, *steps: dict[str, Any]) -> World:
    fleet = fleet_with(alerts={"group_wait": "0s", "escalate": list(steps or STEPS)})
    ways = {"sms": {"leads"}} if ways is None else ways
    return World(path, fleet, lambda path: Database(path, busy_timeout=5.0), ways)


def break_down(world: World) -> None:
    world.settle()
    world.fail()
    world.rounds(4)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """In the middle of an outage that Slack has heard of."""
    world = start(tmp_path / "state.db")
    break_down(world)
    world.deliver()
    yield world
    world.close()


def wait(world: World, minutes: float) -> None:
    """A sweep each minute or sooner, and Slack takes everything."""
    end = world.clock.now() + timedelta(minutes=minutes)
    while world.clock.now() < end:
        world.clock.sleep(min(timedelta(minutes=1), end - world.clock.now()))
        world.vigil.sweep()
    world.deliver()


def more(world: World) -> list[str]:
    """What was put beside the alert itself."""
    return [key for key in world.messages() if key != "incident:1"]


def row(world: World, key: str) -> tuple[str, str | None]:
    """(channel, thread)"""
    with world.db.reading() as db:
        found = next(db.query("SELECT channel, thread FROM outbox WHERE key = ?", [key]))
        return found["channel"], found["thread"]


def test_each_step_comes_at_its_time_and_once(world: World) -> None:
    wait(world, 9)
    assert more(world) == []
    wait(world, 1)
    assert more(world) == [MENTION]
    wait(world, 20)
    assert more(world) == [MENTION, COPIED, COPY]
    assert going(world) == []
    wait(world, 30)
    assert more(world) == [MENTION, COPIED, COPY, MAILED]
    assert going(world) == [("escalation:3", "sms", "DOWN")]
    wait(world, 180)
    assert (len(more(world)), len(going(world))) == (4, 1)


def test_a_mention_comes_in_the_thread_and_says_how_to_take_it(world: World) -> None:
    wait(world, 10)
    assert row(world, MENTION) == ("#alerts", "incident:1")
    text = world.first_lines()[MENTION]
    assert text.startswith("STILL DOWN · shop · production · for 10 min")
    assert text.endswith("nobody has acknowledged it · <!subteam^S0SHOP>")
    assert world.says(MENTION, "`/status ack 1`")


def test_a_copy_stands_in_its_own_channel_with_all_that_the_alert_says(world: World) -> None:
    wait(world, 30)
    assert row(world, COPY) == ("#major", None)
    assert world.first_lines()[COPY] == world.first_lines()["incident:1"]
    assert '"incident.acknowledge"' in world.blocks(COPY)
    assert "nobody in #alerts had acknowledged it by" in world.blocks(COPY)
    assert row(world, COPIED) == ("#alerts", "incident:1")
    assert "told in #major too" in world.first_lines()[COPIED]


def test_once_acknowledged_nobody_else_is_told_and_the_copy_says_who_has_it(world: World) -> None:
    wait(world, 30)
    world.vigil.acknowledge("U0ANA", "1")
    assert "acknowledged by <@U0ANA> after " in world.blocks(COPY)
    assert '"incident.acknowledge"' not in world.blocks(COPY)
    wait(world, 60)
    assert MAILED not in more(world)
    assert going(world) == []


def test_once_it_is_over_nobody_else_is_told(world: World) -> None:
    wait(world, 10)
    world.mend()
    world.rounds(4)
    wait(world, 120)
    assert more(world) == [MENTION, "incident:1:up"]


def test_a_copy_says_how_it_ends_in_its_own_thread(world: World) -> None:
    wait(world, 30)
    world.mend()
    world.rounds(4)
    assert world.first_lines()[COPY].startswith("UP · shop · production · was down")
    assert row(world, f"{COPY}:up") == ("#major", COPY)
    assert world.first_lines()[f"{COPY}:up"] == world.first_lines()["incident:1:up"]


def test_a_copy_that_is_not_in_slack_yet_goes_out_closed_and_says_it_once(world: World) -> None:
    world.clock.sleep(timedelta(minutes=30))
    world.vigil.sweep()
    world.mend()
    world.rounds(4)
    assert world.first_lines()[COPY].startswith("UP · ")
    world.deliver()
    world.monitor.annotate(1, "restarted by hand", world.clock.now())
    assert f"{COPY}:up" not in world.messages()
    assert "restarted by hand" in world.first_lines()[COPY]


def test_what_went_another_way_says_there_how_it_ends(world: World) -> None:
    wait(world, 60)
    take(world)
    world.mend()
    world.rounds(4)
    assert going(world) == [("escalation:3", "sms", "DOWN"), ("escalation:3:up", "sms", "UP")]


def test_what_is_over_before_it_left_is_one_letter_that_says_both(world: World) -> None:
    wait(world, 60)
    world.mend()
    world.rounds(4)
    assert going(world) == [("escalation:3", "sms", "UP")]


def test_a_way_that_is_not_there_is_told_in_the_thread(tmp_path: Path) -> None:
    world = start(tmp_path / "none.db", {"mailto": {"page"}}, {"after": "10m", "way": "leads"})
    break_down(world)
    world.deliver()
    wait(world, 11)
    assert world.first_lines()[MENTION].startswith(
        "Not escalated · shop · production · NOTIFY_URLS has no way called leads"
    )
    assert [key for key, _, _ in going(world)] == ["incident:1"]
    world.close()


def test_what_slack_has_not_heard_of_is_not_passed_on_there_but_leaves_by_other_ways(tmp_path: Path) -> None:
    world = start(tmp_path / "away.db")
    break_down(world)
    world.clock.sleep(timedelta(hours=2))
    world.vigil.sweep()
    assert going(world) == [("escalation:1", "sms", "DOWN")]
    assert [key for key in more(world) if "copy" in key or key.endswith("escalation:2")] == []
    world.deliver()
    world.vigil.sweep()
    assert sorted(key for key in more(world) if "copy" in key) == ["incident:1:copy:3"]
    assert len(going(world)) == 1
    world.close()


def test_a_silence_holds_the_steps_back_until_it_ends(world: World) -> None:
    world.silence(world.clock.now() + timedelta(hours=2))
    wait(world, 119)
    assert more(world) == []
    wait(world, 2)
    assert more(world) == [MENTION, COPIED, COPY, MAILED]


def test_a_kill_between_two_looks_neither_repeats_nor_loses_a_step(world: World) -> None:
    wait(world, 10)
    world.restart()
    world.vigil.sweep()
    assert more(world) == [MENTION]
    world.clock.sleep(timedelta(hours=3))  # nobody was there
    world.restart()
    world.vigil.sweep()
    world.vigil.sweep()
    assert more(world) == [MENTION, COPIED, COPY, MAILED]
    assert len(going(world)) == 1


def test_of_four_that_look_at_once_one_takes_each_step(world: World) -> None:
    world.clock.sleep(timedelta(hours=2))
    barrier = threading.Barrier(4)

    def look() -> None:
        barrier.wait()
        world.vigil.sweep()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert more(world) == [MENTION, COPIED, COPY, MAILED]
    assert len(going(world)) == 1


def test_editing_the_file_in_the_middle_repeats_nothing(world: World) -> None:
    wait(world, 30)
    later = [{**STEPS[1], "after": "45m"}, {**STEPS[0], "after": "40m"}]
    world.fleet = fleet_with(alerts={"escalate": later})
    wait(world, 60)
    assert more(world) == [MENTION, COPIED, COPY]


def test_the_steps_of_one_transaction_are_undone_together(world: World) -> None:
    with world.db.transaction() as db:
        db.execute("CREATE TRIGGER broken BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no'); END")
    world.clock.sleep(timedelta(minutes=10))
    with pytest.raises(Exception, match="no"):
        world.vigil.sweep()
    with world.db.transaction() as db:
        db.execute("DROP TRIGGER broken")
    world.vigil.sweep()
    assert more(world) == [MENTION]
