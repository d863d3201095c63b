"""Checks that act by themselves: so often, and never behind people's backs."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.fleet import Fleet
from bot.model import DeployKind, Probe, Step
from bot.records import Act
from bot.state.blindness import Blindnesses
from bot.state.silences import Silences
from bot.trail import THE_BOT
from bot.watch import Silence
from tests.building import TARGET, fleet_of, names
from tests.engine.line import Line, line_on
from tests.engine.watching import GOOD
from tests.fleet.samples import PRODUCTION, SHOP

CHECK = {"http": "http://{name}/healthz", "per_host": True, "every": "1s", "timeout": "1s", "down_after": 3}
WEB2 = "http://web2/healthz"
BAD = Probe(False, 0.04, 503, "answered 503")


def fleet(action: str = "restart") -> Fleet:
    return fleet_of(names(4), ((*PRODUCTION, "checks"), [{**CHECK, "action": action, "auto": True}]))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Line]:
    with line_on(tmp_path, fleet()) as line:
        line.deploy("1.4.1")
        line.clock.sleep(timedelta(hours=2))
        go(line, 5)
        yield line


def go(line: Line, seconds: int) -> None:
    """What the jobs do each second; a restart has ended before the next one."""
    for _ in range(seconds):
        line.watch(1)
        line.engine.self_acts.sweep()
        for act in line.acts.unfinished():
            line.act_ended(act.id)


def acts(line: Line) -> list[Act]:
    return line.acts.newest(TARGET, 10)[::-1]


def fall(line: Line, *hosts: str) -> None:
    for host in hosts or ("web2",):
        line.targets.probes[f"http://{host}/healthz"] = BAD


def note(line: Line) -> str:
    found = line.incidents.get(1)
    assert found is not None
    return found.note


def test_the_host_that_is_down_is_restarted_by_itself_and_the_alert_counts(watched: Line) -> None:
    gate = watched.backend.hang("web2", Step.RESTART)
    fall(watched)
    watched.watch(4)
    watched.engine.self_acts.sweep()
    watched.engine.self_acts.sweep()  # as another process would
    assert note(watched) == "restarting web2, by itself, 1 of 2 within 1 h"
    gate.set()
    (act,) = acts(watched)
    assert watched.act_ended(act.id).ok
    assert (act.hosts, act.requester, act.check) == (("web2",), THE_BOT, "shop/production/http")
    assert note(watched) == "restarted web2, by itself"
    watched.targets.probes[WEB2] = GOOD
    go(watched, 10)
    assert "restarted web2, by itself" in watched.messages()["incident:1"]
    assert len(acts(watched)) == 1


def test_what_does_not_help_is_tried_as_often_as_it_may_and_then_the_owners_are_told_once(watched: Line) -> None:
    fall(watched)
    go(watched, 40)
    assert len(acts(watched)) == 2
    told = [text for key, text in watched.messages().items() if ":exhausted:" in key]
    assert len(told) == 1
    assert told[0].startswith("shop · production was restarted by itself 2 times within 1 h and is down: your turn")
    watched.clock.sleep(timedelta(hours=1))
    go(watched, 3)
    assert len(acts(watched)) == 3  # its time is over


def test_the_count_is_in_the_database_and_over_all_hosts(watched: Line) -> None:
    for _ in range(2):
        act = watched.acts.begin(TARGET, ["web4"], 9, THE_BOT, watched.clock.now(), check="shop/production/http")
        assert act is not None
        watched.acts.finish(act.id, True, "", watched.clock.now())
    fall(watched)
    go(watched, 20)
    assert len(acts(watched)) == 2


@pytest.mark.parametrize("why", ["silence", "blind", "acknowledged", "deploy"])
def test_nothing_is_done_by_itself_where_it_must_not(watched: Line, why: str) -> None:
    now = watched.clock.now()
    fall(watched)
    if why == "silence":
        Silences(watched.db).begin(Silence("shop", None, "U0ANA", "moving", now, now + timedelta(hours=1)))
    watched.watch(4)
    if why == "blind":
        Blindnesses(watched.db).begin(now, "the network", "#alerts")
    if why == "acknowledged":
        watched.engine.vigil.acknowledge("U0ANA", "1")
    if why == "deploy":
        gate = watched.backend.hang("web1", Step.INSTALL)
        deploy = watched.begin("1.4.2")
    for _ in range(5):
        watched.engine.self_acts.sweep()
    assert acts(watched) == []
    waits = "shop · production is not restarted by itself · deploy 2 by <@U0ANA> runs there"
    assert list(held(watched).values()) == ([waits] if why == "deploy" else [])
    if why == "deploy":
        gate.set()
        watched.ended(deploy.id)


def test_no_release_goes_back_by_itself_while_the_bot_cannot_see(tmp_path: Path) -> None:
    with line_on(tmp_path, fleet("rollback")) as line:
        line.deploy("1.4.1")
        line.deploy("1.4.2")
        with line.db.transaction() as db:
            db.execute("UPDATE aftercare SET ended_at = 1, aftermath = 'well'")
        line.clock.sleep(timedelta(minutes=10))
        line.watch(5)
        fall(line, *names(4))
        line.watch(4)
        Blindnesses(line.db).begin(line.clock.now(), "the network", "#alerts")
        for _ in range(5):
            line.engine.self_acts.sweep()
        assert not rolls_back(line)
        Blindnesses(line.db).end(line.clock.now())
        line.engine.self_acts.sweep()
        assert rolls_back(line)
        last = line.journal.deploys.last(TARGET)
        assert last is not None
        line.ended(last.id)


def held(line: Line) -> dict[str, str]:
    """What was said of why nothing is done."""
    return {key: text for key, text in line.messages().items() if ":held:" in key and key.startswith("incident:")}


@pytest.mark.parametrize(
    ("locked", "irreversible", "said"),
    [
        (True, [], "shop · production is not rolled back by itself · "),
        (
            False,
            ["1.4.2"],
            (
                "shop · production is not rolled back by itself · going back to 1.4.1 crosses 1.4.2,"
                " declared irreversible"
            ),
        ),
    ],
)
def test_what_keeps_a_rollback_from_going_by_itself_is_said_once(
    tmp_path: Path, locked: bool, irreversible: list[str], said: str
) -> None:
    with line_on(tmp_path, fleet("rollback")) as line:
        line.deploy("1.4.1")
        line.deploy("1.4.2")
        with line.db.transaction() as db:
            db.execute("UPDATE aftercare SET ended_at = 1, aftermath = 'well'")
        found = [((*PRODUCTION, "checks"), [{**CHECK, "action": "rollback", "auto": True}])]
        line.fleet = fleet_of(names(4), *found, ((*SHOP, "irreversible"), irreversible))
        if locked:
            line.locks.lock("U0BEN", "shop", "production", "load test", None)
        line.clock.sleep(timedelta(minutes=10))
        line.watch(5)
        fall(line, *names(4))
        line.watch(4)
        for _ in range(3):
            line.engine.self_acts.sweep()
        (text,) = held(line).values()
        assert text.startswith(said)
        assert ("load test" in text) is locked
        assert not rolls_back(line)


def rolls_back(line: Line) -> bool:
    last = line.journal.deploys.last(TARGET)
    assert last is not None
    return last.plan.kind is DeployKind.ROLLBACK


@pytest.mark.parametrize(
    ("hosts", "later", "back"),
    [
        (names(4), timedelta(minutes=10), True),
        (["web2"], timedelta(minutes=10), False),  # one host says nothing of the release
        (names(4), timedelta(hours=3), False),  # it stood well for hours
    ],
)
def test_a_rollback_by_itself_takes_all_hosts_of_a_fresh_release(
    tmp_path: Path, hosts: list[str], later: timedelta, back: bool
) -> None:
    with line_on(tmp_path, fleet("rollback")) as line:
        line.deploy("1.4.1")
        deploy = line.deploy("1.4.2")
        with line.db.transaction() as db:
            db.execute("UPDATE aftercare SET ended_at = 1, aftermath = 'well'")  # its watch is over
        line.clock.sleep(later)
        line.watch(5)
        fall(line, *hosts)
        line.watch(4)
        line.engine.self_acts.sweep()
        line.engine.self_acts.sweep()
        assert rolls_back(line) is back
        last = line.journal.deploys.last(TARGET)
        assert last is not None
        assert (last.requester, line.ended(last.id).release.ref) == ((THE_BOT, "1.4.1") if back else ("U0ANA", "1.4.2"))
        assert last.id == deploy.id + int(back)
