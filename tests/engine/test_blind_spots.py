"""Checks that the bot cannot ask: told once for each reason, edited as they come and go, and never called DOWN."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.hurdles import BEATS
from bot.messages.blind_spots import LISTED
from bot.model import Blind, Probe
from bot.plan.blind_spots import QUIET
from bot.state.blindness import Blindnesses
from bot.state.dispatches import Dispatches
from tests.engine.spots import AWAY, DENIED, REFUSED, Place, check, three
from tests.engine.watching import BAD, fleet_with
from tests.fleet.samples import PRODUCTION, changed, load

QUIET_MINUTES = QUIET / timedelta(minutes=1) + 0.5  # and a look after it
NO_DATA = Probe(False, 0.0, None, "no point to tell by", Blind.UNKNOWN)
ONE, ALL = "NOT WATCHED · 1 check", "NOT WATCHED · 3 checks"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "state.db")
    yield made
    made.world.close()


def test_after_the_patience_it_is_told_once_and_its_end_in_the_same_message(place: Place) -> None:
    place.say(AWAY)
    place.minutes(5)
    assert place.told() == []
    place.minutes(10)
    assert place.told() == [ALL]
    words = place.world.blocks("unwatched:1")
    assert all(check(name) in words for name in ("cpu", "disk", "queue"))
    assert "Prometheus could not be reached" in words
    place.mend()
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["WATCHED AGAIN · 3 checks"]
    assert place.world.monitor.open_incidents() == []
    place.minutes(10)
    assert place.told() == ["WATCHED AGAIN · 3 checks"]


def test_what_passes_sooner_is_told_to_nobody(place: Place) -> None:
    for _ in range(4):
        place.say(AWAY)
        place.minutes(4.5)
        place.mend()
        place.minutes(0.5)
    assert place.told() == []
    assert place.unasked() == []


@pytest.mark.parametrize("probe", [NO_DATA, replace(NO_DATA, blind=Blind.KEEP)])
def test_no_data_is_an_answer(place: Place, probe: Probe) -> None:
    place.say(probe)
    place.minutes(30)
    assert place.told() == []


def test_data_that_is_lacking_ends_what_could_not_be_asked(place: Place) -> None:
    place.say(AWAY)
    place.minutes(6)
    place.say(NO_DATA)
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["WATCHED AGAIN · 3 checks"]


def test_the_fleet_file_says_how_long_to_wait(tmp_path: Path) -> None:
    place = Place(tmp_path / "state.db", three(alerts={"group_wait": "0s", "unwatched_after": "20m"}))
    place.say(AWAY)
    place.minutes(19)
    assert place.told() == []
    place.minutes(2)
    assert place.told() == [ALL]
    place.world.close()


def test_checks_join_and_leave_the_message_as_they_come_and_go(place: Place) -> None:
    place.say(AWAY, "disk")
    place.minutes(6)
    assert place.told() == [ONE]
    place.say(DENIED, "cpu", "queue")  # at once: the reason has stood for long
    place.minutes(0.5)
    assert place.told() == [ALL]
    place.mend("disk")
    place.minutes(0.5)
    assert place.told() == ["NOT WATCHED · 2 of 3 checks"]
    assert "answered 401" in place.world.blocks("unwatched:1")
    assert check("disk") not in place.world.blocks("unwatched:1")


def test_two_reasons_are_two_messages_and_each_ends_by_itself(place: Place) -> None:
    place.say(AWAY, "cpu")
    place.say(REFUSED, "disk")
    place.minutes(6)
    assert place.told() == [ONE, ONE]
    assert "SHA256:x" in place.world.blocks("unwatched:2")
    place.mend("disk")
    place.minutes(QUIET_MINUTES)
    assert place.told() == [ONE, "WATCHED AGAIN · 1 check"]


def test_a_reason_that_becomes_another_is_told_at_once_and_the_first_ends(place: Place) -> None:
    place.say(AWAY)
    place.minutes(6)
    place.say(REFUSED)
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["STILL NOT WATCHED · 3 checks", ALL]
    place.mend()
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["STILL NOT WATCHED · 3 checks", "WATCHED AGAIN · 3 checks"]


def test_a_source_that_answers_now_and_then_is_one_message(place: Place) -> None:
    place.say(AWAY)
    place.minutes(6)
    for _ in range(10):
        place.mend()
        place.minutes(1)
        place.say(AWAY)
        place.minutes(1)
    assert place.told() == [ALL]


def test_reasons_that_take_turns_are_two_messages_and_no_more(place: Place) -> None:
    place.say(AWAY)
    place.minutes(6)
    for _ in range(10):
        place.say(REFUSED)
        place.minutes(0.5)
        place.say(AWAY)
        place.minutes(0.5)
    assert len(place.told()) == 2


def test_a_check_that_leaves_the_fleet_file_leaves_the_message_too(place: Place) -> None:
    place.say(AWAY)
    place.minutes(6)
    place.world.fleet = three("cpu", "disk")
    place.minutes(0.5)
    assert place.told() == ["NOT WATCHED · 2 of 3 checks"]
    assert place.unasked() == ["cpu", "disk"]
    place.mend("cpu")
    place.world.fleet = three("cpu")
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["WATCHED AGAIN · 3 checks"]
    assert "2 of them left the fleet file" in place.world.blocks("unwatched:1")


def test_when_all_have_left_the_fleet_file_nobody_is_told_that_they_are_watched(place: Place) -> None:
    place.say(AWAY, "queue")
    place.minutes(6)
    place.world.fleet = three("cpu", "disk")
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["NO LONGER CHECKED · 1 check"]


def test_a_restart_says_nothing_twice_and_still_says_the_end(place: Place) -> None:
    place.say(AWAY)
    place.minutes(4)
    place.restart()
    place.minutes(2)
    assert place.told() == [ALL]
    place.restart()
    place.minutes(10)
    assert place.told() == [ALL]
    place.mend()
    place.minutes(1)
    place.restart()
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["WATCHED AGAIN · 3 checks"]


def test_the_time_in_which_the_bot_was_away_itself_proves_nothing(place: Place) -> None:
    place.say(AWAY)
    place.minutes(1)
    place.world.clock.sleep(timedelta(hours=2))
    place.restart()
    place.minutes(4)
    assert place.told() == []
    place.minutes(2)
    assert place.told() == [ALL]


def test_a_check_that_is_down_stays_so_and_is_told_of_too(place: Place) -> None:
    place.say(BAD, "cpu")
    place.minutes(1)
    place.say(AWAY, "cpu")
    place.minutes(6)
    assert place.told() == ["DOWN · shop", ONE]
    place.mend()
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["UP · shop", "WATCHED AGAIN · 1 check", "> UP · shop"]


def test_what_is_silenced_is_not_told_before_the_silence_is_over(place: Place) -> None:
    place.world.silence(place.world.clock.now() + timedelta(minutes=20))
    place.say(AWAY)
    place.minutes(19)
    assert (place.told(), len(place.unasked())) == ([], 3)
    place.minutes(2)
    assert place.told() == [ALL]


def test_what_was_told_before_a_silence_stays_told_and_its_end_is_told(place: Place) -> None:
    place.say(AWAY)
    place.minutes(6)
    place.world.silence(place.world.clock.now() + timedelta(minutes=20))
    place.minutes(3)
    assert place.told() == [ALL]
    place.mend()
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["WATCHED AGAIN · 3 checks"]


def test_maintenance_keeps_it_back_too(tmp_path: Path) -> None:
    checks = [{"http": "https://cpu.example.com/", "name": "cpu", "every": "10s", "timeout": "5s", "action": "restart"}]
    windows = ["2026-11-20 00:00 - 2026-11-21 00:00 UTC"]
    fleet = load(changed(((*PRODUCTION, "checks"), checks), ((*PRODUCTION, "maintenance"), windows)))
    place = Place(tmp_path / "state.db", fleet)
    place.say(AWAY)
    place.minutes(10)
    assert (place.told(), place.unasked()) == ([], ["cpu"])
    place.world.close()


def test_while_the_bot_sees_nothing_at_all_that_alone_is_told(place: Place) -> None:
    blind = Blindnesses(place.world.db)
    place.say(AWAY)
    place.minutes(2)
    blind.begin(place.world.clock.now(), "the network is cut", "#alerts")
    place.minutes(20)
    blind.end(place.world.clock.now())
    place.minutes(4)
    assert place.told() == []  # it counts from then
    place.minutes(2)
    assert place.told() == [ALL]


def test_nothing_joins_what_was_told_while_the_bot_sees_nothing_at_all(place: Place) -> None:
    place.say(AWAY, "disk")
    place.minutes(6)
    place.say(AWAY, "cpu")
    while "cpu" not in place.unasked():
        place.seconds(1)
    assert place.told() == [ONE]  # the look comes later than the sweep
    blind = Blindnesses(place.world.db)
    blind.begin(place.world.clock.now(), "the network is cut", "#alerts")
    place.look()
    assert place.told() == [ONE]
    blind.end(place.world.clock.now())
    place.look()
    assert place.told() == ["NOT WATCHED · 2 checks"]


def test_a_setting_that_is_lacking_needs_no_second_try(tmp_path: Path) -> None:
    fleet = fleet_with({"http": "https://cpu.example.com/", "name": "cpu", "every": "1h"})
    for probe, told in ((AWAY, []), (Probe.unasked(BEATS, "HEARTBEAT_SECRET is not set"), [ONE])):
        place = Place(tmp_path / f"{len(told)}.db", fleet)
        place.say(probe)
        place.minutes(60)
        place.world.targets.mute.add(check("cpu"))
        place.minutes(20)
        assert place.told() == told
        place.world.close()


def test_many_checks_have_their_list_in_the_thread(tmp_path: Path) -> None:
    names = [f"cpu{number}" for number in range(LISTED + 1)]
    place = Place(tmp_path / "state.db", three(*names))
    place.say(AWAY, *names)
    place.minutes(6)
    assert place.told() == ["NOT WATCHED · 11 checks", "> 11 checks of 11 cannot be asked"]
    place.mend(*names[1:])
    place.minutes(0.5)
    assert place.told() == ["NOT WATCHED · 1 of 11 checks", "> 1 check of 11 cannot be asked"]
    place.mend(*names)
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["WATCHED AGAIN · 11 checks", "> 0 checks of 11 cannot be asked"]
    place.world.close()


def test_a_way_for_warnings_has_it_once_and_then_its_end(place: Place) -> None:
    place.world.known.update({"mailto": ["warn"], "pager": ["page"]})  # type: ignore[attr-defined]
    place.restart()
    place.say(AWAY)
    place.minutes(8)
    dispatches = Dispatches(place.world.db)
    (letter,) = dispatches.due(place.world.clock.now())
    assert letter.way == "mailto"
    place.mend()
    place.minutes(QUIET_MINUTES)
    assert place.told() == ["WATCHED AGAIN · 3 checks"]
