"""One host of several is down: its alert offers a new machine in its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.refusals import Reason, Refusal
from bot.remedies import Kind
from bot.scales import Scaling, Stand
from bot.state.blindness import Blindnesses
from bot.watch import Unseen
from tests.building import said
from tests.engine.scaled import ScaledLine
from tests.engine.test_relief import BAD, begun, note, refused, watched_on
from tests.engine.watching import GOOD
from tests.waiting import eventually

PER_HOST = {"http": "http://{name}/healthz", "per_host": True, "action": "restart"}
BUTTON = "1:m-2"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[ScaledLine]:
    """Four machines of an Auto Scaling group, one of which is down."""
    with watched_on(tmp_path, **PER_HOST) as made:
        fall(made, "m-2")
        yield made


def fall(line: ScaledLine, *hosts: str) -> None:
    for host in hosts:
        line.targets.probes[f"http://{host}/healthz"] = BAD
    line.watch(5)


def ask(line: ScaledLine, button: str = BUTTON, user: str = "U0ANA", despite: str = "") -> Scaling | Unseen | Refusal:
    return line.scaling.relief.replace(user, button, despite)


def test_the_alert_offers_it_behind_the_restart(line: ScaledLine) -> None:
    words = said(line.blocks("incident:1"))
    assert words.index("Restart on m-2") < words.index("Replace m-2")


def test_when_two_are_down_none_is_offered_to_be_replaced(line: ScaledLine) -> None:
    fall(line, "m-3")
    assert "Replace" not in said(line.blocks("incident:1"))


def test_a_click_replaces_it_and_the_alert_says_how_that_ended(line: ScaledLine) -> None:
    act = line.scale_ended(begun(ask(line)).id)
    assert (act.stand, act.leave, act.before, act.after, act.incident) == (Stand.DONE, ("m-2",), 4, 4, 1)
    assert "m-2" not in line.staying()
    assert len(line.staying()) == 4
    assert note(line) == "replaced m-2, asked by <@U0ANA>"
    assert "incident 1: answered 503" in said(line.blocks(f"scale:{act.id}"))


def test_two_clicks_have_one_effect(line: ScaledLine) -> None:
    line.pools.of(line.pool).sick.update(f"m-{number}" for number in range(5, 50))  # it goes on for long
    begun(ask(line))
    assert refused(ask(line, user="U0BEN")).reason is Reason.BUSY
    eventually(lambda: "m-2" not in line.staying(), 60)
    assert refused(ask(line, user="U0BEN")).reason is Reason.BUSY  # not: there is no m-2
    assert note(line) == "replacing m-2, asked by <@U0ANA>"


@pytest.mark.parametrize("button", ["1:m-3", "1:", "1", "99:m-2", "x:m-2", "1:<!channel>"])
def test_only_what_is_down_there_is_replaced(line: ScaledLine, button: str) -> None:
    assert refused(ask(line, button)).reason is Reason.OVER
    assert line.pools.acts == []


def test_a_late_click_gets_the_truth(line: ScaledLine) -> None:
    line.targets.probes["http://m-2/healthz"] = GOOD
    line.watch(5)
    assert refused(ask(line)).reason is Reason.OVER
    assert line.pools.acts == []


def test_one_that_the_cloud_protects_stays(line: ScaledLine) -> None:
    line.pools.of(line.pool).shielded.add("m-2")
    assert refused(ask(line)).reason is Reason.NONE_MAY_GO
    assert note(line) == ""


def test_while_the_bot_cannot_see_it_is_asked_once_more(line: ScaledLine) -> None:
    blind = Blindnesses(line.db).begin(line.clock.now(), "20 of 20 services fail at once", "#alerts")
    assert blind
    asked = ask(line)
    assert isinstance(asked, Unseen)
    assert (asked.kind, asked.step, asked.hosts) == (Kind.REPLACE, "m-2", ("m-2",))
    assert line.pools.acts == []
    act = line.scale_ended(begun(ask(line, despite=str(blind.id))).id)
    assert act.leave == ("m-2",)
