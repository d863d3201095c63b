"""What is down because something beneath it is has no message of its own."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bot.fleet import Fleet
from bot.model import Target
from bot.plan.depends import above, beneath
from tests.engine.channel import Line
from tests.engine.watching import BAD, GOOD
from tests.engine.wide import service
from tests.fleet.samples import SOUND, load

NAMES = {"db": 1, "api": 2, "shop": 3, "blog": 4}
NEEDS = {"api": ["db"], "shop": ["api"]}


def fleet() -> Fleet:
    """The shop needs the api, which needs the db; the blog needs nothing."""
    data: dict[str, Any] = deepcopy(dict(SOUND))
    made = {name: service(number, number, 1, 3) for name, number in NAMES.items()}
    data["services"] = {name: {**one, "depends_on": NEEDS.get(name, [])} for name, one in made.items()}
    return load({**data, "alerts": {"group_wait": "0s"}})


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "state.db", fleet())
    yield line
    line.world.close()


def set_down(line: Line, *names: str) -> None:
    for name in names:
        line.world.targets.probes[f"http://s{NAMES[name]}-h1.test/"] = BAD


def set_up(line: Line, *names: str) -> None:
    for name in names:
        line.world.targets.probes[f"http://s{NAMES[name]}-h1.test/"] = GOOD


def heads(line: Line) -> list[str]:
    """The channel and its threads, without moments."""
    return [
        ("> " if post.thread_ts else "") + " · ".join(post.text.split(" · ")[:2])
        for post in line.channel.posts.values()
    ]


def test_what_is_above_is_listed_in_the_message_of_what_is_beneath(line: Line) -> None:
    set_down(line, "db", "api", "shop")
    line.run(8)
    assert heads(line) == ["DOWN · db", "> 2 checks down that need it, told nowhere else while it is down"]
    assert line.world.says("incident:1", "*With it*  api/production/http/s2-h1, shop/production/http/s3-h1")
    assert len(line.world.monitor.open_incidents()) == 3


def test_all_of_it_comes_up_with_one_message(line: Line) -> None:
    set_down(line, "db", "api", "shop")
    line.run(8)
    set_up(line, "db", "api", "shop")
    line.run(8)
    assert [head for head in heads(line) if not head.startswith(">")] == ["UP · db"]
    assert [head for head in heads(line) if head.startswith("> UP")] == ["> UP · db"]
    assert line.world.monitor.open_incidents() == []


def test_what_is_still_down_when_that_is_up_is_told_then(line: Line) -> None:
    set_down(line, "db", "api", "shop")
    line.run(8)
    set_up(line, "db", "api")
    line.run(8)
    assert [head for head in heads(line) if not head.startswith(">")] == ["UP · db", "DOWN · shop"]


def test_its_list_says_where_they_are_told_once_that_is_up(line: Line) -> None:
    set_down(line, "db", "api", "shop")
    line.run(8)
    set_up(line, "db")
    line.run(6)
    assert heads(line)[:2] == [
        "UP · db",
        "> What was down with it and still fails is told by itself from now on",
    ]


def test_the_one_beneath_may_be_found_later(line: Line) -> None:
    set_down(line, "api")
    line.run(1)
    set_down(line, "db")
    line.run(8)
    assert [head for head in heads(line) if not head.startswith(">")] == ["DOWN · db"]


def test_what_needs_nothing_is_told_by_itself(line: Line) -> None:
    set_down(line, "db", "blog")
    line.run(8)
    assert sorted(heads(line)) == ["DOWN · blog", "DOWN · db"]


def test_the_one_above_is_told_when_it_alone_is_down(line: Line) -> None:
    set_down(line, "shop")
    line.run(8)
    assert heads(line) == ["DOWN · shop"]


def test_a_restart_in_between_neither_repeats_nor_loses_it(line: Line) -> None:
    set_down(line, "db", "shop")
    line.run(8)
    line.restart()
    line.run(3)
    assert [head for head in heads(line) if not head.startswith(">")] == ["DOWN · db"]
    set_up(line, "db")
    line.run(4)
    line.restart()
    line.run(4)
    assert [head for head in heads(line) if not head.startswith(">")] == ["UP · db", "DOWN · shop"]


def test_only_the_same_environment_counts() -> None:
    made = fleet()
    assert beneath(made, Target("shop", "production")) == [Target("api", "production"), Target("db", "production")]
    assert beneath(made, Target("shop", "staging")) == []
    assert above(made, [Target("db", "production")]) == [Target("api", "production"), Target("shop", "production")]
    assert above(made, [Target("blog", "production")]) == []
