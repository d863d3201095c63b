"""Exactly one DOWN and one UP per outage, and what they say."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Health, Probe, Target
from bot.questions import Ask
from tests.engine.watching import BAD, EVERY, HTTP, SHOP, World, fleet_with


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state.db")
    yield world
    world.close()


def test_an_outage_is_one_message_that_is_closed_and_answered(world: World) -> None:
    world.settle()
    assert world.messages() == {}
    world.fail()
    world.rounds(6)
    assert world.states() == ["DOWN"]
    world.deliver()
    world.mend()
    world.rounds(6)
    assert list(world.messages()) == ["incident:1", "incident:1:up"]
    assert world.states() == ["UP", "UP"]
    assert world.says("incident:1", "answered 503 in 41 ms: no such table")
    assert world.says("incident:1", "deploy 41 (1.4.1 → 1.4.2) by")


def test_the_answer_stands_in_the_thread_of_the_alert(world: World) -> None:
    world.fail()
    world.rounds(4)
    world.deliver()
    world.mend()
    world.rounds(4)
    with world.db.reading() as db:
        rows = list(db.query("SELECT key, channel, thread FROM outbox ORDER BY id"))
    assert rows == [
        {"key": "incident:1", "channel": "#alerts", "thread": None},
        {"key": "incident:1:up", "channel": "#alerts", "thread": "incident:1"},
    ]


def test_an_outage_that_ends_before_slack_heard_of_it_is_one_combined_message(world: World) -> None:
    world.fail()
    world.rounds(5)
    world.mend()
    world.rounds(5)
    assert list(world.messages()) == ["incident:1"]
    assert "was down" in world.first_lines()["incident:1"]


def test_a_check_that_is_down_from_the_start_is_told_too(world: World) -> None:
    world.fail()
    world.run(2 * EVERY)
    assert world.messages() == {}
    world.run(2 * EVERY)
    assert world.states() == ["DOWN"]


@pytest.mark.parametrize("failures", [1, 2])
def test_fewer_failures_than_asked_for_are_nobodys_business(world: World, failures: int) -> None:
    world.settle()
    for _ in range(4):
        world.fail()
        world.rounds(failures)
        world.mend()
        world.rounds(1)
    assert world.messages() == {}


def test_down_dates_from_the_first_failure_and_up_from_the_first_good_answer(world: World) -> None:
    world.settle()
    world.fail()
    failed_from = world.clock.now()
    world.rounds(5)
    world.deliver()
    world.mend()
    good_from = world.clock.now()
    world.rounds(5)
    with world.db.reading() as db:
        [row] = db.query("SELECT * FROM incidents")
    assert 0 <= row["started_at"] - failed_from.timestamp() <= EVERY + 1
    assert 0 <= row["ended_at"] - good_from.timestamp() <= EVERY + 1
    assert 2 * EVERY <= row["detected_at"] - row["started_at"] <= 2 * EVERY + 2
    assert EVERY <= row["up_detected_at"] - row["ended_at"] <= EVERY + 2


def test_each_outage_has_its_own_messages(world: World) -> None:
    for _ in range(3):
        world.fail()
        world.rounds(4)
        world.deliver()
        world.mend()
        world.rounds(4)
        world.deliver()
    assert list(world.messages()) == [f"incident:{i}{end}" for i in (1, 2, 3) for end in ("", ":up")]


def test_hosts_of_one_service_have_their_own_outages(tmp_path: Path) -> None:
    each = {"http": "http://{host}:{APP_PORT}/healthz", "per_host": True, "action": "restart"}
    world = World(tmp_path / "hosts.db", fleet_with(each))
    world.settle()
    world.targets.probes["http://10.0.0.6:8002/healthz"] = BAD
    world.rounds(5)
    assert world.first_lines()["incident:1"].startswith("DOWN · shop · production · web2 · since")
    assert world.says("incident:1", "Restart on web2")
    assert len(world.messages()) == 1
    world.close()


@pytest.mark.parametrize("at", range(1, 5))
def test_a_restart_at_any_round_of_an_outage_changes_nothing(world: World, at: int) -> None:
    world.settle()
    world.fail()
    world.rounds(at)
    world.restart()
    world.rounds(7 - at)
    world.deliver()
    assert world.states() == ["DOWN"]
    world.mend()
    world.rounds(at)
    world.restart()
    world.rounds(7 - at)
    assert list(world.messages()) == ["incident:1", "incident:1:up"]


def test_a_bot_that_crashes_all_the_time_still_counts_failures(world: World) -> None:
    world.settle()
    world.fail()
    for _ in range(12):
        world.run(EVERY // 2)
        world.restart()
    assert world.states() == ["DOWN"]


def test_a_target_that_never_answers_delays_nobody_and_is_not_asked_twice(tmp_path: Path) -> None:
    world = World(tmp_path / "two.db", fleet_with({"name": "slow"}, {"name": "http", "http": "https://api.test/"}))
    world.targets.mute.add("shop/production/slow")
    world.settle()
    asked = [tag for tag, _ in world.targets.asked]
    assert asked.count("shop/production/slow") == 1
    assert asked.count(HTTP) == 3
    world.run(150)  # an answer that got lost in the prober
    assert [tag for tag, _ in world.targets.asked].count("shop/production/slow") == 2
    world.close()


def test_the_question_is_the_one_in_the_file(tmp_path: Path) -> None:
    check = {"status": [200, 204], "body": "ok", "timeout": "7s"}
    world = World(tmp_path / "ask.db", fleet_with(check))
    world.settle()
    ask = world.targets.asked[0][1]
    assert ask == Ask("https://shop.example.com/healthz", timedelta(seconds=7), frozenset({200, 204}), "ok")
    world.close()


def test_a_password_in_an_address_is_not_told(tmp_path: Path) -> None:
    world = World(tmp_path / "secret.db", fleet_with({"http": "https://ana:s3cret@shop.example.com/healthz"}))
    world.fail()
    world.rounds(4)
    assert "s3cret" not in world.blocks("incident:1")
    assert world.says("incident:1", "GET https://shop.example.com/healthz")
    assert all("s3cret" not in check.asked for check in world.monitor.overview(SHOP).checks)
    world.close()


def test_the_overview_shows_checks_incidents_and_uptime(world: World) -> None:
    empty = world.monitor.overview(SHOP)
    assert (empty.health, empty.uptime, empty.incidents) == (Health.UNKNOWN, None, ())
    assert [check.asked for check in empty.checks] == ["GET https://shop.example.com/healthz"]
    world.settle()
    well = world.monitor.overview(SHOP)
    assert (well.health, well.uptime, well.incidents) == (Health.UP, 1.0, ())
    assert (well.checks[0].state.latency, well.checks[0].state.status) == (0.012, 200)
    world.fail()
    world.run(3 * EVERY + 1)
    ill = world.monitor.overview(SHOP)
    assert ill.health is Health.DOWN
    assert [incident.check_id for incident in ill.incidents] == [HTTP]
    assert ill.checks[0].state.cause == BAD.cause
    assert ill.uptime == pytest.approx(0.5, abs=0.15)
    assert world.monitor.open_incidents()[0].incident == ill.incidents[0]
    world.mend()
    world.settle()
    again = world.monitor.overview(SHOP)
    assert (again.health, again.incidents) == (Health.UP, ())
    assert again.uptime is not None
    assert again.uptime < 1


def test_a_target_that_the_file_does_not_know_is_unknown(world: World) -> None:
    vitals = world.monitor.overview(Target("bare", "production"))
    assert (vitals.health, vitals.checks, vitals.uptime) == (Health.UNKNOWN, (), None)


def test_a_failure_without_an_answer_is_told_with_its_phase(world: World) -> None:
    world.fail(Probe(False, 5.0, None, "no answer within 5 s (connected after 10 ms)"))
    world.rounds(4)
    assert world.says("incident:1", "healthz: no answer within 5 s (connected after 10 ms) · 3 checks in a row")
