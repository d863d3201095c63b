"""Checks of load: what was read and kept decides, and a service that is too busy is told like any outage."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.busy import Busy
from bot.backends.probers import Probers
from bot.engine.cpu_checks import CpuProber
from bot.engine.monitor import Monitor
from bot.errors import DatabaseLocked
from bot.hurdles import MACHINE
from bot.model import Blind, Target
from bot.questions import CpuAsk
from bot.state.incidents import Incidents
from bot.state.outbox import Outbox
from tests.engine.test_cpu import AWAY, Place, scaled
from tests.fleet.samples import PRODUCTION, changed, load
from tests.workspace import HandClock

ASK = CpuAsk(Target("shop", "production"), 85.0, timedelta(minutes=3))
CHECK = {"cpu_above": "85 for 3m", "every": "1s", "action": "restart"}


class Watched(Place):
    """A place with a monitor; `minutes` sweeps the CPU, then the checks."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.fleet = load(changed(scaled(), ((*PRODUCTION, "checks"), [CHECK])))
        self.prober = CpuProber(self.book, self.clock)
        probers = Probers({CpuAsk: self.prober})
        self.monitor = Monitor(self.db, Outbox(self.db), probers, lambda: self.fleet, lambda *_: None, self.clock)

    def busy(self, *numbers: float | Busy) -> None:
        """Both hosts say these, a minute each."""
        for number in numbers:
            self.readings.cpu["web2"] = number
            self.minutes(number)
            for _ in range(3):
                self.clock.forward(1)
                self.monitor.sweep()

    def open(self) -> list[str]:
        return [one.incident.cause for one in Incidents(self.db).open_incidents()]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.db.close()


def test_a_service_that_is_too_busy_for_too_long_is_an_incident_and_ends_as_one(place: Watched) -> None:
    place.busy(20, 90, 95)
    assert place.open() == []
    place.busy(99)
    assert place.open() == ["median 99 % on 2 hosts; never below 90 % in 3 min"]
    place.busy(40)
    assert place.open() == []


def test_what_cannot_be_read_opens_nothing_and_closes_nothing(place: Watched) -> None:
    place.busy(20, AWAY, AWAY, AWAY, AWAY)
    assert place.open() == []
    place.busy(90, 90, 90, 90)
    assert len(place.open()) == 1
    place.busy(*[AWAY] * 12)
    assert len(place.open()) == 1
    place.busy(10)
    assert place.open() == []


def test_many_questions_are_one_look_and_each_has_its_answer(place: Watched) -> None:
    place.busy(20, 20)
    other = CpuAsk(Target("api", "production"), 50.0, timedelta(minutes=3))
    place.prober.submit([("a", ASK), ("b", other)])
    found = {answer.tag: answer.probe for answer in place.prober.collect()}
    assert (found["a"].ok, found["b"].blind, found["b"].hurdle) == (True, Blind.UNKNOWN, None)
    assert place.prober.collect() == []


def test_a_database_that_cannot_be_read_says_nothing_of_the_service() -> None:
    class Broken:
        def minutes(self, targets: object, now: object) -> dict[Target, list[object]]:
            raise DatabaseLocked("state.db")

    prober = CpuProber(Broken(), HandClock())  # type: ignore[arg-type] # only that it raises counts
    prober.submit([("a", ASK)])
    (answer,) = prober.collect()
    assert (answer.probe.blind, answer.probe.hurdle) == (Blind.UNKNOWN, MACHINE)
    assert answer.probe.cause.startswith("could not be asked: ")
