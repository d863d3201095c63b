"""Silences by command: who may, what is refused, and how each is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.silence_desk import SilenceDesk
from bot.model import DeployKind, Probe
from bot.refusals import Reason, Refusal
from bot.trail import What
from bot.watch import Ended, Silence
from tests.building import TARGET, fleet_of, names
from tests.engine.line import Line, line_on
from tests.fleet.samples import PRODUCTION

HOUR = timedelta(hours=1)


def desk(line: Line) -> SilenceDesk:
    return line.engine.silences


def hush(line: Line, user: str = "U0LEA", environment: str | None = "production", lasts: timedelta = HOUR) -> Silence:
    begun = desk(line).silence(user, "shop", environment, lasts, "moving")
    assert isinstance(begun, Silence), begun
    return begun


def reason(found: object) -> Reason:
    assert isinstance(found, Refusal), found
    return found.reason


def audited(line: Line, most: int) -> list[object]:
    return [row.fields["what"] for row in line.journal.audit.newest(most)]


def test_a_silence_is_told_in_the_channel_of_alerts_and_in_the_audit(line: Line) -> None:
    begun = hush(line)
    assert begun.until == line.clock.now() + HOUR
    assert line.messages()[f"silence:{begun.id}"].startswith(":mute: shop in production is silenced by <@U0LEA>")
    with line.db.reading() as db:
        assert [row["channel"] for row in db.table("outbox").rows] == ["#alerts"]
    assert audited(line, 1) == [What.SILENCE_BEGUN]


def test_it_ends_by_itself_and_that_is_told_once(line: Line) -> None:
    begun = hush(line)
    line.clock.sleep(HOUR + timedelta(minutes=5))
    line.engine.vigil.sweep()
    line.engine.vigil.sweep()
    told = line.messages()[f"silence:{begun.id}"]
    assert "heard again, the silence is over" in told
    assert told.endswith("for 1 h: moving")
    assert audited(line, 2) == [What.SILENCE_ENDED, What.SILENCE_BEGUN]


def test_the_end_tells_what_is_down(line: Line) -> None:
    hush(line)
    alert = line.outage()
    with line.db.transaction() as db:
        db.execute("UPDATE incidents SET told_at = NULL")
    line.engine.vigil.sweep()
    assert f"incident:{alert.incident.id}" not in line.messages()
    assert len(desk(line).unsilence("U0BEN", "shop", None)) == 1  # type: ignore[arg-type]  # no refusal
    line.engine.vigil.sweep()
    assert line.messages()[f"incident:{alert.incident.id}"].startswith("DOWN")


def test_a_second_silence_takes_the_place_of_the_first(line: Line) -> None:
    first, second = hush(line), hush(line, "U0BEN", lasts=2 * HOUR)
    assert desk(line).standing()[0] == [second]
    assert "unsilenced by <@U0BEN>" in line.messages()[f"silence:{first.id}"]


def labels(line: Line, key: str = "incident:1") -> list[str]:
    return [
        one["text"]["text"] for block in line.blocks(key) if block["type"] == "actions" for one in block["elements"]
    ]


@pytest.fixture
def down(line: Line) -> Line:
    """An alert that is told."""
    line.outage()
    line.engine.outages.note(1, "", line.clock.now(), offering=True)
    return line


def test_the_alerts_button_silences_its_target_for_an_hour_and_the_alert_says_so(down: Line) -> None:
    assert "Silence 1 h" in labels(down)
    begun = desk(down).silence_alert("U0BEN", "1")
    assert isinstance(begun, Silence)
    assert (str(begun), begun.by, begun.until) == ("shop in production", "U0BEN", down.clock.now() + HOUR)
    assert begun.reason == "incident 1, answered 503"
    assert "End the silence" in labels(down)
    assert "shop in production is silenced by <@U0BEN> until" in str(down.blocks("incident:1"))
    assert audited(down, 1) == [What.SILENCE_BEGUN]


def test_a_second_click_is_told_who_was_first_and_changes_nothing(down: Line) -> None:
    first = desk(down).silence_alert("U0BEN", "1")
    again = desk(down).silence_alert("U0CID", "1")
    assert isinstance(again, Refusal)
    assert (again.reason, again.known) == (Reason.SILENCED, ("U0BEN",))
    assert desk(down).standing()[0] == [first]


def test_the_alerts_button_ends_it_also_one_by_command(down: Line) -> None:
    hush(down, environment=None)
    assert "End the silence" in labels(down)
    ended = desk(down).unsilence_alert("U0CID", "1")
    assert isinstance(ended, list)
    assert [one.ended_by for one in ended] == ["U0CID"]
    assert "Silence 1 h" in labels(down)
    assert reason(desk(down).unsilence_alert("U0CID", "1")) is Reason.NOT_SILENCED


def test_when_its_time_is_over_the_alert_offers_it_again(down: Line) -> None:
    desk(down).silence_alert("U0BEN", "1")
    down.clock.sleep(HOUR)
    down.engine.vigil.sweep()
    assert "Silence 1 h" in labels(down)
    assert desk(down).standing()[0] == []


@pytest.mark.parametrize("click", ["silence_alert", "unsilence_alert"])
def test_a_click_by_somebody_who_may_not_or_on_an_alert_that_is_over_gets_the_truth(down: Line, click: str) -> None:
    hush(down)
    down.fleet = fleet_of(names(4), (("access",), {"production": {"deploy": ["@oncall"]}}))
    assert reason(getattr(desk(down), click)("U0EVE", "1")) is Reason.FORBIDDEN
    down.incidents.end("shop/production/http", Ended.UP, down.clock.now(), down.clock.now())
    assert reason(getattr(desk(down), click)("U0ANA", "1")) is Reason.OVER
    assert len(desk(down).standing()[0]) == 1


@pytest.mark.parametrize(
    ("service", "environment", "lasts", "refused"),
    [
        ("shpo", None, HOUR, Reason.UNKNOWN_SERVICE),
        ("shop", "prodution", HOUR, Reason.UNKNOWN_ENVIRONMENT),
        ("shop", "production", timedelta(days=8), Reason.SILENCE_TOO_LONG),
    ],
)
def test_what_cannot_be_a_silence_is_refused(
    line: Line, service: str, environment: str | None, lasts: timedelta, refused: Reason
) -> None:
    assert reason(desk(line).silence("U0LEA", service, environment, lasts, "moving")) is refused
    assert line.messages() == {}


def test_only_who_may_deploy_there_may_silence_or_unsilence(line: Line) -> None:
    hush(line)
    line.fleet = fleet_of(names(4), (("access",), {"production": {"deploy": ["@oncall"]}}))
    for environment in ("production", None):
        assert reason(desk(line).silence("U0EVE", "shop", environment, HOUR, "x")) is Reason.FORBIDDEN
        assert reason(desk(line).unsilence("U0EVE", "shop", environment)) is Reason.FORBIDDEN
    assert len(desk(line).standing()[0]) == 1


def test_unsilence_ends_what_was_named_and_says_when_there_is_nothing(line: Line) -> None:
    everywhere, there = hush(line, environment=None), hush(line)
    ended = desk(line).unsilence("U0BEN", "shop", "production")
    assert isinstance(ended, list)
    assert [one.id for one in ended] == [there.id]
    ended = desk(line).unsilence("U0BEN", "shop", None)
    assert isinstance(ended, list)
    assert [one.id for one in ended] == [everywhere.id]
    assert reason(desk(line).unsilence("U0BEN", "shop", None)) is Reason.NOT_SILENCED
    assert reason(desk(line).unsilence("U0BEN", "shpo", None)) is Reason.UNKNOWN_SERVICE


def test_windows_of_the_fleet_file_are_listed_while_they_are_open(line: Line) -> None:
    always = ["00:00 - 12:00 UTC", "12:00 - 00:00 UTC"]
    line.fleet = fleet_of(names(4), ((*PRODUCTION, "maintenance"), always))
    silences, windows = desk(line).standing()
    assert silences == []
    assert [window.window in always for window in windows] == [True]


def test_a_silenced_check_still_rolls_a_deploy_back(tmp_path: Path) -> None:
    check = {"http": "http://shop/", "every": "10s", "timeout": "5s", "down_after": 2, "action": "rollback"}
    fleet = fleet_of(names(2), ((*PRODUCTION, "checks"), [check]))
    with line_on(tmp_path, fleet) as line:
        line.deploy("1.4.1")
        line.watch(310)
        hush(line)
        line.deploy("1.4.2")
        line.targets.probes["http://shop/"] = Probe(False, 0.041, 503, "answered 503")
        line.watch(40)
        back = line.journal.deploys.last(TARGET)
        assert back is not None
        assert (line.ended(back.id).plan.kind, line.runs()) == (DeployKind.ROLLBACK, ["1.4.1"] * 2)
        assert "incident:1" not in line.messages()
