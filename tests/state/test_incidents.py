import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Action, Changed, Incident, Release, Target
from bot.state.database import Database
from bot.state.incidents import CAUSE_LIMIT, Incidents
from bot.state.schema import apply_all
from bot.watch import Alert, Ended, Outage, Sighting

NOW = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
SHOP = Target("shop", "production")
MINUTE = timedelta(minutes=1)
SIGHTING = Sighting(
    asked="GET https://shop.example.com/healthz",
    action=Action.ROLLBACK,
    streak=3,
    runbook="https://wiki.example.com/shop",
    changed=Changed(
        "deploy 41 (1.4.1 → 1.4.2) by <@U1> ended",
        NOW - MINUTE,
        Release("a" * 40, "1.4.1"),
        NOW - MINUTE,
        (("a lock by <@U2> (why) began", NOW - MINUTE),),
        Release("b" * 40, "1.4.2"),
    ),
)
PLAIN = Sighting(asked="GET http://10.0.0.5/", action=Action.RESTART, streak=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = Database(tmp_path / "state.db")
    apply_all(db)
    yield db
    db.close()


@pytest.fixture
def incidents(db: Database) -> Incidents:
    return Incidents(db)


def draft(check: str = "shop/production/http", at: datetime = NOW, target: Target = SHOP) -> Incident:
    return Incident(0, check, target, at, "answered 503 in 41 ms", host="web1")


def opened(incidents: Incidents, check: str = "shop/production/http", at: datetime = NOW) -> Alert:
    alert = incidents.open(draft(check, at), SIGHTING, "#alerts", at + MINUTE)
    assert alert is not None
    return alert


@pytest.mark.parametrize("sighting", [SIGHTING, PLAIN])
def test_an_incident_comes_back_with_all_that_was_seen(incidents: Incidents, sighting: Sighting) -> None:
    alert = incidents.open(draft(), sighting, "#alerts", NOW)
    assert alert is not None
    assert alert.sighting == sighting
    assert (alert.channel, alert.note, alert.offering, alert.ended, alert.answered) == (
        "#alerts",
        "",
        True,
        None,
        False,
    )
    assert alert.incident == Incident(1, "shop/production/http", SHOP, NOW, "answered 503 in 41 ms", "web1")
    assert incidents.get(1) == alert


def test_a_check_has_one_open_incident(incidents: Incidents) -> None:
    opened(incidents)
    assert incidents.open(draft(), SIGHTING, "#alerts", NOW) is None
    assert len(incidents.open_incidents()) == 1


def test_of_two_who_open_at_once_one_wins(db: Database, incidents: Incidents) -> None:
    won: list[Alert | None] = []
    barrier = threading.Barrier(4)

    def race() -> None:
        barrier.wait()
        won.append(incidents.open(draft(), SIGHTING, "#alerts", NOW))

    racers = [threading.Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 4
    assert len([alert for alert in won if alert]) == 1


def test_an_end_happens_once_and_leaves_room_for_the_next(incidents: Incidents) -> None:
    first = opened(incidents)
    ended = incidents.end("shop/production/http", Ended.UP, NOW + 5 * MINUTE, NOW + 6 * MINUTE)
    assert ended is not None
    assert (ended.incident.ended_at, ended.ended) == (NOW + 5 * MINUTE, Ended.UP)
    assert incidents.end("shop/production/http", Ended.UP, NOW, NOW) is None
    assert incidents.get(first.incident.id) == ended
    assert opened(incidents, at=NOW + 9 * MINUTE).incident.id == first.incident.id + 1


def test_ending_what_never_began_is_nothing(incidents: Incidents) -> None:
    assert incidents.end("other", Ended.UP, NOW, NOW) is None
    assert incidents.get(99) is None
    assert incidents.annotate(99, "x", True) is None


def test_notes_are_kept_also_after_the_end(incidents: Incidents) -> None:
    alert = opened(incidents)
    noted = incidents.annotate(alert.incident.id, "restarting on web1", False)
    assert noted is not None
    assert (noted.note, noted.offering) == ("restarting on web1", False)
    incidents.end("shop/production/http", Ended.UP, NOW, NOW)
    incidents.answer(alert.incident.id)
    later = incidents.annotate(alert.incident.id, "restarted on web1", True)
    assert later is not None
    assert (later.note, later.offering, later.ended, later.answered) == ("restarted on web1", True, Ended.UP, True)


def test_open_incidents_are_found_by_target_and_by_what_is_left_of_the_file(incidents: Incidents) -> None:
    api = Target("api", "production")
    incidents.open(draft("api/production/http", NOW - MINUTE, api), PLAIN, "#alerts", NOW)
    opened(incidents, "shop/production/http")
    opened(incidents, "shop/production/admin")
    incidents.end("shop/production/admin", Ended.UP, NOW, NOW)
    assert [found.incident.check_id for found in incidents.open_incidents()] == [
        "api/production/http",
        "shop/production/http",
    ]
    assert [found.incident.check_id for found in incidents.open_for(SHOP)] == ["shop/production/http"]
    assert incidents.open_for(Target("shop", "staging")) == []
    orphans = incidents.orphans({"shop/production/http"})
    assert [found.incident.check_id for found in orphans] == ["api/production/http"]
    assert len(incidents.orphans([])) == 2


def test_outages_reach_into_the_window_asked_for(incidents: Incidents) -> None:
    for check, begun, ended in [("a", 100, 90), ("a", 60, 40), ("b", 50, None), ("c", 10, 5)]:
        opened(incidents, check, NOW - begun * MINUTE)
        if ended is not None:
            incidents.end(check, Ended.UP, NOW - ended * MINUTE, NOW)
    assert incidents.outages(["a", "b"], NOW - 50 * MINUTE) == [
        Outage("a", NOW - 60 * MINUTE, NOW - 40 * MINUTE),
        Outage("b", NOW - 50 * MINUTE, None),
    ]


def test_a_long_cause_is_bounded(incidents: Incidents) -> None:
    alert = incidents.open(Incident(0, "a", SHOP, NOW, "x" * 5000), PLAIN, "#alerts", NOW)
    assert alert is not None
    assert len(alert.incident.cause) == CAUSE_LIMIT


def test_the_last_that_was_told_by_then_is_found_and_offers_anew_once_it_is_over(incidents: Incidents) -> None:
    sighting = Sighting("GET https://shop.example.com/healthz", Action.RESTART, 3)
    check, minute = "shop/production/http", timedelta(minutes=1)
    assert incidents.last_told(check, NOW) is None
    first = opened(incidents)
    incidents.annotate(first.incident.id, "rolled back", offering=False)
    assert incidents.offer_anew(first.incident.id, sighting) is None, "while it is open its own message offers"
    incidents.end(check, Ended.UP, NOW + minute, NOW + minute)
    kept = incidents.open(draft(at=NOW + 2 * minute), sighting, "#alerts", NOW + 2 * minute, silenced=True)
    assert kept is not None
    incidents.end(check, Ended.UP, NOW + 3 * minute, NOW + 3 * minute)
    later = opened(incidents, at=NOW + 4 * minute)
    found = [incidents.last_told(check, NOW + number * minute) for number in (0, 3, 4)]
    assert [one and one.incident.id for one in found] == [first.incident.id, first.incident.id, later.incident.id]
    assert incidents.last_told("shop/production/tls", NOW + 9 * minute) is None
    anew = incidents.offer_anew(first.incident.id, replace(sighting, streak=9))
    assert anew is not None
    assert (anew.offering, anew.sighting.streak, anew.note) == (True, 9, "rolled back")
