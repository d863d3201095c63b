import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Target
from bot.queue import Left, Waiter
from bot.state.database import Database
from bot.state.queue import Queue
from bot.state.schema import apply_all
from tests.building import NOW, TARGET, seconds

BENS = Waiter(TARGET, 'shop@1.4.2 to production --force "why"', "U0BEN", NOW, NOW + timedelta(hours=2))
CEMS = replace(BENS, asker="U0CEM")
STAGING = replace(BENS, target=Target("shop", "staging"))


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield Queue(db)
    db.close()


def test_one_who_waits_comes_back_as_written(queue: Queue) -> None:
    assert queue.join(BENS) == replace(BENS, id=1)
    assert queue.get(1) == replace(BENS, id=1)
    assert queue.get(2) is None


def test_each_line_is_in_the_order_in_which_people_came(queue: Queue) -> None:
    for waiter in (CEMS, STAGING, BENS):
        queue.join(waiter)
    assert [waiter.asker for waiter in queue.line(TARGET)] == ["U0CEM", "U0BEN"]
    assert [waiter.id for waiter in queue.waiting()] == [1, 2, 3]


def test_nobody_waits_twice_with_the_same_command(queue: Queue) -> None:
    queue.join(BENS)
    assert queue.join(replace(BENS, since=NOW + seconds(5))) is None
    assert queue.join(replace(BENS, command="shop@1.5.0 to production")) is not None
    queue.end(1, Left.TAKEN_OUT, "U0BEN", NOW)
    assert queue.join(BENS) is not None


def test_one_leaves_the_line_once(queue: Queue) -> None:
    queue.join(BENS)
    ended = queue.end(1, Left.BEGUN, "U0BEN", NOW + seconds(9), 42)
    wanted = replace(BENS, id=1, how=Left.BEGUN, ended_at=NOW + seconds(9), ended_by="U0BEN", deploy=42)
    assert ended == wanted
    assert queue.end(1, Left.TAKEN_OUT, "U0CEM", NOW + seconds(10)) is None
    assert queue.get(1) == wanted
    assert queue.line(TARGET) == []


def test_of_two_at_once_one_takes_it_out(queue: Queue) -> None:
    queue.join(BENS)
    barrier, found = threading.Barrier(2), list[Waiter | None]()

    def race(user: str) -> None:
        barrier.wait()
        found.append(queue.end(1, Left.TAKEN_OUT, user, NOW))

    racers = [threading.Thread(target=race, args=(user,)) for user in ("U0BEN", "U0CEM")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    (winner,) = [one for one in found if one]
    assert queue.get(1) == winner
