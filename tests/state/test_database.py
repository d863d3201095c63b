import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import DatabaseBroken, DatabaseFull, DatabaseLocked
from bot.state.database import Database, epoch, instant, maybe_epoch, maybe_instant, write_ahead
from bot.state.schema import TABLES, apply_all


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db", busy_timeout=0.2)
    db.here.execute("CREATE TABLE notes (text TEXT UNIQUE)")
    yield db
    db.close()


def notes(db: Database) -> list[str]:
    with db.reading() as here:
        return [row["text"] for row in here.query("SELECT text FROM notes ORDER BY text")]


def note(db: Database, text: str) -> None:
    with db.transaction() as here:
        here.execute("INSERT INTO notes VALUES (?)", [text])


def note_and_fail(db: Database, text: str) -> None:
    with db.transaction():
        note(db, text)
        raise KeyError


def test_a_transaction_is_all_or_nothing(db: Database) -> None:
    with pytest.raises(KeyError):
        note_and_fail(db, "lost")
    with db.transaction():
        note(db, "kept")
    assert notes(db) == ["kept"]


def test_an_inner_transaction_that_fails_leaves_the_outer_one(db: Database) -> None:
    with db.transaction():
        note(db, "outer")
        with pytest.raises(KeyError):
            note_and_fail(db, "inner")
    assert notes(db) == ["outer"]


def test_a_transaction_reads_what_it_wrote_and_others_do_not(db: Database) -> None:
    with db.transaction():
        note(db, "mine")
        assert notes(db) == ["mine"]
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(notes, db).result() == []


def test_threads_do_not_lose_each_others_writes(tmp_path: Path) -> None:
    db = Database(tmp_path / "state.db")
    db.here.execute("CREATE TABLE notes (text TEXT UNIQUE)")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: note(db, f"{number:03}"), range(80)))
    assert len(notes(db)) == 80
    db.close()


def test_threads_that_have_ended_leave_no_more_files_open_than_the_first_of_them(db: Database) -> None:
    """SQLite keeps some for the next connection; a bot that deploys every day must not run out of them."""

    def files() -> int:
        return sum(1 for link in Path("/proc/self/fd").iterdir() if "state.db" in str(link.resolve()))

    def eight_threads() -> int:
        threads = [threading.Thread(target=notes, args=(db,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return files()

    first = max(eight_threads() for _ in range(3))
    assert max(eight_threads() for _ in range(10)) <= first + 8
    note(db, "others are not disturbed")
    assert notes(db) == ["others are not disturbed"]


def connection_of_a_thread(db: Database) -> int:
    """Which connection a thread of its own was given."""
    met: list[int] = []
    thread = threading.Thread(target=lambda: met.append(id(db.here.conn)))
    thread.start()
    thread.join()
    return met[0]


def test_a_new_thread_takes_over_the_connection_of_one_that_has_ended(db: Database) -> None:
    first = connection_of_a_thread(db)
    assert {connection_of_a_thread(db) for _ in range(3)} == {first}
    assert first != id(db.here.conn)


def test_a_thread_that_ends_within_a_transaction_leaves_nothing_of_it(db: Database) -> None:
    def leave() -> None:
        db.here.conn.execute("BEGIN IMMEDIATE")
        db.here.execute("INSERT INTO notes VALUES ('never committed')")

    thread = threading.Thread(target=leave)
    thread.start()
    thread.join()
    note(db, "kept")
    assert notes(db) == ["kept"]
    connection_of_a_thread(db)
    assert notes(db) == ["kept"]


def test_a_lost_race_is_an_integrity_error_for_its_owner_to_explain(db: Database) -> None:
    note(db, "once")
    with pytest.raises(sqlite3.IntegrityError):
        note(db, "once")


def test_a_database_locked_by_another_process_is_said_in_words(db: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseLocked, match="another process"):
        note(db, "later")
    other.execute("ROLLBACK")
    other.close()
    note(db, "now")
    assert notes(db) == ["now"]


def test_a_full_disk_is_said_in_words_and_loses_nothing(db: Database) -> None:
    note(db, "before")
    pages = db.here.execute("PRAGMA page_count").fetchone()[0]
    db.here.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseFull, match="no room on the disk"):
        note(db, "x" * 100_000)
    db.here.execute("PRAGMA max_page_count = 1000000")
    note(db, "after")
    assert notes(db) == ["after", "before"]


@pytest.mark.parametrize("content", [b"this is no database, " * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_said_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseBroken, match="restore it from a backup"):
        Database(path)
    assert path.read_bytes() == content


def test_a_path_that_cannot_be_opened_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(DatabaseBroken, match="unable to open"):
        Database(tmp_path / "absent" / "state.db")


def test_a_file_can_be_written_ahead_once_nobody_else_uses_it(tmp_path: Path) -> None:
    path = tmp_path / "workflows.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (text TEXT)")
        other.execute("BEGIN IMMEDIATE")
        write_ahead(path)
        assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        other.execute("ROLLBACK")
    write_ahead(path)
    with closing(sqlite3.connect(path)) as again:
        assert again.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_is_no_database_cannot_be_written_ahead(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all " * 100)
    with pytest.raises(DatabaseBroken, match="is not a database"):
        write_ahead(tmp_path / "notes.txt")


def test_a_file_that_cannot_be_made_cannot_be_written_ahead(tmp_path: Path) -> None:
    with pytest.raises(DatabaseBroken, match="unable to open"):
        write_ahead(tmp_path / "nowhere" / "journal.db")


def test_two_starts_at_once_make_the_tables_once(tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def start() -> set[str]:
        db = Database(tmp_path / "state.db")
        together.wait()
        apply_all(db)
        names = set(db.here.table_names())
        db.close()
        return names

    with ThreadPoolExecutor(4) as pool:
        seen = [one.result() for one in [pool.submit(start) for _ in range(4)]]
    assert all({table.name for table in TABLES} <= names for names in seen)


def test_moments_go_into_the_database_and_come_back_the_same() -> None:
    moment = datetime(2026, 11, 20, 23, 5, 10, 250_000, tzinfo=UTC)
    assert instant(epoch(moment)) == moment
    assert maybe_instant(maybe_epoch(moment)) == moment
    assert maybe_instant(maybe_epoch(None)) is None
