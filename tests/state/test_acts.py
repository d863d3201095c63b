import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model import Target
from bot.records import Act
from bot.state.acts import Acts
from bot.state.database import Database
from bot.state.schema import apply_all
from tests.building import NOW, TARGET, names, seconds

STAGING = Target("shop", "staging")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def acts(db: Database) -> Acts:
    return Acts(db)


@pytest.mark.parametrize("hosts", [["web1"], [], names(200)])
def test_an_act_comes_back_as_it_was_written(acts: Acts, hosts: list[str]) -> None:
    act = acts.begin(TARGET, hosts, 7, "U0ANA", NOW)
    assert act == Act(1, TARGET, tuple(hosts), 7, "U0ANA", NOW)
    assert acts.get(1) == act
    assert acts.running(TARGET) == act
    assert acts.unfinished() == [act]


def test_a_named_step_and_the_check_that_began_it_come_back_too(acts: Acts) -> None:
    act = acts.begin(TARGET, ["web1"], 7, "pointsman", NOW, "flush-cache", "shop/production/http")
    assert act is not None
    assert (act.step, act.check, act.order) == ("flush-cache", "shop/production/http", "command-1")
    assert acts.get(1) == act
    acts.finish(1, True, "", NOW)
    again = acts.begin(TARGET, ["web1"], 7, "U0ANA", NOW)
    assert again is not None
    assert again.order == "restart-2"
    assert [one.id for one in acts.newest(TARGET, 1)] == [2]


@pytest.mark.parametrize(("ok", "result"), [(True, "restarted web1"), (False, "the restart failed on web1: <b>")])
def test_an_end_is_written_once(acts: Acts, ok: bool, result: str) -> None:
    acts.begin(TARGET, ["web1"], 7, "U0ANA", NOW)
    assert acts.finish(1, ok, result, NOW + seconds(3))
    assert not acts.finish(1, not ok, "again", NOW + seconds(4))
    assert acts.get(1) == Act(1, TARGET, ("web1",), 7, "U0ANA", NOW, NOW + seconds(3), ok, result)
    assert acts.running(TARGET) is None
    assert acts.unfinished() == []


def test_what_there_is_not_is_none(acts: Acts) -> None:
    assert acts.get(1) is None
    assert acts.running(TARGET) is None
    assert not acts.finish(1, True, "", NOW)


def test_one_place_has_one_act_at_a_time(acts: Acts) -> None:
    first = acts.begin(TARGET, ["web1"], 7, "U0ANA", NOW)
    assert acts.begin(TARGET, ["web2"], 8, "U0BEN", NOW) is None
    assert acts.begin(STAGING, ["web1"], 9, "U0BEN", NOW) is not None
    assert acts.running(TARGET) == first
    acts.finish(1, True, "", NOW)
    assert acts.begin(TARGET, ["web2"], 8, "U0BEN", NOW) is not None


def test_of_two_who_click_at_once_one_wins(acts: Acts) -> None:
    barrier = threading.Barrier(4)
    won: list[Act | None] = []

    def race(user: str) -> None:
        barrier.wait()
        won.append(acts.begin(TARGET, ["web1"], 7, user, NOW))

    racers = [threading.Thread(target=race, args=(f"U{number}",)) for number in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 4
    (winner,) = [act for act in won if act]
    assert acts.running(TARGET) == winner


def test_who_loses_inside_a_transaction_keeps_what_was_written_beside(db: Database, acts: Acts) -> None:
    acts.begin(TARGET, ["web1"], 7, "U0ANA", NOW)
    with db.transaction():
        other = acts.begin(STAGING, ["web1"], 8, "U0BEN", NOW)
        assert acts.begin(TARGET, ["web1"], 7, "U0BEN", NOW) is None
    assert acts.running(STAGING) == other
