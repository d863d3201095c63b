"""AWS that cannot be asked for a while: said once, and once when it is over, also across a restart."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.aws_calls import Calls
from bot.engine.cloud_troubles import CloudWarden
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from tests.fleet.samples import changed, load
from tests.workspace import HandClock

ROLE = "arn:aws:iam::123456789012:role/pointsman"
STEP = timedelta(seconds=10)


class Place:
    """Calls, a database and a clock; `start` is what a new process makes of them."""

    def __init__(self, directory: Path) -> None:
        self.db = Database(directory / "state.db")
        apply_all(self.db)
        self.clock = HandClock()
        self.fleet = load(changed((("aws",), {"production": {"role_arn": ROLE}})))
        self.start()

    def start(self) -> None:
        self.calls = Calls(self.clock.now)
        self.warden = CloudWarden(self.calls, lambda: self.fleet, self.db, Outbox(self.db), self.clock)

    def pass_by(self, seconds: int, code: str | None = None, role: str = ROLE) -> None:
        """The job's runs in that time; before each an answer with this code, if any."""
        for _ in range(seconds // 10):
            if code is not None:
                self.calls.heard(role, "ec2", "DescribeInstances", code)
            self.warden.look()
            self.clock.sleep(STEP)

    def said(self) -> list[tuple[str, str]]:
        """(key, text) of each message as it stands now."""
        with self.db.reading() as db:
            rows = list(db.table("outbox").rows_where(order_by="id"))
        return [(row["key"], json.loads(row["payload"])["text"]) for row in rows]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.db.close()


def test_throttling_that_lasts_a_minute_is_said_once_and_its_end_in_the_same_message(place: Place) -> None:
    place.pass_by(50, "Throttling")
    assert place.said() == []
    place.pass_by(300, "Throttling")
    ((key, text),) = place.said()
    assert text.startswith(":warning: AWS says that it is asked too often for production, since ")
    place.pass_by(180, "")
    ((again, text),) = place.said()
    assert again == key
    assert text.startswith(":white_check_mark: AWS answers for production as usual again, after ")


def test_throttling_that_passes_is_said_to_nobody(place: Place) -> None:
    for _ in range(3):
        place.pass_by(40, "Throttling")
        place.pass_by(20, "")
        place.calls.heard(ROLE, "ec2", "DescribeInstances", "")
        place.clock.sleep(timedelta(minutes=2))
    place.pass_by(60, "")
    assert place.said() == []


@pytest.mark.parametrize(("role", "where"), [(ROLE, "production"), ("", "staging")])
def test_credentials_that_are_not_taken_are_said_with_the_environments_they_are_for(
    place: Place, role: str, where: str
) -> None:
    place.pass_by(300, "ExpiredToken", role)
    ((_, text),) = place.said()
    assert text.startswith(f":warning: AWS does not let the bot in for {where}, since ")
    place.pass_by(10, "", role)
    ((_, text),) = place.said()
    assert f"AWS lets the bot in for {where} again, after 5 min" in text


def test_a_second_trouble_is_a_message_of_its_own(place: Place) -> None:
    for _ in range(2):
        place.pass_by(120, "ExpiredToken")
        place.pass_by(20, "")
    assert len({key for key, _ in place.said()}) == 2
    assert all(text.startswith(":white_check_mark:") for _, text in place.said())


def test_a_restart_says_nothing_twice_and_still_says_the_end(place: Place) -> None:
    place.pass_by(120, "ExpiredToken")
    place.start()
    place.pass_by(120)
    ((_, text),) = place.said()
    assert text.startswith(":warning:")
    place.pass_by(120, "ExpiredToken")
    assert len(place.said()) == 1
    place.pass_by(10, "")
    ((_, text),) = place.said()
    assert text.startswith(":white_check_mark:")
