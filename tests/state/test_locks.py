import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.holds import How, Lock, Scope
from bot.state.database import Database
from bot.state.locks import Locks
from bot.state.schema import apply_all
from tests.building import NOW, seconds

SCOPE, EVERYTHING = Scope("production", "shop"), Scope("production")
ANAS = Lock(SCOPE, "U0ANA", "load test", NOW, NOW + timedelta(hours=2))
BOTS = Lock(SCOPE, "", "deploy 41 of 1.5.0 was rolled back", NOW, deploy=41)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def locks(db: Database) -> Locks:
    return Locks(db)


@pytest.mark.parametrize("lock", [ANAS, BOTS, replace(ANAS, scope=EVERYTHING), replace(ANAS, ref="topic/x")])
def test_a_lock_comes_back_as_it_was_written(locks: Locks, lock: Lock) -> None:
    taken = locks.take(lock)
    assert taken == replace(lock, id=1)
    assert locks.get(1) == taken
    assert locks.of(lock.scope) == taken
    assert locks.standing() == [taken]
    assert locks.after(41) == (taken if lock.deploy else None)


def test_one_scope_has_one_lock_at_a_time(locks: Locks) -> None:
    first = locks.take(ANAS)
    assert locks.take(replace(ANAS, holder="U0BEN")) is None
    assert locks.take(replace(ANAS, scope=EVERYTHING)) is not None
    assert locks.take(replace(ANAS, scope=Scope("staging", "shop"))) is not None
    assert locks.of(SCOPE) == first


@pytest.mark.parametrize("order", [(ANAS, BOTS), (BOTS, ANAS)])
def test_the_bots_lock_lies_beside_a_persons_which_is_told_first(locks: Locks, order: tuple[Lock, Lock]) -> None:
    taken = [locks.take(lock) for lock in order]
    assert None not in taken
    assert locks.take(BOTS) is None
    assert locks.take(replace(ANAS, holder="U0BEN")) is None
    assert [lock.holder for lock in locks.all_of(SCOPE)] == ["U0ANA", ""]
    assert locks.of(SCOPE) in taken


def test_of_four_who_lock_at_once_one_holds_it(locks: Locks) -> None:
    barrier = threading.Barrier(4)
    won: list[Lock | None] = []

    def race(user: str) -> None:
        barrier.wait()
        won.append(locks.take(replace(ANAS, holder=user)))

    racers = [threading.Thread(target=race, args=(f"U{number}",)) for number in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 4
    assert [lock for lock in won if lock] == [locks.of(SCOPE)]


@pytest.mark.parametrize("how", list(How))
def test_an_end_is_written_once_and_kept(locks: Locks, how: How) -> None:
    taken = locks.take(BOTS)
    assert taken is not None
    ended = locks.end(taken.id, how, "U0BEN", NOW + seconds(60))
    assert ended == replace(taken, how=how, ended_by="U0BEN", ended_at=NOW + seconds(60))
    assert locks.end(taken.id, How.UNLOCKED, "U0ANA", NOW + seconds(90)) is None
    assert locks.get(taken.id) == ended
    assert locks.of(SCOPE) is None
    assert locks.after(41) is None
    assert locks.take(ANAS) is not None


def test_a_renewed_lock_is_the_same_lock(locks: Locks) -> None:
    taken = locks.take(ANAS)
    assert taken is not None
    longer = replace(taken, reason="longer", until=NOW + timedelta(hours=5))
    assert locks.renew(longer) == longer
    locks.end(taken.id, How.UNLOCKED, "U0ANA", NOW)
    assert locks.renew(longer) is None


@pytest.mark.parametrize(("later", "over"), [(0, False), (7199, False), (7200, True), (9000, True)])
def test_a_lease_that_is_over_is_found(locks: Locks, later: float, over: bool) -> None:
    taken = locks.take(ANAS)
    locks.take(replace(BOTS, scope=EVERYTHING))  # without an end
    assert locks.lapsed(NOW + seconds(later)) == ([taken] if over else [])


def test_what_there_is_not_is_none(locks: Locks) -> None:
    assert locks.get(1) is None
    assert locks.of(SCOPE) is None
    assert locks.end(1, How.UNLOCKED, "U0ANA", NOW) is None
