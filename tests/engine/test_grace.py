"""What a deploy's restarts break is told to nobody for a while; the deploy itself is judged by it, and sooner."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.aftercare import Aftermath
from bot.engine.echoes import Echoes
from bot.engine.notices import Notices
from bot.engine.outages import Outages
from bot.engine.quiet import Quiet
from bot.engine.vigil import Vigil
from bot.fleet import Fleet
from bot.model import Probe
from bot.state.incidents import Incidents
from tests.building import TARGET, fleet_of, names
from tests.engine.line import Line, line_on
from tests.engine.watching import Idle
from tests.fleet.samples import PRODUCTION

SITE, DOWN = "https://shop.example.com/healthz", Probe(False, 0.041, 503, "answered 503 in 41 ms")
CHECK = {"http": SITE, "every": "10s", "timeout": "5s", "action": "rollback"}
STEADY: dict[str, object] = {"kind": "rolling", "bake": None}  # nobody watches over a deploy that is done


def graced(strategy: dict[str, object] | None = None, **entries: object) -> Fleet:
    kept = [((*PRODUCTION, "strategy"), strategy)] if strategy else []
    more = [((*PRODUCTION, key), value) for key, value in entries.items()]
    return fleet_of(names(4), ((*PRODUCTION, "checks"), [CHECK]), *kept, *more)


@pytest.fixture
def line(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Line]:
    with line_on(tmp_path, getattr(request, "param", graced(STEADY))) as made:
        made.deploy("1.4.1")
        made.watch(310)
        yield made


def quiet(line: Line) -> Quiet:
    return Quiet(line.db, line.current)


def alerts(line: Line) -> list[str]:
    notices = Notices(Incidents(line.db), line.outbox, quiet(line), Echoes(line.db))
    Vigil(line.db, notices, Outages(line.db, line.monitor), Idle(), dict, line.current, line.clock).sweep()
    return [text.split(" · ")[0] for key, text in line.messages().items() if key.startswith("incident")]


def test_what_is_up_again_within_the_grace_is_told_to_nobody(line: Line) -> None:
    line.deploy("1.4.2")
    line.targets.probes[SITE] = DOWN
    line.watch(35)
    assert len(line.monitor.open_incidents()) == 1
    del line.targets.probes[SITE]
    line.watch(60)
    assert alerts(line) == []
    assert line.monitor.open_incidents() == []


def test_what_is_still_down_when_the_grace_ends_is_told_then(line: Line) -> None:
    line.deploy("1.4.2")
    line.targets.probes[SITE] = DOWN
    line.watch(35)
    assert alerts(line) == []
    line.watch(40)
    assert alerts(line) == ["DOWN"]


def test_what_goes_down_after_the_grace_is_told_as_always(line: Line) -> None:
    line.deploy("1.4.2")
    line.watch(75)
    line.targets.probes[SITE] = DOWN
    line.watch(35)
    assert alerts(line) == ["DOWN"]


@pytest.mark.parametrize("line", [graced(STEADY, deploy_grace="0s")], indirect=True)
def test_without_grace_it_is_told_at_once(line: Line) -> None:
    line.deploy("1.4.2")
    line.targets.probes[SITE] = DOWN
    line.watch(35)
    assert alerts(line) == ["DOWN"]


@pytest.mark.parametrize("line", [graced()], indirect=True)
def test_a_release_that_never_comes_up_is_rolled_back_sooner_and_no_alert_is_lost(line: Line) -> None:
    deploy = line.deploy("1.4.2")
    line.targets.probes[SITE] = DOWN
    line.watch(25)  # two failures, where three make it DOWN at any other time
    care = line.journal.aftercares.of(deploy.id)
    assert care is not None
    assert care.aftermath is Aftermath.ROLLED_BACK
    back = line.journal.deploys.last(TARGET)
    assert back is not None
    line.ended(back.id)
    assert alerts(line) == []
    line.watch(60)
    assert alerts(line) == ["DOWN"]


@pytest.mark.parametrize("line", [graced()], indirect=True)
def test_one_failure_of_a_new_release_is_no_outage(line: Line) -> None:
    line.deploy("1.4.2")
    line.targets.probes[SITE] = DOWN
    line.watch(11)
    del line.targets.probes[SITE]
    line.watch(30)
    assert line.monitor.open_incidents() == []


def test_a_restart_of_the_bot_forgets_no_grace(line: Line) -> None:
    line.deploy("1.4.2")
    line.targets.probes[SITE] = DOWN
    line.watch(35)
    covered = line.monitor.open_incidents()[0].incident
    assert quiet(line).grace.covers(covered, line.clock.now())
    assert not quiet(line).grace.covers(covered, line.clock.now() + timedelta(minutes=1))
