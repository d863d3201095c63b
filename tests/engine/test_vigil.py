"""Acknowledgements: one wins, and the reminders stop; reminders come once each, to the owners, in the thread."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.audit import Audit
from bot.refusals import Reason, Refusal
from bot.state.database import Database
from bot.state.silences import Silences
from bot.trail import What
from bot.watch import Alert, Silence
from tests.engine.watching import World, fleet_with

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """In the middle of an outage that Slack has heard of; a reminder is due every half an hour."""
    fleet = fleet_with(alerts={"remind_every": "30m"})
    world = World(tmp_path / "state.db", fleet, open_database=lambda path: Database(path, busy_timeout=5.0))
    world.settle()
    world.fail()
    world.rounds(4)
    world.deliver()
    assert world.states() == ["DOWN"]
    yield world
    world.close()


def wait(world: World, span: timedelta = HALF_AN_HOUR) -> None:
    world.clock.sleep(span)
    world.vigil.sweep()


def reminders(world: World) -> list[str]:
    return [key for key in world.messages() if "reminder" in key]


def test_an_acknowledgement_says_who_and_takes_the_button_away(world: World) -> None:
    assert '"incident.acknowledge"' in world.blocks("incident:1")
    assert world.says("incident:1", "nobody has acknowledged it: `/status ack 1`")
    world.clock.sleep(timedelta(seconds=40))
    taken = world.vigil.acknowledge("U0ANA", "1")
    assert isinstance(taken, Alert)
    assert taken.acknowledged_by == "U0ANA"
    assert "acknowledged by <@U0ANA> after " in world.blocks("incident:1")
    assert '"incident.acknowledge"' not in world.blocks("incident:1")
    said = [row.fields["what"] for row in Audit(world.db, world.clock).newest(1)]
    assert said == [What.INCIDENT_ACKNOWLEDGED]


def test_the_second_is_told_who_was_first(world: World) -> None:
    world.vigil.acknowledge("U0ANA", "1")
    second = world.vigil.acknowledge("U0BEN", "1")
    assert isinstance(second, Refusal)
    assert (second.reason, second.known) == (Reason.ACKNOWLEDGED, ("U0ANA",))
    assert "U0BEN" not in world.blocks("incident:1")


def test_of_four_who_click_at_once_one_takes_it(world: World) -> None:
    barrier = threading.Barrier(4)
    found: list[Alert | Refusal] = []

    def click(user: str) -> None:
        barrier.wait()
        found.append(world.vigil.acknowledge(user, "1"))

    people = [threading.Thread(target=click, args=(f"U{number}",)) for number in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    (taken,) = [one for one in found if isinstance(one, Alert)]
    assert {one.known for one in found if isinstance(one, Refusal)} == {(taken.acknowledged_by,)}


@pytest.mark.parametrize("number", ["2", "0", "99999999999999999999", "x"])
def test_what_is_no_incident_is_refused(world: World, number: str) -> None:
    found = world.vigil.acknowledge("U0ANA", number)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.OVER


def test_the_closed_form_keeps_who_took_care_and_a_late_click_gets_the_truth(world: World) -> None:
    world.vigil.acknowledge("U0ANA", "1")
    world.mend()
    world.rounds(4)
    assert world.states() == ["UP", "UP"]
    assert all("acknowledged by <@U0ANA> after " in text for text in world.first_lines().values())
    late = world.vigil.acknowledge("U0BEN", "1")
    assert isinstance(late, Refusal)
    assert late.detail.startswith("shop · production is up again")


def test_what_nobody_acknowledges_is_told_again_to_the_owners_in_its_thread(world: World) -> None:
    wait(world)
    world.vigil.sweep()
    wait(world)
    assert reminders(world) == ["incident:1:reminder:1:1", "incident:1:reminder:1:2"]
    text = world.first_lines()["incident:1:reminder:1:2"]
    assert text.startswith("STILL DOWN · shop · production · for 1 h · nobody has acknowledged it · <!subteam^S0SHOP>")
    with world.db.reading() as db:
        rows = list(db.query("SELECT thread FROM outbox WHERE key LIKE '%reminder%'"))
    assert {row["thread"] for row in rows} == {"incident:1"}


def test_a_kill_between_two_looks_repeats_no_reminder(world: World) -> None:
    wait(world)
    world.restart()
    world.vigil.sweep()
    assert reminders(world) == ["incident:1:reminder:1:1"]


def test_once_acknowledged_nobody_is_reminded(world: World) -> None:
    wait(world)
    world.vigil.acknowledge("U0ANA", "1")
    wait(world)
    assert len(reminders(world)) == 1


def test_without_remind_every_nobody_is_reminded(world: World) -> None:
    world.fleet = fleet_with()
    wait(world, timedelta(days=2))
    assert reminders(world) == []


def test_a_silence_keeps_reminders_back_too(world: World) -> None:
    now = world.clock.now()
    Silences(world.db).begin(Silence("shop", None, "U0ANA", "moving", now, now + timedelta(hours=1)))
    wait(world)
    assert reminders(world) == []
    wait(world)
    assert len(reminders(world)) == 1


def test_what_slack_has_not_heard_of_yet_is_not_repeated_to_it(tmp_path: Path) -> None:
    world = World(tmp_path / "away.db", fleet_with(alerts={"remind_every": "30m"}))
    world.fail()
    world.rounds(4)
    wait(world)
    assert reminders(world) == []
    world.deliver()
    world.vigil.sweep()
    assert reminders(world) == ["incident:1:reminder:1:1"]
    world.close()
