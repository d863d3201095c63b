from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from bot.cloud_trouble import CallCount
from bot.hurdles import LOGIN
from bot.model import Content, Outgoing, Probe
from bot.web.guard import Guard
from bot.web.metrics import metrics
from tests.engine.watching import EVERY, HTTP, START, fleet_with
from tests.web.watched import Watched

SHOP = {"service": "shop", "environment": "production"}
CHECK = {"check": HTTP, **SHOP, "host": ""}


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "state.db")


@pytest.fixture
def address(watched: Watched) -> Iterator[str]:
    with watched.served(metrics(watched.pulse, Guard(None))) as address:
        yield address


def read(address: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Every sample by name, as Prometheus's own parser finds it."""
    answer = requests.get(f"{address}/metrics", timeout=10)
    assert answer.status_code == 200
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_before_anything_was_asked_a_check_has_no_figures(address: str) -> None:
    found = read(address)
    assert "pointsman_check_up" not in found
    assert found["pointsman_incidents_open"] == [(SHOP, 0)]


def test_a_check_that_is_up_has_its_latency_and_its_moment(address: str, watched: Watched) -> None:
    watched.world.settle()
    found = read(address)
    assert found["pointsman_check_up"] == [(CHECK, 1)]
    assert found["pointsman_check_latency_seconds"] == [(CHECK, 0.012)]
    [(_, asked)] = found["pointsman_check_asked_timestamp_seconds"]
    assert 0 < asked - START.timestamp() <= 3 * EVERY
    assert {labels["part"]: value for labels, value in found["pointsman_part_up"]} == {
        "sweeps": 1,
        "database": 1,
        "slack": 1,
    }


def test_an_outage_is_a_zero_an_incident_and_a_message_that_waits(address: str, watched: Watched) -> None:
    watched.world.settle()
    watched.world.fail()
    watched.world.rounds(3)
    watched.line.away = True
    found = read(address)
    assert found["pointsman_check_up"] == [(CHECK, 0)]
    assert "pointsman_check_latency_seconds" not in found
    assert found["pointsman_incidents_open"] == [(SHOP, 1)]
    assert found["pointsman_messages_waiting"] == [({}, 1)]
    assert ({"part": "slack"}, 0) in found["pointsman_part_up"]


def test_checks_that_cannot_be_asked_are_counted_apart_from_those_that_are_down(address: str, watched: Watched) -> None:
    watched.world.settle()
    assert read(address)["pointsman_checks_unasked"] == [(SHOP, 0)]
    watched.world.fail(Probe.unasked(LOGIN, "not asked: no SSH key to log in with"))
    watched.world.rounds(2)
    found = read(address)
    assert (found["pointsman_checks_unasked"], found["pointsman_incidents_open"]) == ([(SHOP, 1)], [(SHOP, 0)])
    assert "pointsman_check_up" not in found
    watched.world.mend()
    watched.world.rounds(1)
    assert read(address)["pointsman_checks_unasked"] == [(SHOP, 0)]


def test_what_sweeps_and_deliveries_took_is_counted(address: str, watched: Watched) -> None:
    watched.world.settle()
    watched.deliveries.add(0.4)
    watched.deliveries.add(90)
    found = read(address)
    swept = found["pointsman_sweep_seconds_count"][0][1]
    assert swept == 30
    buckets = {labels["le"]: value for labels, value in found["pointsman_delivery_seconds_bucket"]}
    assert buckets == {"1.0": 1, "60.0": 1, "+Inf": 2}
    assert found["pointsman_delivery_seconds_sum"] == [({}, 90.4)]


def test_a_message_that_slack_refused_is_counted(address: str, watched: Watched) -> None:
    world = watched.world
    world.outbox.put(Outgoing("a", "#gone", Content("DOWN")), world.clock.now())
    [row] = world.outbox.pending()
    world.outbox.refused(row, world.clock.now(), world.clock.now(), "channel_not_found")
    found = read(address)
    assert (found["pointsman_messages_refused"], found["pointsman_messages_waiting"]) == ([({}, 1)], [({}, 0)])


def test_checks_per_host_carry_their_host(address: str, watched: Watched) -> None:
    watched.world.fleet = fleet_with({"http": "http://{host}:8080/healthz", "per_host": True})
    watched.world.settle()
    hosts = [labels["host"] for labels, _ in read(address)["pointsman_check_up"]]
    assert len(hosts) > 1
    assert all(hosts)


def test_without_a_database_it_says_so_and_the_process_has_its_figures(address: str, watched: Watched) -> None:
    with watched.world.db.transaction() as db:
        db.execute("DROP TABLE checks")
    found = read(address)
    assert found["pointsman_part_up"] == [({"part": "database"}, 0)]
    assert found["process_cpu_seconds_total"][0][1] > 0


def test_with_a_token_it_is_for_who_sends_it(watched: Watched) -> None:
    with watched.served(metrics(watched.pulse, Guard("a-long-enough-token"))) as address:
        assert requests.get(f"{address}/metrics", timeout=10).status_code == 401
        headers = {"Authorization": "Bearer a-long-enough-token"}
        assert "pointsman_part_up" in requests.get(f"{address}/metrics", headers=headers, timeout=10).text


def test_calls_of_aws_are_counted_with_those_that_came_too_often(address: str, watched: Watched) -> None:
    assert "pointsman_aws_calls_total" not in read(address)
    watched.calls = (CallCount("ec2", "DescribeInstances", 41, 3),)
    found = read(address)
    labels = {"service": "ec2", "operation": "DescribeInstances"}
    assert found["pointsman_aws_calls_total"] == [(labels, 41)]
    assert found["pointsman_aws_throttled_total"] == [(labels, 3)]
