"""When the bot itself cannot see it says so once, calls nothing down, and tells what is really down afterwards."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.monitor import Monitor
from bot.errors import SlackAway
from bot.model import Health, Probe, Target
from bot.questions import Ask
from bot.rolls import Span
from bot.state.blindness import Blindnesses
from bot.state.dispatches import Dispatches
from bot.state.rolls import Rolls
from tests.engine.channel import Line
from tests.engine.watching import BAD, EVERY, GOOD, World
from tests.engine.wide import numbers, urls, wide

CUT = Probe(False, 1.0, None, "no answer within 1 s")
REFERENCES = ("https://one.example/", "https://two.example/")
Open = Callable[..., Line]


@pytest.fixture
def open_line(tmp_path: Path) -> Iterator[Open]:
    opened: list[Line] = []

    def open_line(services: int, hosts: int = 1, down_after: int = 3) -> Line:
        opened.append(Line(tmp_path / f"{len(opened)}.db", wide(services, hosts, down_after)))
        return opened[-1]

    yield open_line
    for line in opened:
        line.world.close()


def heads(line: Line) -> list[str]:
    """The first lines without their moments."""
    return [text.split(" · ")[0] for text in (post.text for post in line.channel.posts.values())]


def break_for_good(world: World, *services: int) -> None:
    for url in urls(services):
        world.targets.probes[url] = BAD


def until(line: Line, seen: Callable[[], bool]) -> None:
    """So soon that failures in a row would still count as that."""
    for _ in range(6 * EVERY):
        if seen():
            return
        line.seconds(1)
    raise AssertionError("it did not come within a minute")


@pytest.mark.parametrize("down_after", [1, 3])
def test_the_networks_end_with_a_thousand_checks_is_one_message_and_no_down(open_line: Open, down_after: int) -> None:
    line = open_line(20, 50, down_after=down_after)
    line.world.fail(CUT)
    line.run(30)
    (post,) = line.channel.posts.values()
    assert post.text.startswith("I CANNOT SEE · since <!date^")
    assert " services and environments fail at once (" in post.text
    line.world.mend()
    line.run(5)
    (post,) = line.channel.posts.values()
    assert post.text.startswith("I CAN SEE AGAIN · could not for 5 min ")
    assert line.world.monitor.open_incidents() == []


def test_what_is_really_down_is_told_when_it_sees_again(open_line: Open) -> None:
    line = open_line(6)
    line.world.fail(CUT)
    line.run(10)
    break_for_good(line.world, 2)
    line.world.mend()
    line.run(6)
    assert heads(line) == ["I CAN SEE AGAIN", "DOWN"]
    (found,) = line.world.monitor.open_incidents()
    assert found.incident.target == Target("s2", "production")
    assert found.incident.cause == BAD.cause


def test_failures_from_before_it_found_out_do_not_count_afterwards(open_line: Open) -> None:
    line = open_line(6)
    blindnesses = Blindnesses(line.world.db)
    line.world.fail(CUT)
    until(line, lambda: blindnesses.standing() is not None)
    break_for_good(line.world, 2)
    line.world.mend()
    until(line, lambda: blindnesses.standing() is None)
    saw_again = line.world.clock.now()
    line.run(3)
    (found,) = line.world.monitor.open_incidents()
    assert found.incident.started_at > saw_again - timedelta(seconds=EVERY)


def test_what_was_down_before_stays_down_and_comes_up_once(open_line: Open) -> None:
    line = open_line(6)
    break_for_good(line.world, 2)
    line.run(5)
    line.world.fail(CUT)
    line.run(10)
    assert heads(line) == ["DOWN", "I CANNOT SEE"]
    line.world.targets.probes.clear()
    line.world.mend()
    line.run(6)
    assert heads(line) == ["UP", "I CAN SEE AGAIN", "UP"]


@pytest.mark.parametrize(("services", "hosts"), [(1, 1), (1, 50), (2, 1)])
def test_a_small_fleet_goes_down_as_always(open_line: Open, services: int, hosts: int) -> None:
    line = open_line(services, hosts)
    line.world.fail()
    line.run(6)
    assert set(heads(line)) == {"DOWN", f"{hosts} checks: {hosts} down, 0 no longer"} - {
        "1 checks: 1 down, 0 no longer"
    }
    assert len(line.world.monitor.open_incidents()) == services * hosts


def test_many_services_on_one_machine_go_down_with_it(tmp_path: Path) -> None:
    world = World(tmp_path / "shared.db", wide(8, shared=True))
    world.settle()
    world.fail()
    world.rounds(6)
    assert len(world.monitor.open_incidents()) == 8
    assert Blindnesses(world.db).standing() is None
    world.close()


def test_a_restart_in_mid_blindness_neither_repeats_nor_loses_it(open_line: Open) -> None:
    line = open_line(6)
    line.world.fail(CUT)
    line.run(5)
    line.restart()
    line.run(10)
    assert heads(line) == ["I CANNOT SEE"]
    line.restart()
    line.world.mend()
    line.run(3)
    assert heads(line) == ["I CAN SEE AGAIN"]


def test_a_restart_just_before_it_finds_out_invents_no_down(open_line: Open) -> None:
    line = open_line(6)
    line.world.fail(CUT)
    line.seconds(2 * EVERY)
    line.restart()
    line.run(5)
    assert heads(line) == ["I CANNOT SEE"]


def test_without_slack_it_is_one_closed_message_afterwards(open_line: Open) -> None:
    line = open_line(6)
    line.world.fail(CUT)
    line.channel.fault = SlackAway("no route")
    line.run(20)
    assert line.channel.posts == {}
    line.world.mend()
    line.channel.fault = None
    line.run(6)
    assert heads(line) == ["I CAN SEE AGAIN"]


def test_failures_while_blind_are_no_part_of_the_history(open_line: Open) -> None:
    line = open_line(6)
    line.world.fail(CUT)
    line.run(60)
    found = Rolls(line.world.db).read(["s1/production/http/s1-h1"], Span.MINUTE, 0, 10**9)
    failures = sum(roll.failures for rolls in found.values() for roll in rolls)
    assert 1 <= failures <= 3  # those before it found out
    assert line.world.monitor.overview(Target("s1", "production")).health is Health.UP


def watched(tmp_path: Path, references: tuple[str, ...] = REFERENCES) -> World:
    world = World(tmp_path / "references.db", wide(2))
    world.monitor = Monitor(
        world.db,
        world.outbox,
        world.targets,
        lambda: world.fleet,
        lambda _target, _moment: None,
        world.clock,
        references=references,
    )
    world.settle()
    return world


def test_reference_targets_that_all_fail_make_it_blind_in_a_fleet_of_any_size(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.fail(CUT)
    world.rounds(10)
    (text,) = world.first_lines().values()
    assert text.startswith("I CANNOT SEE · since ")
    assert text.endswith("none of the reference targets answers: one.example, two.example")
    world.mend()
    world.rounds(4)
    assert world.states() == ["I CAN SEE AGAIN"]
    world.close()


def test_one_reference_target_that_answers_shows_that_the_bot_sees(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.targets.probes[REFERENCES[0]] = Probe(True, 0.01, 200)
    world.fail()
    world.rounds(6)
    assert world.states() == ["DOWN", "DOWN"]
    world.close()


def test_reference_targets_are_asked_every_ten_seconds_and_may_answer_anything(tmp_path: Path) -> None:
    world = watched(tmp_path)
    asked = [ask for tag, ask in world.targets.asked if tag.startswith("reference:")]
    assert len(asked) == 3 * len(REFERENCES)
    assert {ask.url for ask in asked if isinstance(ask, Ask)} == set(REFERENCES)
    assert all(isinstance(ask, Ask) and ask.statuses >= {200, 301, 404, 503} for ask in asked)
    world.close()


def test_it_leaves_by_the_other_ways_too_and_its_end_follows(tmp_path: Path) -> None:
    world = World(tmp_path / "ways.db", wide(6), ways={"mailto": set()})
    world.settle()
    world.fail(CUT)
    world.rounds(5)
    dispatches = Dispatches(world.db)
    (row,) = dispatches.due(world.clock.now())
    assert row.letter.title.startswith("I CANNOT SEE")
    dispatches.claim(row, world.clock.now())
    dispatches.sent(row, world.clock.now())
    world.mend()
    world.rounds(4)
    (end,) = dispatches.due(world.clock.now())
    assert end.letter.title.startswith("I CAN SEE AGAIN")
    world.close()


def test_a_fleet_file_without_checks_ends_the_blindness(open_line: Open) -> None:
    line = open_line(6)
    line.world.fail(CUT)
    line.run(5)
    line.world.fleet = wide(1)
    line.world.targets.probes[urls([1])[0]] = GOOD
    line.run(3)
    assert heads(line) == ["I CAN SEE AGAIN"]


def test_the_first_failures_moment_is_told(open_line: Open) -> None:
    line = open_line(6)
    begun = line.world.clock.now()
    line.world.fail(CUT)
    line.run(5)
    blind = Blindnesses(line.world.db).standing()
    assert blind is not None
    assert timedelta() <= blind.since - begun <= timedelta(seconds=EVERY + 1)


def test_each_service_is_counted(open_line: Open) -> None:
    line = open_line(6)
    line.world.fail(CUT)
    for number in numbers(1):
        line.world.targets.probes[urls([number])[0]] = GOOD
    line.run(5)
    (post,) = line.channel.posts.values()
    assert post.text.endswith("5 of 6 services and environments fail at once (5 checks)")
