import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.evidence import Reading, Sample, Verdict
from bot.state.database import Database
from bot.state.readings import Readings
from bot.state.samples import Samples
from bot.state.schema import apply_all
from bot.state.verdicts import Verdicts
from tests.building import NOW

FIRST = (Sample(0, "web1", True, 10, 0, 12.5), Sample(0, "web2", False, 10, 10, None))
SECOND = (Sample(1, "web1", True, 10, 1, 13.0), Sample(1, "web2", False, 0, 0, None))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "state.db")
    apply_all(made)
    yield made
    made.close()


def test_samples_come_back_as_they_were_in_the_order_of_their_intervals(db: Database) -> None:
    samples = Samples(db)
    samples.keep(41, 2, SECOND)
    samples.keep(41, 2, FIRST)
    assert samples.of(41, 2) == (*FIRST, *SECOND)


def test_each_stage_of_each_deploy_has_its_own(db: Database) -> None:
    samples = Samples(db)
    samples.keep(41, 2, FIRST)
    assert samples.of(41, 3) == samples.of(42, 2) == ()


def test_an_interval_is_kept_once_and_whole(db: Database) -> None:
    samples = Samples(db)
    samples.keep(41, 2, FIRST)
    with pytest.raises(sqlite3.IntegrityError):
        samples.keep(41, 2, [SECOND[0], FIRST[0]])
    assert samples.of(41, 2) == FIRST


def test_the_first_verdict_of_a_stage_stands(db: Database) -> None:
    verdicts = Verdicts(db)
    assert verdicts.newest(41) is None
    verdicts.give(41, 2, Verdict.INCONCLUSIVE, "8 more minutes", NOW)
    verdicts.give(41, 2, Verdict.SUCCESSFUL, "a second try", NOW)
    assert verdicts.newest(41) is Verdict.INCONCLUSIVE
    assert verdicts.newest(42) is None


CPU = Reading("cpu", 0, "web1", True, 41.5)
NONE = Reading("cpu", 0, "web2", False, None, trouble="the query returned nothing")
SHARE = Reading("failures", 0, "web1", True, 0.5, 10.4)
LOST = Reading("failures", 0, "web2", False, None, trouble="Prometheus could not be reached", failed=True)


def test_readings_come_back_as_they_were_metric_by_metric(db: Database) -> None:
    readings = Readings(db)
    readings.keep(41, 2, [SHARE, LOST])
    readings.keep(41, 2, [CPU, NONE])
    assert readings.of(41, 2) == (CPU, NONE, SHARE, LOST)
    assert readings.of(41, 3) == readings.of(42, 2) == ()


def test_a_number_that_comes_late_takes_the_place_of_its_absence(db: Database) -> None:
    readings = Readings(db)
    readings.keep(41, 2, [CPU, NONE])
    late = Reading("cpu", 0, "web2", False, 40.0)
    readings.keep(41, 2, [late])
    assert readings.of(41, 2) == (CPU, late)


def test_what_is_forgotten_is_gone_for_that_stage_alone(db: Database) -> None:
    samples, readings, verdicts = Samples(db), Readings(db), Verdicts(db)
    for position in (2, 3):
        samples.keep(41, position, FIRST)
        readings.keep(41, position, [CPU])
        verdicts.give(41, position, Verdict.INCONCLUSIVE, "too few", NOW)
    for rows in (samples, readings, verdicts):
        rows.forget(41, 3)
    assert (samples.of(41, 2), samples.of(41, 3)) == (FIRST, ())
    assert (readings.of(41, 2), readings.of(41, 3)) == ((CPU,), ())
    verdicts.give(41, 3, Verdict.SUCCESSFUL, "no worse", NOW)
    assert verdicts.newest(41) is Verdict.SUCCESSFUL
