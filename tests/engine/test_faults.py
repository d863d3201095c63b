"""What people see in the channel, to the letter of each first line, when much goes wrong at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import SlackAway
from tests.engine.channel import Line
from tests.engine.watching import BAD, EVERY, GOOD
from tests.engine.wide import numbers, urls, wide

MANY = 300
TEN_MINUTES = 600 // EVERY


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Line]:
    """One service on 300 hosts, beside others that are well."""
    line = Line(tmp_path / "many.db", wide(4, MANY))
    yield line
    line.world.close()


def heads(line: Line) -> list[str]:
    """First lines without their moments; an answer in a thread begins with `>`."""
    posts = line.channel.posts.values()
    return [("> " if post.thread_ts else "") + post.text.split(" · since ")[0].split(" · were ")[0] for post in posts]


def fall(line: Line) -> None:
    """Five hosts a second, for a minute."""
    everywhere = urls([1], MANY)
    for at in range(0, MANY, 5):
        line.world.targets.probes.update(dict.fromkeys(everywhere[at : at + 5], BAD))
        line.seconds(1)


def test_three_hundred_hosts_down_within_a_minute_are_one_message_each_way(many: Line) -> None:
    fall(many)
    many.run(6)
    assert heads(many) == [
        "DOWN · 300 checks · s1 · production",
        "> 300 checks: 300 down, 0 no longer",
    ]
    many.world.targets.probes.update(dict.fromkeys(urls([1], MANY), GOOD))
    many.run(6)
    assert heads(many) == [
        "UP · 300 checks · s1 · production",
        "> 300 checks: 0 down, 300 no longer",
        "> UP · 300 checks · s1 · production",
    ]


def test_with_slack_away_for_ten_minutes_they_are_one_message_afterwards(many: Line) -> None:
    many.channel.fault = SlackAway("no route")
    fall(many)
    many.run(TEN_MINUTES)
    assert many.channel.posts == {}
    many.channel.fault = None
    many.run(6)
    assert heads(many)[0] == "DOWN · 300 checks · s1 · production"
    assert len([head for head in heads(many) if not head.startswith(">")]) == 1


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "few.db", wide(1))
    yield line
    line.world.close()


def set_all(line: Line, services: int, well: bool) -> None:
    for number in numbers(services):
        line.world.targets.probes.update(dict.fromkeys(urls([number]), GOOD if well else BAD))


def first_words(line: Line) -> list[str]:
    return [head.split(" · ")[0] for head in heads(line)]


def test_settings_that_change_in_mid_outage_neither_repeat_down_nor_lose_up(few: Line) -> None:
    set_all(few, 1, well=False)
    few.run(5)
    few.world.fleet = wide(1, down_after=9)
    few.run(20)
    assert first_words(few) == ["DOWN"]
    set_all(few, 1, well=True)
    few.run(5)
    assert first_words(few) == ["UP", "> UP"]


def test_a_check_that_leaves_in_mid_outage_says_so_once(tmp_path: Path) -> None:
    line = Line(tmp_path / "leaves.db", wide(2))
    line.world.targets.probes.update(dict.fromkeys(urls([2]), BAD))
    line.run(5)
    line.world.fleet = wide(1)
    line.run(20)
    assert first_words(line) == ["NO LONGER CHECKED", "> NO LONGER CHECKED"]
    line.world.close()


def test_a_check_that_comes_in_mid_outage_is_told_by_itself(few: Line) -> None:
    set_all(few, 2, well=False)
    few.run(5)
    few.world.fleet = wide(2)
    few.run(10)
    assert heads(few) == ["DOWN · s1 · production · s1-h1", "DOWN · s2 · production · s2-h1"]
