"""The chain in its tables: never forked, and whatever is done to the file is found."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import StateError
from bot.plan.audit import Broken, Sound, Why, link, verify
from bot.state.audit import FIELDS, Audits, trail
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.trail import EMPTY, GENESIS, AuditRow, Head

ENTRY: Mapping[str, str] = {name: f"the {name}" for name in FIELDS}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    db = Database(path)
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def audits(db: Database) -> Audits:
    return Audits(db)


@pytest.fixture
def five(audits: Audits) -> list[AuditRow]:
    return [audits.append({**ENTRY, "subject": f"act {number}"}, link) for number in range(5)]


def judged(path: Path, known: Head = EMPTY) -> Broken | Sound:
    with trail(path) as found:
        return verify(found.rows, found.head, known)


def tamper(path: Path, *statements: str) -> None:
    """What somebody with the file does behind the bot's back."""
    with sqlite3.connect(path) as other:
        for statement in statements:
            other.execute(statement)
    other.close()


def test_rows_come_back_as_they_were_written(path: Path, five: list[AuditRow]) -> None:
    with trail(path) as found:
        assert list(found.rows) == five
        assert found.head == Head(5, five[-1].hash)
    assert five[0].previous == GENESIS
    assert five[2].fields == {"id": 3, **ENTRY, "subject": "act 2"}


def test_the_newest_come_first(audits: Audits, five: list[AuditRow]) -> None:
    assert audits.newest(2) == [five[4], five[3]]


@pytest.mark.usefixtures("db")
def test_no_rows_are_a_sound_chain(path: Path) -> None:
    assert judged(path) == Sound(EMPTY)


@pytest.mark.parametrize("text", ["", "é 😀", "a\x00b", "line\nline", "'; DROP TABLE audit; --", "x" * 10_000])
def test_any_text_is_kept_as_it_is(path: Path, audits: Audits, text: str) -> None:
    row = audits.append(dict.fromkeys(FIELDS, text), link)
    assert audits.newest(1) == [row]
    assert judged(path) == Sound(Head(1, row.hash))


@pytest.mark.parametrize("column", [*FIELDS, "hash"])
@pytest.mark.parametrize("value", ["'another'", "''", "x'00ff'", "3"])
@pytest.mark.usefixtures("five")
def test_a_changed_column_is_found_at_its_row(path: Path, column: str, value: str) -> None:
    tamper(path, f"UPDATE audit SET {column} = {value} WHERE id = 3")
    assert judged(path) == Broken(3, Why.CHANGED)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET previous = hash WHERE id = 3", Broken(3, Why.UNLINKED)),
        ("UPDATE audit SET id = 9 WHERE id = 5", Broken(9, Why.CHANGED)),
        ("UPDATE audit SET id = 9 WHERE id = 2", Broken(3, Why.UNLINKED)),
        ("DELETE FROM audit WHERE id = 1", Broken(2, Why.UNLINKED)),
        ("DELETE FROM audit WHERE id = 3", Broken(4, Why.UNLINKED)),
        ("DELETE FROM audit WHERE id = 5", Broken(None, Why.TRUNCATED)),
        ("DELETE FROM audit WHERE id > 2", Broken(None, Why.TRUNCATED)),
        ("DELETE FROM audit", Broken(None, Why.TRUNCATED)),
        ("DELETE FROM audit_head", Broken(1, Why.OVERHANGING)),
        ("UPDATE audit_head SET count = 4", Broken(4, Why.REWRITTEN)),
        ("UPDATE audit_head SET count = 6", Broken(None, Why.TRUNCATED)),
        ("UPDATE audit_head SET hash = 'f'", Broken(5, Why.REWRITTEN)),
        (
            f"INSERT INTO audit SELECT 6, {', '.join(FIELDS)}, hash, hash FROM audit WHERE id = 5",
            Broken(6, Why.CHANGED),
        ),
    ],
)
@pytest.mark.usefixtures("five")
def test_what_was_done_to_the_file_is_found(path: Path, statement: str, broken: Broken) -> None:
    tamper(path, statement)
    assert judged(path) == broken


@pytest.mark.parametrize("statement", ["DELETE FROM audit WHERE id = 5", "DELETE FROM audit_head", "DELETE FROM audit"])
@pytest.mark.usefixtures("five")
def test_it_is_found_too_after_the_bot_went_on_writing(path: Path, audits: Audits, statement: str) -> None:
    tamper(path, statement)
    audits.append(ENTRY, link)
    assert isinstance(judged(path), Broken)


def test_rows_and_head_cut_off_together_are_found_by_a_head_kept_elsewhere(path: Path, five: list[AuditRow]) -> None:
    shorter = f"UPDATE audit_head SET count = 3, hash = '{five[2].hash}'"
    tamper(path, "DELETE FROM audit WHERE id > 3", shorter)
    assert judged(path) == Sound(Head(3, five[2].hash))
    assert judged(path, Head(5, five[4].hash)) == Broken(None, Why.TRUNCATED)


def test_many_threads_at_once_never_fork_the_chain(path: Path, audits: Audits) -> None:
    def append(number: int) -> AuditRow:
        return audits.append({**ENTRY, "who": f"U{number}"}, link)

    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(append, range(100)))
    assert len({row.previous for row in rows}) == 100
    assert sorted(row.id for row in rows) == list(range(1, 101))
    assert judged(path) == Sound(Head(100, max(rows, key=lambda row: row.id).hash))


def test_two_processes_never_fork_it_either(path: Path, audits: Audits) -> None:
    """Another connection stands for another process: the lock is the file's."""
    other = Database(path)
    turns: list[Callable[[], AuditRow]] = [
        lambda: audits.append(ENTRY, link),
        lambda: Audits(other).append(ENTRY, link),
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda number: turns[number % 2](), range(40)))
    other.close()
    found = judged(path)
    assert isinstance(found, Sound)
    assert found.count == 40


def test_a_row_falls_with_the_transaction_that_it_stands_in(path: Path, db: Database, audits: Audits) -> None:
    kept = audits.append(ENTRY, link)

    def fail() -> None:
        with db.transaction():
            audits.append(ENTRY, link)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert judged(path) == Sound(Head(1, kept.hash))


def test_who_reads_sees_one_moment_while_the_bot_writes_on(path: Path, audits: Audits, five: list[AuditRow]) -> None:
    with trail(path) as found:
        audits.append(ENTRY, link)
        assert list(found.rows) == five
        assert verify(five, found.head) == Sound(Head(5, five[-1].hash))


def test_who_reads_waits_for_no_writer(path: Path, db: Database, five: list[AuditRow]) -> None:
    with db.transaction():
        assert judged(path) == Sound(Head(5, five[-1].hash))


def test_reading_after_the_bot_has_ended_writes_nothing(path: Path, db: Database, five: list[AuditRow]) -> None:
    db.close()
    before = path.read_bytes()
    assert judged(path) == Sound(Head(5, five[-1].hash))
    assert path.read_bytes() == before


def test_a_file_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"absent\.db does not exist"), trail(tmp_path / "absent.db"):
        pass
    assert not (tmp_path / "absent.db").exists()


def test_a_database_from_before_the_audit_is_said_in_words(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "old.db").close()
    (tmp_path / "old.db").touch()
    with pytest.raises(StateError, match="holds no audit"), trail(tmp_path / "old.db"):
        pass
