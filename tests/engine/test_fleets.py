import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.engine.fleets import FleetKeeper
from bot.errors import ConfigError, DatabaseLocked
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from tests.building import seconds
from tests.fleet.samples import changed
from tests.workspace import HandClock

BROKEN = "version: 1\nservices: nothing\n"


class Place:
    """A fleet file and a database; `start` is what a new process makes of them."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "fleet.yaml"
        self.clock = HandClock()
        self.db = Database(directory / "state.db", busy_timeout=0.05)
        apply_all(self.db)
        self._written = 0

    def write(self, text: str) -> None:
        self.path.write_text(text)
        self._written += 1
        os.utime(self.path, ns=(self._written, self._written))  # as no two writes of a person are

    def channels(self, deploys: str) -> None:
        """A sound file that names this channel."""
        self.write(json.dumps(changed((("channels", "deploys"), deploys))))

    def start(self) -> FleetKeeper:
        return FleetKeeper(self.path, self.db, Outbox(self.db), self.clock)

    def said(self) -> list[tuple[str, str]]:
        """(channel, first line) of every message, in the order in which they were first put."""
        with self.db.reading() as db:
            rows = db.table("outbox").rows_where(order_by="id")
            return [(row["channel"], json.loads(row["payload"])["text"]) for row in rows]

    def versions(self) -> list[int]:
        with self.db.reading() as db:
            return [row["version"] for row in db.table("outbox").rows_where(order_by="id")]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another process writes for long."""
        other = sqlite3.connect(self.db.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    made.channels("#deploys")
    yield made
    made.db.close()


def in_force(keeper: FleetKeeper) -> str:
    return keeper.current().channels.deploys


def test_a_changed_file_is_taken(place: Place) -> None:
    keeper = place.start()
    place.channels("#releases")
    assert in_force(keeper) == "#deploys"
    keeper.reload()
    assert in_force(keeper) == "#releases"
    assert place.said() == []


def test_a_file_that_did_not_change_is_not_read(place: Place) -> None:
    keeper = place.start()
    before = keeper.current()
    keeper.reload()
    assert keeper.current() is before


@pytest.mark.parametrize("broken", [BROKEN, "", "{", "version: 2", "\ttab", "a: &a [*a]"])
def test_a_broken_file_never_replaces_the_good_one(place: Place, broken: str) -> None:
    keeper = place.start()
    place.write(broken)
    keeper.reload()
    assert in_force(keeper) == "#deploys"
    ((channel, line),) = place.said()
    assert channel == "#deploys"
    assert line.startswith(":warning: fleet.yaml does not load: ")
    assert line.endswith("The last one that did stays in force.")


@pytest.mark.parametrize("bad", [b"\xff\xfe version: 1", None])
def test_a_file_that_cannot_be_read_is_a_broken_one(place: Place, bad: bytes | None) -> None:
    keeper = place.start()
    if bad is None:
        place.path.unlink()
    else:
        place.path.write_bytes(bad)
    keeper.reload()
    assert in_force(keeper) == "#deploys"
    assert "does not load: 1 problem" in place.said()[0][1]


def test_the_last_good_one_is_in_force_after_a_restart_too(place: Place) -> None:
    place.start()
    place.channels("#releases")
    place.start()
    place.write(BROKEN)
    assert in_force(place.start()) == "#releases"


def test_a_trouble_is_one_message_across_restarts(place: Place) -> None:
    keeper = place.start()
    place.write(BROKEN)
    keeper.reload()
    for _ in range(3):
        place.start().reload()
    assert len(place.said()) == 1
    assert place.versions() == [1]


def test_another_way_of_being_broken_edits_that_message(place: Place) -> None:
    keeper = place.start()
    place.write(BROKEN)
    keeper.reload()
    place.write("version: 3\n")
    keeper.reload()
    assert place.versions() == [2]


def test_mended_is_said_once_and_in_its_place(place: Place) -> None:
    keeper = place.start()
    place.write(BROKEN)
    keeper.reload()
    place.clock.forward(94)
    place.channels("#deploys")
    keeper.reload()
    place.start()
    mended = ":white_check_mark: fleet.yaml loads again, and is in force. It did not for 94 s."
    assert place.said() == [("#deploys", mended)]
    assert place.versions() == [2]


def test_a_file_that_was_mended_while_the_bot_was_down_is_said_to_be(place: Place) -> None:
    keeper = place.start()
    place.write(BROKEN)
    keeper.reload()
    place.channels("#deploys")
    place.start()
    assert "loads again" in place.said()[0][1]


def test_the_next_trouble_is_a_new_message(place: Place) -> None:
    keeper = place.start()
    for _ in range(2):
        place.write(BROKEN)
        keeper.reload()
        place.channels("#deploys")
        keeper.reload()
    assert ["loads again" in line for _, line in place.said()] == [True, True]


def test_a_first_file_that_does_not_load_ends_the_start_with_every_problem(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write(BROKEN)
    with pytest.raises(ConfigError, match="services"):
        place.start()
    assert place.said() == []
    place.path.unlink()
    with pytest.raises(ConfigError, match=r"FLEET_FILE"):
        place.start()
    place.db.close()


def test_a_kept_file_that_this_version_refuses_does_not_hide_what_is_wrong_now(place: Place) -> None:
    place.start()
    with place.db.transaction() as db:
        db.execute("UPDATE fleets SET text = 'version: 0'")
    place.write(BROKEN)
    with pytest.raises(ConfigError, match="services"):
        place.start()


@pytest.mark.parametrize("broken", [False, True])
def test_what_a_locked_database_kept_from_being_written_is_done_next_time(place: Place, broken: bool) -> None:
    keeper = place.start()
    place.clock.sleep(seconds(1))
    place.write(BROKEN) if broken else place.channels("#releases")
    with place.locked(), pytest.raises(DatabaseLocked):
        keeper.reload()
    assert in_force(keeper) == "#deploys"
    keeper.reload()
    assert in_force(keeper) == ("#deploys" if broken else "#releases")
    assert len(place.said()) == int(broken)
