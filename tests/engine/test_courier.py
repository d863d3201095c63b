"""The way out itself: once, retried, one at a time per way, and what Slack does not take."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.engine.courier import LEASE, PATIENCE, SLACK_AWAY, Courier
from bot.letters import Letter
from bot.model import Content
from bot.state.dispatches import Dispatches
from tests.engine.dying import Doom, Killed, doomed
from tests.engine.watching import World, fleet_with
from tests.waiting import eventually

NAMES: dict[str, set[str]] = {"mailto": set(), "ntfy": {"page"}}


class Here(Executor):
    """In the caller's own thread."""

    def submit(self, task: Any, /, *arguments: Any, **more: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(task(*arguments, **more))
        return done


class Mailbox:
    """Takes letters, as long as no trouble is set."""

    def __init__(self) -> None:
        self.trouble = ""
        self.got: list[tuple[str, Letter]] = []

    def __call__(self, way: str, letter: Letter) -> str:
        if self.trouble == "broken":
            raise ZeroDivisionError
        if not self.trouble:
            self.got.append((way, letter))
        return self.trouble

    def titles(self, way: str = "mailto") -> list[str]:
        return [letter.title.split(" · ")[0] for name, letter in self.got if name == way]


class Post:
    def __init__(self, world: World, threads: Executor | None = None) -> None:
        self.world = world
        self.box = Mailbox()
        self.threads = threads or Here()
        self.start()

    def start(self) -> None:
        world = self.world
        self.courier = Courier(world.db, world.ways, NAMES, self.box, self.threads, world.clock)

    def run(self, seconds: float = 0) -> int:
        self.world.clock.sleep(timedelta(seconds=seconds))
        return self.courier.run_once()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db", ways=NAMES)
    world.settle()
    yield world
    world.close()


@pytest.fixture
def post(world: World) -> Post:
    return Post(world)


def outage(world: World) -> None:
    """Just found."""
    world.fail()
    for _ in range(60):
        world.run(1)
        if world.states()[-1:] == ["DOWN"]:
            return
    raise AssertionError("it never went down")


def test_a_page_is_gathered_for_ten_seconds_and_leaves_once(world: World, post: Post) -> None:
    outage(world)
    assert post.run() == 0
    assert post.run(10) == 2
    assert post.run(100) == 0
    assert sorted(way for way, _ in post.box.got) == ["mailto", "ntfy"]
    assert post.box.got[0][1].title.startswith("DOWN · shop · production · since ")


def test_its_end_leaves_once_too_and_a_restart_repeats_nothing(world: World, post: Post) -> None:
    outage(world)
    post.run(10)
    world.mend()
    world.rounds(4)
    post.run()
    world.restart()
    post.start()
    post.run(300)
    assert post.box.titles() == ["DOWN", "UP"]


def test_a_way_that_refuses_is_asked_again_with_growing_pauses_and_logged_once(world: World, post: Post) -> None:
    world.ways.tell("x", Content("hello"), world.clock.now())
    post.box.trouble = "connection refused"
    with capture_logs() as logs:
        assert [post.run(second) for second in (0, 4, 1, 9, 1)] == [2, 0, 2, 0, 2]
        post.box.trouble = ""
        assert post.run(20) == 2
    assert [(line["log_level"], line["way"]) for line in logs] == [
        ("error", "mailto"),
        ("error", "ntfy"),
        ("info", "mailto"),
        ("info", "ntfy"),
    ]
    (_, letter), _ = post.box.got
    assert letter.body.startswith("hello\n\nAn earlier attempt")


def test_after_a_day_it_is_given_up_and_said(world: World, post: Post) -> None:
    world.ways.tell("x", Content("hello"), world.clock.now())
    post.box.trouble = "connection refused"
    post.run(PATIENCE.total_seconds() + 1)
    with capture_logs() as logs:
        assert post.run(10_000) == 0
    post.box.trouble = ""
    post.run(10_000)
    assert (post.box.got, logs) == ([], [])


def test_a_way_that_left_the_settings_is_said_and_holds_nothing_up(world: World, post: Post) -> None:
    world.ways.tell("x", Content("hello"), world.clock.now())
    post.courier = Courier(world.db, world.ways, ["mailto"], post.box, Here(), world.clock)
    with capture_logs() as logs:
        assert post.run() == 1
        assert post.run() == 0
    assert [line["way"] for line in logs] == ["ntfy"]
    assert post.box.titles() == ["hello"]


@pytest.mark.parametrize(
    ("way", "names", "goes"),
    [
        ("mailto", ["mailto/a@x.org", "mailto/b@x.org"], True),  # written before they were told apart
        ("mailto/a@x.org", ["mailto"], True),  # and when apprise could not be asked at the start
        ("mailto/a@x.org", ["mailto/a@x.org", "mailto/b@x.org"], True),
        ("mailto/c@x.org", ["mailto/a@x.org", "mailto/b@x.org"], False),
        ("mailto/c@x.org", ["ntfy"], False),
        ("mailto", ["mailto-2"], False),
    ],
)
def test_a_letter_goes_by_what_the_settings_name_in_whichever_form(
    world: World, post: Post, way: str, names: list[str], goes: bool
) -> None:
    Dispatches(world.db).put("x", [way], Letter("hello", ""), world.clock.now(), world.clock.now())
    post.courier = Courier(world.db, world.ways, names, post.box, Here(), world.clock)
    post.run()
    assert post.box.titles(way) == (["hello"] if goes else [])


def test_an_attempt_whose_process_died_is_made_again_and_says_so(world: World, post: Post) -> None:
    world.ways.tell("x", Content("hello"), world.clock.now())
    post.box.trouble = "broken"
    with capture_logs() as logs:
        post.run()
    assert {line["log_level"] for line in logs} == {"error"}
    world.restart()
    post.start()
    post.box.trouble = ""
    assert post.run(LEASE.total_seconds() - 1) == 0
    assert post.run(1) == 2
    assert "may have arrived" in post.box.got[0][1].body


def test_what_slack_does_not_take_within_two_minutes_leaves_with_its_end(tmp_path: Path) -> None:
    world = World(tmp_path / "away.db", fleet_with({"severity": "warn"}), ways=NAMES)
    world.settle()
    post = Post(world)
    outage(world)
    assert post.run(SLACK_AWAY.total_seconds()) == 0
    assert post.run(1) == 1
    assert post.run(60) == 0
    assert post.box.titles() == ["DOWN"]
    assert "Slack has not taken this message" in post.box.got[0][1].body
    world.deliver()
    world.mend()
    world.rounds(4)
    post.run(1)
    assert post.box.titles() == ["DOWN", "UP"]
    world.deliver()
    post.run(600)
    assert post.box.titles() == ["DOWN", "UP"]
    world.close()


def test_what_slack_has_stays_there(tmp_path: Path) -> None:
    world = World(tmp_path / "warn.db", fleet_with({"severity": "warn"}), ways=NAMES)
    world.settle()
    post = Post(world)
    outage(world)
    world.deliver()
    assert post.run(3600) == 0
    world.close()


def test_an_end_that_slack_does_not_take_leaves_alone(tmp_path: Path) -> None:
    world = World(tmp_path / "end.db", fleet_with({"severity": "warn"}), ways=NAMES)
    world.settle()
    post = Post(world)
    outage(world)
    world.deliver()
    world.mend()
    world.rounds(4)
    post.run(SLACK_AWAY.total_seconds() + 1)
    post.run(SLACK_AWAY.total_seconds() + 1)
    assert post.box.titles() == ["UP"]
    world.close()


def test_a_way_that_hangs_holds_up_neither_the_others_nor_the_caller(world: World) -> None:
    with ThreadPoolExecutor(2) as threads:
        post = Post(world, threads)
        hung: Future[str] = Future()

        def port(way: str, letter: Letter) -> str:
            return hung.result(60) if way == "ntfy" else post.box(way, letter)

        post.courier = Courier(world.db, world.ways, NAMES, port, threads, world.clock)
        world.ways.tell("first", Content("first"), world.clock.now())
        assert post.run() == 2
        eventually(lambda: post.box.titles() == ["first"])
        world.ways.tell("second", Content("second"), world.clock.now())
        eventually(lambda: post.run() == 1)
        eventually(lambda: post.box.titles() == ["first", "second"])
        hung.set_result("")
        eventually(lambda: post.run() == 1)


def test_killed_at_any_statement_a_letter_is_sent_and_what_may_come_twice_says_so(tmp_path: Path) -> None:
    doom, moment = Doom(), 0
    while True:
        doom.after = None
        world = World(tmp_path / f"{moment}.db", open_database=doomed(doom), ways=NAMES)
        post = Post(world)
        world.ways.tell("x", Content("hello"), world.clock.now())
        doom.after = moment
        died = False
        try:
            post.run()
        except Killed:
            died = True
        doom.after = None
        world.restart()
        post.start()
        post.run(LEASE.total_seconds())
        post.run(600)
        titles, bodies = post.box.titles(), [letter.body for way, letter in post.box.got if way == "mailto"]
        world.close()
        assert 1 <= len(titles) <= 2, f"killed before statement {moment}"
        assert all("may have arrived" in body for body in bodies[1:])
        if not died:
            break
        moment += 1
    assert moment > 5
    assert len(titles) == 1
