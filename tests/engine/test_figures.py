"""The bot's own figures: sent once, kept while they cannot be sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.engine.figures import FigureBook
from bot.errors import CloudAway, CloudError
from bot.figures import Figure
from bot.model import DeployState, Target
from bot.state.database import Database
from bot.state.deploys import Deploys
from bot.state.figure_marks import FigureMarks
from bot.state.schema import apply_all
from bot.timings import Timings
from bot.watch import Vitals
from tests.building import TARGET, a_plan, fleet_of
from tests.workspace import HandClock

MINUTES = timedelta(minutes=5)


class Place:
    """A database, a clock and a CloudWatch that may be away; `start` is what a new process makes of them."""

    def __init__(self, directory: Path) -> None:
        self.db = Database(directory / "state.db")
        apply_all(self.db)
        self.clock, self.fleet, self.sent = HandClock(), fleet_of(), list[list[Figure]]()
        self.error: CloudError | None = None
        self.committed: dict[str, datetime] = {}
        self.start()

    def start(self) -> None:
        self.alerts = Timings([1.0, 5.0])
        self.book = FigureBook(
            self.db,
            lambda target: Vitals(target, (), (), 1.0),
            lambda: self.fleet,
            self.alerts,
            lambda _, sha: self.committed.get(sha),
            self._put,
            self.clock,
        )

    def _put(self, figures: Sequence[Figure]) -> None:
        if self.error:
            raise self.error
        self.sent.append(list(figures))

    def deployed(self, state: DeployState = DeployState.SUCCEEDED, ref: str = "1.4.2", target: Target = TARGET) -> None:
        deploys = Deploys(self.db)
        deploy = deploys.begin(a_plan(ref=ref, target=target), "U0ANA", self.clock.now())
        assert deploy is not None
        self.clock.sleep(timedelta(seconds=30))
        assert deploys.finish(deploy.id, state, "", self.clock.now())
        self.clock.sleep(timedelta(seconds=1))

    def send(self) -> dict[str, tuple[tuple[float, float], ...]]:
        self.clock.sleep(MINUTES)
        before = len(self.sent)
        self.book.send()
        return {one.name: one.values for figures in self.sent[before:] for one in figures}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.db.close()


def test_how_services_stand_is_sent_every_time(place: Place) -> None:
    for _ in range(2):
        assert place.send() == {"OpenIncidents": ((0, 1),), "Uptime": ((100.0, 1),)}


def test_a_deploy_is_sent_once_with_its_lead_time(place: Place) -> None:
    place.committed[a_plan().release.sha] = place.clock.now() - timedelta(hours=1)
    place.deployed()
    found = place.send()
    assert found["Deploys"] == ((1, 1),)
    assert found["DeployTime"] == ((30.0, 1),)
    assert found["LeadTime"] == ((3630.0, 1),)
    assert "Deploys" not in place.send()


def test_what_could_not_be_sent_goes_along_the_next_time_also_after_a_restart(place: Place) -> None:
    place.send()
    place.deployed(DeployState.FAILED)
    place.alerts.add(0.5)
    place.error = CloudAway("cloudwatch:PutMetricData", "no answer")
    with capture_logs() as said:
        assert place.send() == {}
    assert [entry["log_level"] for entry in said] == ["error"]
    place.error = None
    place.start()
    assert place.send()["Deploys"] == ((1, 1),)
    assert "Deploys" not in place.send()


def test_how_long_alerts_waited_is_sent_since_the_last_time(place: Place) -> None:
    for seconds in (0.5, 0.6, 3.0):
        place.alerts.add(seconds)
    assert place.send()["AlertDelivery"] == ((1.0, 2), (5.0, 1))
    assert "AlertDelivery" not in place.send()
    place.error = CloudAway("cloudwatch:PutMetricData", "no answer")
    place.alerts.add(0.5)
    with capture_logs():
        place.send()
    place.error = None
    assert place.send()["AlertDelivery"] == ((1.0, 1),)


def test_deploys_before_the_first_start_are_history(place: Place) -> None:
    place.deployed()
    place.start()
    assert "Deploys" not in place.send()


def test_what_is_older_than_cloudwatch_takes_is_left_out(place: Place) -> None:
    place.send()
    place.deployed()
    place.clock.sleep(timedelta(days=20))
    assert "Deploys" not in place.send()
    assert FigureMarks(place.db).read() == place.clock.now()
