"""One host more against an outage, by an alert's button and by the check itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backends.memory_pools import FULL
from bot.errors import CloudFull
from bot.fleet import Fleet
from bot.model import Host, Probe
from bot.refusals import Reason, Refusal
from bot.scales import Scaling, Stand
from bot.trail import THE_BOT
from bot.watch import Unseen
from tests.building import TARGET, said
from tests.engine.scaled import ScaledLine
from tests.engine.watching import GOOD
from tests.fleet.samples import PRODUCTION, REMOVED, changed, load

URL = "http://shop/healthz"
CHECK = {"http": URL, "every": "1s", "timeout": "1s", "down_after": 3, "action": "scale"}
BAD = Probe(False, 0.04, 503, "answered 503")
LIMITS = {"min": 2, "max": 6}
MADE_BY = [
    (("access",), {}),
    ((*PRODUCTION, "backend"), "ec2"),
    ((*PRODUCTION, "hosts"), REMOVED),
    ((*PRODUCTION, "health"), {"http": "http://{name}:8080/healthz"}),
    ((*PRODUCTION, "ec2"), {"tags": {"service": "shop"}, "user": "deploy", "group": "shop"}),
]


class Watched(ScaledLine):
    """Four machines of an Auto Scaling group, of which a check asks; 2 to 6 by the fleet file."""

    def __init__(self, directory: Path, **more: Any) -> None:
        self.check = {**CHECK, **more}
        self.found: tuple[tuple[Host, ...], Fleet] | None = None
        super().__init__(directory, LIMITS)

    def current(self) -> Fleet:
        hosts = super().current().hosts(TARGET)
        if self.found is None or self.found[0] != hosts:
            changes = [((*PRODUCTION, "scale"), LIMITS), ((*PRODUCTION, "checks"), [self.check]), *MADE_BY]
            self.found = hosts, load(changed(*changes)).with_hosts({TARGET: hosts})
        return self.found[1]


@contextmanager
def watched_on(directory: Path, **more: Any) -> Iterator[Watched]:
    line = Watched(directory, **more)
    line.launch()
    try:
        line.watch(3)
        yield line
    finally:
        line.stop()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[ScaledLine]:
    with watched_on(tmp_path) as line:
        yield line


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[ScaledLine]:
    """The same where it may act by itself."""
    with watched_on(tmp_path, auto=True) as line:
        yield line


def fall(line: ScaledLine) -> None:
    line.targets.probes[URL] = BAD
    line.watch(5)


def go(line: ScaledLine, seconds: int) -> None:
    """What the jobs do each second; an act has ended before the next one."""
    for _ in range(seconds):
        line.watch(1)
        line.engine.self_acts.sweep()
        for act in line.scaling.book.rows.unfinished():
            line.scale_ended(act.id)


def note(line: ScaledLine) -> str:
    found = line.incidents.get(1)
    assert found is not None
    return found.note


def acts(line: ScaledLine) -> list[Scaling]:
    return line.scaling.book.rows.newest(TARGET, 10)[::-1]


def ask(line: ScaledLine, number: str = "1") -> Scaling | Unseen | Refusal:
    return line.scaling.relief.ask("U0ANA", number)


def begun(found: object) -> Scaling:
    assert isinstance(found, Scaling), found
    return found


def refused(found: object) -> Refusal:
    assert isinstance(found, Refusal), found
    return found


def test_the_alert_offers_a_host_more_before_a_restart(watched: ScaledLine) -> None:
    fall(watched)
    words = said(watched.blocks("incident:1"))
    assert words.index("Add 1 host") < words.index("Restart")


def test_a_click_adds_a_host_and_the_alert_says_who_asked(watched: ScaledLine) -> None:
    fall(watched)
    watched.clock.still = True  # the new machine does not become healthy meanwhile
    act = begun(ask(watched))
    assert note(watched) == "scaling 4 → 5 hosts, asked by <@U0ANA>"
    watched.clock.still = False
    ended = watched.scale_ended(act.id)
    assert note(watched) == "scaled 4 → 5 hosts, asked by <@U0ANA>"
    assert (ended.stand, ended.before, ended.after, ended.incident) == (Stand.DONE, 4, 5, 1)
    assert len(watched.staying()) == 5
    assert "incident 1: answered 503" in said(watched.blocks(f"scale:{act.id}"))


def test_what_a_host_answered_does_nothing_in_the_message_of_the_act(watched: ScaledLine) -> None:
    watched.targets.probes[URL] = Probe(False, 0.04, 503, "answered 503: <!channel> gone")
    watched.watch(5)
    act = watched.scale_ended(begun(ask(watched)).id)
    words = str(watched.blocks(f"scale:{act.id}")) + watched.messages()[f"scale:{act.id}"]
    assert "&lt;!channel&gt; gone" in words
    assert "<!channel>" not in words


def test_one_click_has_one_effect_and_another_may_follow_when_it_has_ended(watched: ScaledLine) -> None:
    fall(watched)
    watched.clock.still = True  # the first one goes on
    first = begun(ask(watched))
    assert refused(ask(watched)).reason is Reason.BUSY
    watched.clock.still = False
    assert watched.scale_ended(first.id).stand is Stand.DONE
    assert watched.scale_ended(begun(ask(watched)).id).after == 6


def test_never_more_than_the_fleet_file_allows(watched: ScaledLine) -> None:
    watched.scale("6")
    fall(watched)
    assert refused(ask(watched)).reason is Reason.OUT_OF_LIMITS
    assert len(watched.staying()) == 6


def test_a_late_click_gets_the_truth(watched: ScaledLine) -> None:
    fall(watched)
    watched.targets.probes[URL] = GOOD
    watched.watch(5)
    assert refused(ask(watched)).reason is Reason.OVER
    assert refused(ask(watched, "99")).reason is Reason.OVER
    assert acts(watched) == []


def test_a_cloud_that_cannot_be_read_begins_nothing(watched: ScaledLine) -> None:
    fall(watched)
    watched.pools.trouble = CloudFull("ec2:DescribeInstances", "away")
    assert refused(ask(watched)).reason is Reason.POOL_UNREAD
    assert (acts(watched), note(watched)) == ([], "")


def test_a_check_adds_a_host_by_itself_as_often_as_it_may_and_then_the_owners_are_told(alone: ScaledLine) -> None:
    alone.targets.probes[URL] = BAD
    go(alone, 40)
    assert [(act.requester, act.before, act.after) for act in acts(alone)] == [(THE_BOT, 4, 5), (THE_BOT, 5, 6)]
    assert note(alone) == "scaling 5 → 6 hosts, by itself, 2 of 2 within 1 h"
    (told,) = [text for key, text in alone.messages().items() if ":exhausted:" in key]
    assert told.startswith("shop · production was given a host more by itself 2 times within 1 h and is down")


def test_what_a_person_asked_for_is_not_counted_as_its_own(alone: ScaledLine) -> None:
    fall(alone)
    alone.scale_ended(begun(ask(alone)).id)
    go(alone, 20)
    assert [act.requester for act in acts(alone)] == ["U0ANA", THE_BOT]
    assert len(alone.staying()) == 6


def test_why_nothing_is_added_by_itself_is_said_once(alone: ScaledLine) -> None:
    alone.scale("6")
    alone.targets.probes[URL] = BAD
    go(alone, 20)
    held = [text for key, text in alone.messages().items() if ":held:" in key]
    assert len(held) == 1
    assert held[0].startswith("shop · production is not given a host more by itself")


def test_an_alert_that_somebody_takes_care_of_is_left_to_them(alone: ScaledLine) -> None:
    fall(alone)
    alone.engine.vigil.acknowledge("U0ANA", "1")
    go(alone, 20)
    assert acts(alone) == []


def test_where_there_is_no_room_what_was_reached_stays_and_is_said(watched: ScaledLine) -> None:
    fall(watched)
    watched.pools.of(watched.pool).most = 4
    act = begun(ask(watched))
    watched.clock.sleep(timedelta(minutes=30))
    ended = watched.scale_ended(act.id)
    assert ended.stand is Stand.SHORT
    assert note(watched).startswith("scaling 4 → 5 hosts stopped short, asked by <@U0ANA>: ")
    assert FULL.partition(":")[0] in ended.result
