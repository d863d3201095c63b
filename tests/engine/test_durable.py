import inspect
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from dbos import _queue, _workflow_commands

from bot.engine.durable import Durable
from bot.errors import DatabaseLocked, HostUnreachable, RefUnknown, SourceError
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[Durable]:
    made = Durable(tmp_path / "workflows.db", timedelta(milliseconds=20))
    yield made
    eventually(made.stop, timeout=60)


def test_a_workflow_runs_in_a_thread_of_its_own_and_ends(durable: Durable) -> None:
    threads: list[str] = []
    durable.register("deploy", lambda number: threads.append(f"{number} {threading.current_thread().name}"))
    durable.launch()
    durable.start("deploy", 41)
    eventually(lambda: durable.over("deploy", 41))
    (seen,) = threads
    assert seen.startswith("41 ")
    assert not seen.endswith("MainThread")


def test_a_workflow_that_was_ever_begun_is_left_alone(durable: Durable) -> None:
    ran: list[int] = []
    durable.register("deploy", ran.append)
    durable.launch()
    for number in (1, 1, 2):
        durable.start("deploy", number)
    eventually(lambda: durable.over("deploy", 1) and durable.over("deploy", 2))
    durable.start("deploy", 1)
    durable.start("deploy", 3)
    eventually(lambda: durable.over("deploy", 3))
    assert sorted(ran) == [1, 2, 3]


def test_what_is_begun_again_holds_nothing_up(durable: Durable) -> None:
    gate = threading.Event()

    def run(number: int) -> None:
        gate.wait(30)

    durable.register("deploy", run)
    durable.launch()
    for _ in range(2):
        durable.start("deploy", 1)
    assert durable.stop() is False
    gate.set()
    eventually(lambda: durable.over("deploy", 1))
    durable.start("deploy", 1)
    # the fixture waits until it lets go


def test_the_journal_is_written_ahead_also_one_of_before(tmp_path: Path) -> None:
    place = tmp_path / "workflows.db"
    with closing(sqlite3.connect(place)) as before:
        before.execute("CREATE TABLE kept (number INTEGER)")
    durable = Durable(place, timedelta(milliseconds=20))
    durable.launch()
    with closing(sqlite3.connect(place)) as found:
        assert found.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert found.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    eventually(durable.stop, timeout=60)


DYING = """
import os, sys, threading
from pathlib import Path
from bot.engine.durable import Durable

durable = Durable(Path(sys.argv[1]))
durable.register("deploy", lambda number: os._exit(9))
durable.launch()
durable.start("deploy", 1)
threading.Event().wait()
"""


def test_what_a_crash_cut_off_goes_on_within_seconds(tmp_path: Path) -> None:
    place, ran = tmp_path / "workflows.db", threading.Event()
    died = subprocess.run([sys.executable, "-c", DYING, str(place)], cwd=ROOT, timeout=60, check=False)
    assert died.returncode == 9
    durable = Durable(place, timedelta(milliseconds=20))
    durable.register("deploy", lambda number: ran.set())
    durable.launch()
    assert ran.wait(50)  # not the minute after which dbos looks for what is rarely there
    eventually(durable.stop, timeout=60)


def test_what_was_never_begun_is_not_over_nor_is_what_still_runs(durable: Durable) -> None:
    gate = threading.Event()

    def run(number: int) -> None:
        gate.wait(30)

    durable.register("deploy", run)
    durable.launch()
    assert not durable.over("deploy", 1)
    durable.start("deploy", 1)
    assert not durable.over("deploy", 1)
    gate.set()
    eventually(lambda: durable.over("deploy", 1))


def test_while_something_runs_it_does_not_let_go(durable: Durable) -> None:
    gate = threading.Event()
    began = threading.Event()

    def run(number: int) -> None:
        began.set()
        gate.wait(30)

    durable.register("deploy", run)
    durable.launch()
    durable.start("deploy", 1)
    assert began.wait(30)
    assert durable.stop() is False
    gate.set()


def test_what_was_begun_a_moment_ago_counts_before_its_thread_runs(tmp_path: Path) -> None:
    for attempt in range(5):
        made = Durable(tmp_path / f"workflows-{attempt}.db", timedelta(milliseconds=20))
        ran: list[int] = []
        made.register("deploy", ran.append)
        made.launch()
        made.start("deploy", 1)
        eventually(made.stop, timeout=60)
        assert ran == [1]


def test_a_step_gives_its_answer(durable: Durable) -> None:
    found: list[object] = []
    durable.register("deploy", lambda number: found.append(durable.step("add", lambda a, b: a + b, number, 2)))
    durable.launch()
    durable.start("deploy", 40)
    assert eventually(lambda: found) == [42]


def test_a_database_that_is_locked_is_waited_out(durable: Durable) -> None:
    tries: list[int] = []

    def locked_once(number: int) -> str:
        tries.append(number)
        if len(tries) == 1:
            raise DatabaseLocked("pointsman.db is locked")
        return "written"

    found: list[object] = []
    durable.register("deploy", lambda number: found.append(durable.step("write", locked_once, number)))
    durable.launch()
    durable.start("deploy", 1)
    assert eventually(lambda: found) == ["written"]
    assert tries == [1, 1]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (RefUnknown("x", ["y"]), "RefUnknown: no branch, tag or commit is called 'x'"),
        (HostUnreachable("web1", "gone"), "HostUnreachable: web1: gone"),
        (SourceError(threading.Lock()), "SourceError: "),  # holds what no pickle takes
    ],
)
def test_any_other_error_is_told_in_words_that_survive_a_crash(durable: Durable, error: Exception, words: str) -> None:
    tries: list[int] = []
    found: list[str] = []

    def broken() -> None:
        tries.append(1)
        raise error

    def run(number: int) -> None:
        try:
            durable.step("break", broken)
        except RuntimeError as told:
            found.append(str(told))

    durable.register("deploy", run)
    durable.launch()
    durable.start("deploy", 1)
    assert eventually(lambda: found)[0].startswith(words)
    assert len(tries) == 1
    eventually(lambda: durable.over("deploy", 1))


def test_a_workflow_that_raises_is_over(durable: Durable) -> None:
    def run(number: int) -> None:
        raise LookupError

    durable.register("deploy", run)
    durable.launch()
    durable.start("deploy", 1)
    eventually(lambda: durable.over("deploy", 1))


def test_what_keeps_dbos_quiet_at_rest_is_still_what_it_reads() -> None:
    """It has no setting for its looks at deadlines, so that a newer one may call them otherwise."""
    assert "_BACKGROUND_JOBS_INTERVAL_SEC" in inspect.getsource(_workflow_commands.background_jobs_thread)
    assert "_sys_db.list_queues(" in inspect.getsource(_queue.queue_thread)
