"""Hosts in memory: what their app answers, and the machine room through its door."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backends.base import Order, Site, StepSpec
from bot.backends.memory import MemoryBackend
from bot.model import Blind, Host, Step
from bot.questions import Ask, CommandAsk
from bot.sandbox import shop
from bot.sandbox.demo_site import HOSTS, Layout
from bot.sandbox.memory_prober import NO_SHELL, MemoryProber, no_shell
from bot.sandbox.memory_room import Room, RoomDoor, open_door
from bot.sandbox.memory_shop import MemoryShop

NOW = datetime(2026, 11, 20, tzinfo=UTC)
STEPS = (Step.INSTALL, Step.TEST, Step.RESTART)
SITE = Site("shop", "production", "shop", "shop", dict.fromkeys(STEPS, StepSpec("true", timedelta(seconds=1))))
WEB1 = Host("web1", "deploy", "web1")
HEALTH = Ask("http://web1:8080/healthz", timedelta(seconds=2))


class Scene:
    def __init__(self, directory: Path) -> None:
        self.layout = Layout(directory)
        self.layout.state.mkdir()
        self.backend = MemoryBackend()
        self.versions = shop.build(self.layout.repository)
        self.shop = MemoryShop(self.backend, self.versions)
        for name in HOSTS:
            self.shop.furnish(name)
        self.room = Room(self.backend, self.shop)
        self.orders = 0

    def bring(self, version: str) -> str:
        """The cause of a failure."""
        self.orders += 1
        order = Order(f"deploy-{self.orders}", self.versions[version])
        return self.backend.bring(SITE, order, [WEB1], lambda host, step: None)[0].cause

    def restart(self) -> None:
        self.orders += 1
        assert self.backend.restart(SITE, Order(f"restart-{self.orders}", ""), [WEB1])[0].ok


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


@pytest.mark.parametrize(
    ("version", "ok", "cause"),
    [
        ("1.0.0", True, ""),
        ("1.1.0", True, ""),
        ("1.2.0", False, ": database: no such table: reviews"),
        ("1.4.0", True, ""),
    ],
)
def test_each_release_answers_as_the_real_one_does(scene: Scene, version: str, ok: bool, cause: str) -> None:
    assert scene.bring(version) == ""
    probe = scene.shop.answer(HEALTH, NOW)
    assert probe.ok is ok
    assert probe.cause.endswith(cause)
    assert probe.status == (200 if ok else 503)


def test_only_the_slow_release_is_slow_and_no_two_answers_take_the_same_time(scene: Scene) -> None:
    scene.bring("1.1.0")
    quick = [scene.shop.answer(HEALTH, NOW).latency for _ in range(50)]
    scene.bring("1.4.0")
    slow = [scene.shop.answer(HEALTH, NOW).latency for _ in range(50)]
    assert min(slow) > 3 * max(quick)
    assert len({*quick, *slow}) == 100


def test_a_release_that_is_too_slow_for_the_question_is_no_answer_in_time(scene: Scene) -> None:
    scene.bring("1.4.0")
    probe = scene.shop.answer(replace(HEALTH, timeout=timedelta(milliseconds=10)), NOW)
    assert not probe.ok
    assert probe.cause.startswith("no answer within 10 ms")


def test_a_question_is_judged_by_all_that_it_wants(scene: Scene) -> None:
    scene.bring("1.0.0")
    assert scene.shop.answer(replace(HEALTH, body="ok"), NOW).ok
    assert "body lacks 'fine'" in scene.shop.answer(replace(HEALTH, body="fine"), NOW).cause


def test_the_release_whose_tests_fail_is_never_switched_to(scene: Scene) -> None:
    scene.bring("1.0.0")
    assert scene.bring("1.3.0") == "test ended with status 1"
    assert scene.shop.release("web1") == "1.0.0"


def test_nothing_answers_before_a_deploy_and_a_name_that_no_host_has_never_does(scene: Scene) -> None:
    assert scene.shop.answer(HEALTH, NOW).cause == "connection refused"
    assert scene.shop.answer(replace(HEALTH, url="http://web9:8080/"), NOW).cause == "name does not resolve"


def test_a_stopped_app_refuses_until_a_restart_or_a_start(scene: Scene) -> None:
    scene.bring("1.0.0")
    for again in (scene.restart, lambda: scene.room.act("web1", "start")):
        assert scene.room.act("web1", "stop")["detail"] == "the application is stopped"
        assert scene.shop.answer(HEALTH, NOW).cause == "connection refused"
        again()
        assert scene.shop.answer(HEALTH, NOW).ok


def test_a_prober_answers_at_once_and_each_answer_is_collected_once(scene: Scene) -> None:
    scene.bring("1.0.0")
    prober = MemoryProber(scene.shop.answer, lambda: NOW)
    prober.submit([("a", HEALTH), ("b", replace(HEALTH, url="http://web2:8080/"))])
    assert [(answer.tag, answer.probe.ok, answer.asked_at) for answer in prober.collect()] == [
        ("a", True, NOW),
        ("b", False, NOW),
    ]
    assert prober.collect() == []
    assert [probe.ok for probe in prober.probe([HEALTH, HEALTH])] == [True, True]


def test_a_command_on_a_host_in_memory_is_neither_well_nor_down() -> None:
    probe = no_shell(CommandAsk(WEB1, "true", timedelta(seconds=1)), NOW)
    assert (probe.ok, probe.blind, probe.cause) == (False, Blind.UNKNOWN, NO_SHELL)


@pytest.fixture
def door(scene: Scene) -> Iterator[RoomDoor]:
    server = open_door(scene.room, scene.layout.state)
    yield RoomDoor(scene.layout)
    server.shutdown()
    server.server_close()


def test_the_room_is_empty_until_the_bot_has_opened_it(scene: Scene) -> None:
    assert RoomDoor(scene.layout).list() == []


def test_through_the_door_a_host_is_seen_and_switched(scene: Scene, door: RoomDoor) -> None:
    scene.bring("1.1.0")
    first, second, *_ = door.list()
    assert first == {"name": "web1", "address": "in memory", "app": "running", "release": "1.1.0", "detail": ""}
    assert (second["app"], second["detail"]) == ("stopped", "nothing deployed yet")
    assert door.act("web1", "unplug")["detail"].startswith("unplugged")
    assert not scene.backend.survey(SITE, [WEB1])[0].reachable
    assert scene.shop.answer(HEALTH, NOW).ok  # the app runs on behind the pulled plug
    door.act("web1", "plug")
    assert scene.backend.survey(SITE, [WEB1])[0].reachable


def test_what_is_not_there_is_refused_before_the_door(door: RoomDoor) -> None:
    with pytest.raises(KeyError):
        door.act("web9", "stop")
    with pytest.raises(ValueError, match="what can: stop, start, unplug, plug"):
        door.act("web1", "burn")
