"""The jobs that only sweep: each error is logged, and the next run comes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.testing import capture_logs

from bot.errors import DatabaseLocked
from jobs import (
    aftercare,
    blind_spots,
    cloud,
    cpu,
    dispatch,
    figures,
    fleet,
    groups,
    history,
    incidents,
    leases,
    musters,
    queue,
    refresh,
    self_acts,
    tidy,
)
from tests.waiting import eventually


class Idle:
    def lapse(self) -> None: ...


class Swept:
    """A journal and a fleet keeper of which only the runs count; the first one fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.count = 0

    def _run(self) -> None:
        self.count += 1
        if self.count == 1:
            raise self.error

    def refresh(self) -> None:
        self._run()

    def reload(self) -> None:
        self._run()

    def lapse(self) -> None:
        self._run()

    def roll_up(self) -> None:
        self._run()

    def sweep(self) -> None:
        self._run()

    def send(self) -> None:
        self._run()

    def look(self) -> None:
        self._run()

    def run_once(self) -> int:
        self._run()
        return 0

    def serve(self) -> None:
        self._run()

    def tidy(self) -> int:
        self._run()
        return 0


def ends_locks(scheduler: BackgroundScheduler, swept: Swept) -> None:
    leases.register(scheduler, swept, Idle())


def tidies(scheduler: BackgroundScheduler, swept: Swept) -> None:
    """Today's run and tomorrow's, one after the other."""
    tidy.register(scheduler, swept)
    scheduler.modify_job("tidy", next_run_time=datetime.now(UTC))
    eventually(lambda: swept.count == 1)
    scheduler.modify_job("tidy", next_run_time=datetime.now(UTC))


def rolls_up(scheduler: BackgroundScheduler, swept: Swept) -> None:
    history.register(scheduler, swept)
    scheduler.modify_job("history", next_run_time=datetime.now(UTC))
    eventually(lambda: swept.count == 1)
    scheduler.modify_job("history", next_run_time=datetime.now(UTC))


def read_cpu(scheduler: BackgroundScheduler, swept: Swept) -> None:
    """At once, and in a minute."""
    cpu.register(scheduler, swept)
    eventually(lambda: swept.count == 1)
    scheduler.modify_job("cpu", next_run_time=datetime.now(UTC))


def looks_at_aws(scheduler: BackgroundScheduler, swept: Swept) -> None:
    cloud.register(scheduler, swept)
    scheduler.modify_job("cloud", next_run_time=datetime.now(UTC))
    eventually(lambda: swept.count == 1)
    scheduler.modify_job("cloud", next_run_time=datetime.now(UTC))


def looks_at_blind_spots(scheduler: BackgroundScheduler, swept: Swept) -> None:
    blind_spots.register(scheduler, swept)
    scheduler.modify_job("blind_spots", next_run_time=datetime.now(UTC))
    eventually(lambda: swept.count == 1)
    scheduler.modify_job("blind_spots", next_run_time=datetime.now(UTC))


def counts_machines(scheduler: BackgroundScheduler, swept: Swept) -> None:
    """At once, and in a minute."""
    musters.register(scheduler, swept)
    eventually(lambda: swept.count == 1)
    scheduler.modify_job("musters", next_run_time=datetime.now(UTC))


def sends_figures(scheduler: BackgroundScheduler, swept: Swept) -> None:
    figures.register(scheduler, swept)
    scheduler.modify_job("figures", next_run_time=datetime.now(UTC))
    eventually(lambda: swept.count == 1)
    scheduler.modify_job("figures", next_run_time=datetime.now(UTC))


def frees_groups(scheduler: BackgroundScheduler, swept: Swept) -> None:
    groups.register(scheduler, swept)
    scheduler.modify_job("groups", next_run_time=datetime.now(UTC))
    eventually(lambda: swept.count == 1)
    scheduler.modify_job("groups", next_run_time=datetime.now(UTC))


def ends_freezes(scheduler: BackgroundScheduler, swept: Swept) -> None:
    leases.register(scheduler, Idle(), swept)


@pytest.fixture
def scheduler() -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler()
    scheduler.start()
    yield scheduler
    scheduler.shutdown()


@pytest.mark.parametrize(
    ("register", "error", "line", "traced"),
    [
        (refresh.register, DatabaseLocked("x"), "messages of deploys wait for the database", False),
        (refresh.register, KeyError("x"), "refreshing the messages of deploys failed; trying again", True),
        (fleet.register, DatabaseLocked("x"), "a changed fleet file waits for the database", False),
        (fleet.register, KeyError("x"), "reading the fleet file failed; trying again", True),
        (aftercare.register, DatabaseLocked("x"), "the watch over finished deploys waits for the database", False),
        (aftercare.register, KeyError("x"), "watching finished deploys failed; trying again", True),
        (queue.register, DatabaseLocked("x"), "deploys in line wait for the database", False),
        (queue.register, KeyError("x"), "serving the line failed; trying again", True),
        (incidents.register, DatabaseLocked("x"), "open incidents wait for the database", False),
        (incidents.register, KeyError("x"), "looking after incidents failed; trying again", True),
        (self_acts.register, DatabaseLocked("x"), "what would be done by itself waits for the database", False),
        (self_acts.register, KeyError("x"), "acting by itself failed; trying again", True),
        (read_cpu, DatabaseLocked("x"), "the CPU of this minute is lost: the database", False),
        (counts_machines, KeyError("x"), "counting machines failed; trying again in a minute", True),
        (read_cpu, KeyError("x"), "reading the CPU failed; trying again in a minute", True),
        (dispatch.register, DatabaseLocked("x"), "messages by other ways wait for the database", False),
        (dispatch.register, KeyError("x"), "sending messages by other ways failed; trying again", True),
        (ends_locks, DatabaseLocked("x"), "locks that are over wait for the database", False),
        (rolls_up, DatabaseLocked("x"), "the history of checks is rolled up later", False),
        (looks_at_aws, DatabaseLocked("x"), "how AWS answers waits for the database", False),
        (looks_at_aws, KeyError("x"), "looking at how AWS answers failed; trying again", True),
        (
            looks_at_blind_spots,
            DatabaseLocked("x"),
            "telling of checks that cannot be asked waits for the database",
            False,
        ),
        (looks_at_blind_spots, KeyError("x"), "looking at checks that cannot be asked failed; trying again", True),
        (sends_figures, DatabaseLocked("x"), "the bot's own figures wait for the database", False),
        (sends_figures, KeyError("x"), "sending the bot's own figures failed; trying again", True),
        (frees_groups, DatabaseLocked("x"), "scaling groups wait for the database", False),
        (frees_groups, KeyError("x"), "letting scaling groups go failed; trying again", True),
        (tidies, KeyError("x"), "forgetting old messages failed; trying again tomorrow", True),
        (ends_freezes, KeyError("x"), "ending freezes failed; trying again", True),
    ],
)
def test_a_run_that_fails_is_logged_and_the_next_one_comes(
    scheduler: BackgroundScheduler, register: Callable[[Any, Any], None], error: Exception, line: str, traced: bool
) -> None:
    swept = Swept(error)
    with capture_logs() as said:
        register(scheduler, swept)
        eventually(lambda: swept.count >= 2)
    assert [(entry["event"], bool(entry.get("exc_info"))) for entry in said] == [(line, traced)]
