"""Hosts that are found: kept while the cloud cannot be read, across restarts, and trouble is said once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cloud import Search
from bot.engine.discovery import Discovery
from bot.engine.sites import Sites
from bot.errors import CloudDenied, CloudError, CloudLockedOut
from bot.model import Host, Target
from bot.state.database import Database
from bot.state.outbox import Outbox
from bot.state.schema import apply_all
from tests.fleet.samples import changed, load
from tests.fleet.test_ec2 import TARGET, tagged
from tests.workspace import HandClock

MINUTE = timedelta(minutes=1)
DENIED = CloudDenied("ec2:DescribeInstances", "AWS does not allow it")


def instance(number: int) -> Host:
    return Host(f"i-{number}", "deploy", f"10.0.0.{number}", 22, {"APP_PORT": "8080"})


class Cloud:
    """Fills Finder: what runs there, or what it says no with."""

    def __init__(self, *hosts: Host) -> None:
        self.hosts = hosts
        self.error: CloudError | None = None
        self.denies: tuple[str, str] | None = None
        self.asked: list[Search] = []

    def find(self, search: Search) -> tuple[Host, ...]:
        self.asked.append(search)
        if self.error or self.denies in search.tags:
            raise self.error or DENIED
        return self.hosts


class Place:
    """A fleet file, a cloud and a database; `start` is what a new process makes of them."""

    def __init__(self, directory: Path) -> None:
        self.db = Database(directory / "state.db")
        apply_all(self.db)
        self.clock = HandClock()
        self.cloud = Cloud(instance(1), instance(2))
        self.fleet = load(changed(*tagged()))
        self.discovery = self.start()

    def start(self) -> Discovery:
        return Discovery(lambda: self.fleet, self.cloud, self.db, Outbox(self.db), self.clock)

    def names(self) -> list[str]:
        return [host.name for host in self.discovery.current().hosts(TARGET)]

    def said(self) -> list[str]:
        with self.db.reading() as db:
            return [json.loads(row["payload"])["text"] for row in db.table("outbox").rows_where(order_by="id")]

    def looks(self, times: int, every: timedelta = timedelta(seconds=30)) -> None:
        for _ in range(times):
            self.discovery.look()
            self.clock.sleep(every)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.db.close()


def test_what_is_found_are_the_hosts_and_its_checks_are_theirs(place: Place) -> None:
    assert place.names() == []
    place.discovery.look()
    assert place.names() == ["i-1", "i-2"]
    assert place.cloud.asked[0].tags == (("service", "shop"),)


def test_the_fleet_stays_the_same_value_until_something_changes(place: Place) -> None:
    place.discovery.look()
    first = place.discovery.current()
    place.clock.sleep(MINUTE)
    place.discovery.look()
    assert place.discovery.current() is first
    place.cloud.hosts = (instance(2), instance(3))
    place.clock.sleep(MINUTE)
    place.discovery.look()
    assert place.names() == ["i-2", "i-3"]
    place.fleet = load(changed(*tagged(user="ubuntu")))
    assert place.discovery.current() is not first
    assert place.names() == ["i-2", "i-3"]


def test_a_look_just_now_is_as_good_as_a_new_one(place: Place) -> None:
    place.discovery.look()
    place.discovery.fresh(TARGET)
    assert len(place.cloud.asked) == 1
    place.clock.sleep(timedelta(seconds=5))
    place.discovery.fresh(TARGET)
    assert len(place.cloud.asked) == 2


def test_hosts_that_are_written_down_are_never_looked_for(place: Place) -> None:
    place.fleet = load(changed())
    place.discovery.look()
    place.discovery.fresh(TARGET)
    place.discovery.fresh(Target("nobody", "nowhere"))
    assert place.cloud.asked == []
    assert place.names() == ["web1", "web2"]


def test_while_the_cloud_cannot_be_read_the_last_hosts_stay_also_across_a_restart(place: Place) -> None:
    place.discovery.look()
    place.cloud.error = DENIED
    place.looks(2)
    assert place.names() == ["i-1", "i-2"]
    place.discovery = place.start()
    assert place.names() == ["i-1", "i-2"]


def test_trouble_is_said_once_after_a_minute_and_edited_when_it_is_over(place: Place) -> None:
    place.looks(1)
    place.cloud.error = DENIED
    place.looks(2)
    assert place.said() == []
    place.looks(10)
    (line,) = place.said()
    assert line.startswith(":warning: The hosts of shop · production cannot be looked for since ")
    assert line.endswith("The 2 hosts found last stay in use.")
    place.discovery = place.start()
    place.looks(2)
    assert len(place.said()) == 1
    place.cloud.error = None
    place.looks(2)
    (line,) = place.said()
    assert line.startswith(":white_check_mark: The hosts of shop · production are looked for again, after 7 min")


def test_a_short_trouble_is_never_said(place: Place) -> None:
    place.cloud.error = DENIED
    place.looks(1)
    place.cloud.error = None
    place.looks(3)
    assert place.said() == []


def test_a_second_trouble_is_a_message_of_its_own(place: Place) -> None:
    for _ in range(2):
        place.cloud.error = DENIED
        place.looks(4)
        place.cloud.error = None
        place.looks(1)
    assert len(place.said()) == 2


def test_a_deploy_acts_on_the_hosts_of_this_moment_or_on_those_found_last(place: Place) -> None:
    sites = Sites(place.discovery.current, place.discovery.fresh)
    assert list(sites.place(TARGET).hosts) == ["i-1", "i-2"]
    place.cloud.hosts = (instance(2),)
    place.clock.sleep(MINUTE)
    assert list(sites.place(TARGET).hosts) == ["i-2"]
    place.cloud.error = DENIED
    place.clock.sleep(MINUTE)
    assert list(sites.place(TARGET).hosts) == ["i-2"]


def test_trouble_of_one_target_does_not_hide_another(place: Place) -> None:
    data = changed(*tagged())
    production = data["services"]["shop"]["environments"]["production"]
    other = {**production, "path": "/srv/staging", "ec2": {**production["ec2"], "tags": {"service": "other"}}}
    data["services"]["shop"]["environments"]["staging"] = other
    place.fleet = load(data)
    place.cloud.denies = ("service", "other")
    place.looks(4)
    assert place.names() == ["i-1", "i-2"]
    assert [line.split(" cannot")[0] for line in place.said()] == [":warning: The hosts of shop · staging"]


def test_that_nobody_is_let_in_is_said_elsewhere_once_for_all_targets(place: Place) -> None:
    place.looks(1)
    place.cloud.error = CloudLockedOut("ec2:DescribeInstances", "the AWS credentials have expired")
    place.looks(10)
    assert place.said() == []
    assert place.names() == ["i-1", "i-2"]
