"""Each step once per outbreak, whoever takes it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.state.database import Database
from bot.state.escalations import Escalations
from bot.state.schema import apply_all
from bot.watch import Escalated

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


def test_a_step_is_kept_with_where_it_led(db: Database) -> None:
    table = Escalations(db)
    mention = table.take(1, "notify @leads", AT)
    copy = table.take(1, "channel #major", AT, channel="#major")
    mail = table.take(1, "way leads", AT, way="leads")
    assert mention == Escalated(1, 1, "notify @leads", AT)
    assert copy == Escalated(2, 1, "channel #major", AT, channel="#major")
    assert mail == Escalated(3, 1, "way leads", AT, way="leads")
    assert table.of(1) == [mention, copy, mail]


def test_another_outage_takes_it_anew(db: Database) -> None:
    table = Escalations(db)
    assert table.take(1, "notify @leads", AT)
    assert table.take(2, "notify @leads", AT)
    assert [one.outbreak for one in table.of(2)] == [2]
    assert table.of(3) == []


def test_of_four_who_take_it_at_once_one_does(db: Database) -> None:
    barrier = threading.Barrier(4)
    found: list[Escalated | None] = []

    def take() -> None:
        barrier.wait()
        found.append(Escalations(db).take(1, "notify @leads", AT))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len([one for one in found if one]) == 1
    assert len(found) == 4
