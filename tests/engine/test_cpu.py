"""The sweep: every target in one look, what cannot be told written down as that, and loads for the rules."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.backends.busy import Busy
from bot.capacity import Fitness, Machine, Standing
from bot.engine.cpu import CpuBook
from bot.fleet import Fleet
from bot.model import Target
from bot.questions.numbers import CloudMetric, LoadQuestion, ProcLoad
from bot.scaling import Load
from bot.state.cpu import CpuRows
from bot.state.database import Database
from bot.state.schema import apply_all
from tests.fleet.samples import PRODUCTION, SHOP, changed, load
from tests.fleet.test_ec2 import tagged
from tests.workspace import HandClock

MINUTE = timedelta(minutes=1)
TARGET, STAGING = Target("shop", "production"), Target("shop", "staging")
AWAY = Busy(trouble="no connection to 10.0.0.6:22: timed out", failed=True)
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


class Readings:
    """Fills Loads: a number per host, or what was said beforehand."""

    def __init__(self) -> None:
        self.cpu: dict[str, float | Busy] = {}
        self.asked: list[list[str]] = []

    def read(self, questions: Sequence[LoadQuestion], now: datetime) -> list[Busy]:
        names = [_name(question) for question in questions]
        self.asked.append(names)
        return [self._one(name, now) for name in names]

    def _one(self, name: str, now: datetime) -> Busy:
        found = self.cpu.get(name, 50.0)
        return found if isinstance(found, Busy) else Busy(((now.replace(second=0, microsecond=0), found),), load=0.5)

    def close(self) -> None: ...


def _name(question: LoadQuestion) -> str:
    if isinstance(question, ProcLoad):
        return question.host.name
    return question.dimensions[0][1] if isinstance(question, CloudMetric) else question.query


class Place:
    def __init__(self, directory: Path) -> None:
        self.db = Database(directory / "state.db")
        apply_all(self.db)
        self.clock, self.readings = HandClock(), Readings()
        self.fleet = load(changed(scaled(over="3m")))
        self.standing: dict[Target, Standing] = {}
        self.book = self.start()

    def start(self) -> CpuBook:
        return CpuBook(self.db, self.readings, self._fleet, self.clock, self.standing.get)

    def _fleet(self) -> Fleet:
        return self.fleet

    def minutes(self, *numbers: float | Busy, host: str = "web1") -> None:
        """A sweep a minute, in which one host says these."""
        for number in numbers:
            self.readings.cpu[host] = number
            self.clock.forward(60)
            self.book.sweep()

    def loads(self) -> dict[str, float | None]:
        return {one.host: one.cpu for one in self.book.loads(TARGET, self.clock.now())}


def scaled(**words: object) -> tuple[tuple[str | int, ...], object]:
    return (*PRODUCTION, "scale"), {"max": 5, "target_cpu": 60, **words}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.db.close()


def test_all_targets_are_asked_for_in_one_look(place: Place) -> None:
    staging = {**changed()["services"]["shop"]["environments"]["production"], "path": "/srv/staging"}
    place.fleet = load(changed(((*SHOP, "environments", "staging"), staging)))
    place.book.sweep()
    assert place.readings.asked == [["web1", "web2", "web1", "web2"]]
    assert {target: len(place.book.loads(target, place.clock.now())) for target in (TARGET, STAGING)} == {
        TARGET: 2,
        STAGING: 2,
    }


def test_loads_are_averaged_over_what_the_fleet_file_says(place: Place) -> None:
    place.minutes(90, 30, 60, 90)
    assert place.loads() == {"web1": 60.0, "web2": 50.0}


def test_a_host_that_cannot_be_asked_is_missing_and_neither_idle_nor_as_before(place: Place) -> None:
    place.minutes(80, 80, AWAY)
    assert place.loads() == {"web1": None, "web2": 50.0}
    assert place.book.trouble(TARGET) == {"web1": AWAY.trouble}
    place.minutes(40)
    assert place.loads()["web1"] == 60.0  # of three minutes the one in between is not known
    assert place.book.trouble(TARGET) == {}


def test_nothing_is_known_before_the_first_sweep_and_long_after_the_last(place: Place) -> None:
    assert place.loads() == {"web1": None, "web2": None}
    place.minutes(80)
    place.clock.forward(10 * 60 + 61)
    assert place.loads() == {"web1": None, "web2": None}


def test_what_was_read_outlives_the_process(place: Place) -> None:
    place.minutes(10, 20, 30)
    place.book = place.start()
    assert place.loads() == {"web1": 20.0, "web2": 50.0}


def test_points_that_come_late_are_taken_and_settled_ones_not_written_again(place: Place) -> None:
    begun = place.clock.now().replace(second=0)
    points = tuple((begun - age * MINUTE, 10.0 * age) for age in range(9, -1, -1))
    place.minutes(Busy(points))
    late = tuple((at, 99.0) for at, _ in points)
    place.minutes(Busy(late))
    rows = [row.cpu for row in CpuRows(place.db).hosts(TARGET, begun - 9 * MINUTE) if row.host == "web1"]
    assert rows == [90.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 99.0, 99.0]


def test_an_hour_of_a_service_has_a_hole_where_it_was_not_read(place: Place) -> None:
    place.minutes(10, 30)
    place.clock.forward(120)
    place.minutes(70)
    found = place.book.series(TARGET, place.clock.now())
    assert len(found) == 60
    assert [one and (one.told, one.mean) for one in found[-5:]] == [(2, 30.0), (2, 40.0), None, None, (2, 60.0)]


def test_instances_of_a_cloud_are_asked_for_as_it_names_them_and_only_those_that_serve_count(place: Place) -> None:
    place.fleet = load(changed(*tagged(), scaled()))
    place.standing[TARGET] = Standing(
        2,
        (
            Machine("i-1", Fitness.HEALTHY, LONG_AGO, release="v7"),
            Machine("i-2", Fitness.PENDING, LONG_AGO),
            Machine("i-3", Fitness.DRAINING, LONG_AGO),
        ),
    )
    place.minutes(40, host="i-1")
    assert place.readings.asked == [["i-1", "i-2"]]
    assert place.book.loads(TARGET, place.clock.now()) == (Load("i-1", LONG_AGO, 40.0, "v7"),)


def test_trouble_is_logged_once_and_its_end_once(place: Place) -> None:
    with capture_logs() as said:
        place.minutes(AWAY, AWAY, 50, 50)
    assert [entry["event"] for entry in said] == ["the CPU could not be told", "the CPU is told again"]
    assert said[0]["why"] == AWAY.trouble


def test_old_minutes_are_forgotten(place: Place) -> None:
    place.minutes(10)
    first = place.clock.now()
    place.clock.forward(3 * 3600)
    place.minutes(20)
    rows = CpuRows(place.db)
    assert [row.cpu for row in rows.hosts(TARGET, first - MINUTE) if row.host == "web1"] == [20.0]
    assert len(rows.minutes([TARGET], first - MINUTE)[TARGET]) == 2


@pytest.mark.parametrize("change", [lambda place: place.fleet, lambda place: load(changed())])
def test_a_target_without_rules_is_read_as_well(place: Place, change: Callable[[Place], Fleet]) -> None:
    place.fleet = change(place)
    place.minutes(80)
    assert place.loads() == {"web1": 80.0, "web2": 50.0}
