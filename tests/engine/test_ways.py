"""What of an outage leaves by other ways than Slack: pages at once, the rest when Slack is away, each with its end."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.ways import Ways
from bot.errors import StateError
from bot.model import Content, Severity
from bot.state.dispatches import Dispatches
from tests.engine.watching import World, fleet_with

WAYS: dict[str, set[str]] = {"mailto": set(), "ntfy": {"page"}, "json": {"warn"}, "sms": {"leads"}}
HELLO = Content("*Hello*\nworld")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db", ways=WAYS)
    world.settle()
    yield world
    world.close()


def going(world: World) -> list[tuple[str, str, str]]:
    """(key, way, first word) of all that was written, oldest first."""
    with world.db.reading() as db:
        rows = db.query("SELECT key, way, title FROM dispatches ORDER BY id")
        return [(row["key"], row["way"], row["title"].split(" · ")[0]) for row in rows]


def take(world: World) -> None:
    """Everything that is due is on its way."""
    dispatches = Dispatches(world.db)
    for row in dispatches.due(world.clock.now()):
        dispatches.claim(row, world.clock.now())


def outage(world: World) -> None:
    world.fail()
    world.rounds(4)


def test_a_page_leaves_by_the_ways_that_take_pages(world: World) -> None:
    outage(world)
    assert going(world) == [("incident:1", "mailto", "DOWN"), ("incident:1", "ntfy", "DOWN")]


def test_a_warning_leaves_only_by_a_way_that_says_so(world: World) -> None:
    world.fleet = fleet_with({"severity": "warn"})
    outage(world)
    assert going(world) == [("incident:1", "json", "DOWN")]


def test_the_end_follows_what_has_left(world: World) -> None:
    outage(world)
    world.run(10)
    take(world)
    world.mend()
    world.rounds(4)
    assert going(world)[2:] == [("incident:1:up", "mailto", "UP"), ("incident:1:up", "ntfy", "UP")]


def test_what_is_over_before_it_left_is_one_message_that_says_both(world: World) -> None:
    outage(world)
    world.mend()
    world.rounds(4)
    assert going(world) == [("incident:1", "mailto", "UP"), ("incident:1", "ntfy", "UP")]


def test_an_edit_of_an_old_alert_tells_a_new_way_nothing(world: World) -> None:
    world.ways = Ways(world.db)
    world.watch(lambda _target, _first: world.change)
    outage(world)
    world.mend()
    world.rounds(4)
    world.ways = Ways(world.db, WAYS)
    world.watch(lambda _target, _first: world.change)
    world.monitor.annotate(1, "restarted by hand", world.clock.now())
    assert going(world) == []


def test_several_that_go_down_together_leave_as_one(tmp_path: Path) -> None:
    checks = ({"severity": "warn"}, {"name": "deep", "http": "https://shop.example.com/deep"})
    world = World(tmp_path / "two.db", fleet_with(*checks, alerts={"group_wait": "30s"}), ways=WAYS)
    world.settle()
    outage(world)
    assert [(key, way) for key, way, _ in going(world)] == [
        ("incident:1", "json"),
        ("incident:1", "mailto"),
        ("incident:1", "ntfy"),
    ]
    with world.db.reading() as db:
        (title,) = {row["title"] for row in db.query("SELECT title FROM dispatches WHERE way = 'mailto'")}
    assert title.startswith("DOWN · 2 checks · shop · production")
    world.close()


def test_a_silence_keeps_it_back_here_too(world: World) -> None:
    now = world.clock.now()
    world.silence(now + timedelta(hours=1))
    outage(world)
    assert going(world) == []


@pytest.mark.parametrize(
    ("names", "ways"),
    [(["leads"], ["sms"]), (["mailto"], ["mailto"]), (["page", "sms"], ["ntfy", "sms"]), (["nobody"], [])],
)
def test_a_call_goes_to_whom_it_names(world: World, names: list[str], ways: list[str]) -> None:
    assert world.ways.call("escalation:1:1", HELLO, world.clock.now(), names) == len(ways)
    assert world.ways.call("escalation:1:1", HELLO, world.clock.now(), names) == 0
    assert [way for _, way, _ in going(world)] == ways


def test_the_names_that_can_be_called_are_known(world: World) -> None:
    assert world.ways.names() == {"mailto", "ntfy", "json", "sms", "page", "warn", "leads"}


def test_what_is_told_is_undone_with_its_transaction(world: World) -> None:
    def told() -> None:
        with world.db.transaction():
            assert world.ways.tell("blind:1", HELLO, world.clock.now()) == 2
            raise StateError("undone")

    with pytest.raises(StateError):
        told()
    assert going(world) == []


def test_without_any_way_nothing_is_written(world: World) -> None:
    alone = Ways(world.db)
    assert alone.tell("blind:1", HELLO, world.clock.now(), Severity.PAGE, away=True) == 0
    alone.reword("blind:1", HELLO)
    assert alone.follow("blind:1", "blind:1:up", HELLO, world.clock.now()) == 0


def test_commands_are_called_as_in_this_workspace(world: World) -> None:
    ways = Ways(world.db, {"mailto": ()}, "acme-")
    ways.tell("x", Content("type /status ack 1"), world.clock.now())
    assert Dispatches(world.db).due(world.clock.now())[0].letter.body == "type /acme-status ack 1"


def test_the_recipients_of_an_entry_are_called_by_its_name_and_told_by_its_words(world: World) -> None:
    ways = Ways(world.db, {"mailto/a@x.org": {"leads"}, "mailto/b@x.org": {"leads"}, "ntfy": set()})
    now = world.clock.now()
    with world.db.transaction():
        assert ways.call("x", HELLO, now, ["mailto"]) == 2
        assert ways.call("y", HELLO, now, ["leads"]) == 2
        assert ways.call("z", HELLO, now, ["a@x.org", "mailto/a@x.org"]) == 0
        assert ways.tell("w", HELLO, now) == 1
    assert ways.names() == {"mailto", "leads", "ntfy"}
