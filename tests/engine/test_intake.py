"""Alerts from elsewhere: one DOWN and one UP each, whatever is sent again, in the flow of the bot's own."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.audit import Audit
from bot.engine.intake import AT_ONCE, Taken
from bot.engine.showcase import Showcase
from bot.engine.sights import Sights
from bot.errors import DatabaseLocked
from bot.model import Severity, Target
from bot.refusals import Reason, Refusal
from bot.reports import Report
from bot.state.incidents import Incidents
from bot.trail import What
from bot.watch import Alert, Ended
from tests.engine.dying import Doom, Killed, doomed
from tests.engine.foreign import Elsewhere
from tests.engine.watching import BAD, START

DISK = Report("Alertmanager", "alertmanager/DiskFull/1", True, START - timedelta(minutes=5), "DiskFull", "97 % of /")
ERRORS = replace(
    DISK, key="alertmanager/Errors/2", name="Errors", cause="5 %", service="shop", environment="production"
)
NOTHING = Taken()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    elsewhere = Elsewhere(tmp_path / "state.db")
    yield elsewhere
    elsewhere.world.close()


def over(report: Report, minutes: int = 1) -> Report:
    return replace(report, firing=False, at=report.at + timedelta(minutes=minutes))


def test_an_alert_without_a_service_is_told_under_its_own_name(elsewhere: Elsewhere) -> None:
    assert elsewhere.hears(DISK) == Taken(begun=1)
    (text,) = elsewhere.world.first_lines().values()
    assert text.startswith("DOWN · DiskFull · Alertmanager · since ")
    assert text.endswith(" · 97 % of /")
    blocks = elsewhere.world.blocks("incident:1")
    assert "*What*  Alertmanager: DiskFull: 97 % of /" in blocks
    assert '"incident.acknowledge"' in blocks
    assert '"incident.silence"' in blocks
    assert "incident.restart" not in blocks
    assert "incident.rollback" not in blocks
    assert "/status close 1" in blocks


def test_one_of_a_service_has_its_runbook_its_buttons_and_what_changed_last(elsewhere: Elsewhere) -> None:
    elsewhere.hears(replace(ERRORS, link="https://prometheus.example.com/g?x=1&y=2"))
    assert elsewhere.open()[0].incident.target == Target("shop", "production")
    blocks = elsewhere.world.blocks("incident:1")
    assert "<https://prometheus.example.com/g?x=1&amp;y=2|Alertmanager>: Errors: 5 %" in blocks
    assert "deploy 41" in blocks
    assert all(name in blocks for name in ("incident.rollback", "incident.restart", "https://wiki.example.com/shop"))


def test_its_own_runbook_wins(elsewhere: Elsewhere) -> None:
    elsewhere.hears(replace(ERRORS, runbook="https://wiki.example.com/errors"))
    assert "https://wiki.example.com/errors" in elsewhere.world.blocks("incident:1")


def test_what_is_sent_again_changes_nothing(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK)
    before = elsewhere.world.messages()
    assert elsewhere.hears(DISK, DISK) == NOTHING
    assert elsewhere.world.messages() == before


def test_its_end_is_said_once_and_a_late_resend_of_its_beginning_opens_nothing(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK)
    elsewhere.world.deliver()
    elsewhere.later(minutes=1)
    assert elsewhere.hears(over(DISK, 6)) == Taken(ended=1)
    assert elsewhere.hears(over(DISK, 6), DISK, DISK) == NOTHING
    assert elsewhere.world.states() == ["UP", "UP"]
    assert elsewhere.world.first_lines()["incident:1"].startswith("UP · DiskFull · Alertmanager · was down 6 min ")
    assert elsewhere.open() == []


def test_a_new_beginning_is_a_new_outage(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK, over(DISK))
    elsewhere.hears(replace(DISK, at=DISK.at + timedelta(minutes=3)))
    assert [alert.incident.id for alert in elsewhere.open()] == [2]


def test_a_restart_repeats_nothing(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK)
    elsewhere.world.restart()
    elsewhere.start()
    assert elsewhere.hears(DISK) == NOTHING
    assert elsewhere.hears(over(DISK)) == Taken(ended=1)


def test_what_could_not_be_recorded_is_taken_when_it_is_sent_again(elsewhere: Elsewhere) -> None:
    with closing(sqlite3.connect(elsewhere.world.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked):
            elsewhere.hears(DISK)
    assert elsewhere.open() == []
    assert elsewhere.hears(DISK) == Taken(begun=1)
    assert elsewhere.world.states() == ["DOWN"]


def test_what_comes_together_is_one_message_also_with_the_bots_own(tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path / "grouped.db", group_wait="10s")
    world = elsewhere.world
    elsewhere.hears(DISK, *(replace(DISK, key=f"k{one}", host=f"db{one}") for one in range(300)))
    assert len([key for key in world.messages() if key.count(":") == 1]) == 1
    world.fail(BAD)
    world.settle()
    world.rounds(4)
    elsewhere.later(seconds=1)
    elsewhere.hears(ERRORS)
    assert len({alert.outbreak for alert in elsewhere.open()}) <= 3
    world.close()


def test_a_silence_of_the_service_keeps_it_back_and_it_is_told_afterwards(elsewhere: Elsewhere) -> None:
    world = elsewhere.world
    world.silence(world.clock.now() + timedelta(hours=1))
    elsewhere.hears(ERRORS)
    assert world.messages() == {}
    elsewhere.later(hours=2)
    world.vigil.sweep()
    assert world.states() == ["DOWN"]


def test_it_can_be_acknowledged_and_what_nobody_acknowledges_is_told_again(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK)
    taken = elsewhere.world.vigil.acknowledge("U0ANA", "1")
    assert isinstance(taken, Alert)
    assert "acknowledged by <@U0ANA>" in elsewhere.world.blocks("incident:1")


def test_a_page_leaves_by_the_other_ways_and_a_warning_does_not(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK, replace(ERRORS, severity=Severity.WARN))
    with elsewhere.world.db.reading() as db:
        titles = [row["title"] for row in db.query("SELECT title FROM dispatches")]
    assert [title.split(" · ")[1] for title in titles] == ["DiskFull"]


def test_a_changed_fleet_file_does_not_end_it(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK, ERRORS)
    elsewhere.world.settle()
    assert len(elsewhere.open()) == 2


def test_what_others_write_is_shown_and_not_acted_on(elsewhere: Elsewhere) -> None:
    elsewhere.hears(replace(DISK, name="<!channel> *x*", cause="<@U0ANA> & co", service="<b>"))
    blocks = elsewhere.world.blocks("incident:1")
    assert "<!channel>" not in blocks
    assert "<@U0ANA>" not in blocks
    assert "&lt;!channel&gt;" in blocks


def test_it_is_closed_by_hand_with_who_and_why(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK)
    elsewhere.world.deliver()
    elsewhere.later(hours=3)
    closed = elsewhere.intake.close("U0ANA", "1", "the <sender> is gone")
    assert isinstance(closed, Alert)
    assert closed.ended is Ended.CLOSED
    text = elsewhere.world.first_lines()["incident:1"]
    assert text.startswith("CLOSED · DiskFull · Alertmanager · was open for 3 h 5 min")
    assert "whether it is over is not known · closed by <@U0ANA>: the &lt;sender&gt; is gone" in text
    row = Audit(elsewhere.world.db, elsewhere.world.clock).newest(1)[0].fields
    assert (row["what"], row["who"], row["why"]) == (What.INCIDENT_ENDED, "U0ANA", "the <sender> is gone")
    assert elsewhere.hears(DISK) == NOTHING


def test_a_late_end_after_a_close_by_hand_says_nothing(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK)
    elsewhere.intake.close("U0ANA", "1", "gone")
    before = elsewhere.world.messages()
    assert elsewhere.hears(over(DISK)) == NOTHING
    assert elsewhere.world.messages() == before


@pytest.mark.parametrize(("number", "reason"), [("9", Reason.OVER), ("x", Reason.OVER)])
def test_what_is_no_incident_cannot_be_closed(elsewhere: Elsewhere, number: str, reason: Reason) -> None:
    found = elsewhere.intake.close("U0ANA", number, "gone")
    assert isinstance(found, Refusal)
    assert found.reason is reason


def test_an_outage_of_a_check_is_not_closed_by_hand(elsewhere: Elsewhere) -> None:
    world = elsewhere.world
    world.settle()
    world.fail()
    world.rounds(4)
    found = elsewhere.intake.close("U0ANA", "1", "gone")
    assert isinstance(found, Refusal)
    assert found.reason is Reason.NOT_BY_HAND
    assert len(elsewhere.open()) == 1


def test_who_may_not_deploy_there_may_not_close(elsewhere: Elsewhere) -> None:
    elsewhere.hears(ERRORS)
    found = elsewhere.intake.close("U0STRANGER", "1", "gone")
    assert isinstance(found, Refusal)
    assert found.reason is Reason.FORBIDDEN
    assert len(elsewhere.open()) == 1


def test_a_sender_that_falls_silent_leaves_it_open_and_that_is_to_be_seen(elsewhere: Elsewhere) -> None:
    world = elsewhere.world
    sights = Sights(world.db, world.monitor.overview, lambda: world.fleet, world.clock)
    heard = world.clock.now()
    elsewhere.hears(DISK, ERRORS)
    elsewhere.later(hours=5)
    found = sights.outages()
    assert (len(found.open), set(found.spoke.values())) == (2, {heard})
    elsewhere.hears(ERRORS)
    elsewhere.intake.close("U0ANA", "1", "gone")
    again = sights.outages()
    assert (again.closed, again.spoke, again.restored) == (frozenset({1}), {2: world.clock.now()}, ())


def test_more_than_are_written_at_once_are_all_taken(elsewhere: Elsewhere) -> None:
    many = [replace(DISK, key=f"k{one}") for one in range(2 * AT_ONCE + 1)]
    assert elsewhere.hears(*many) == Taken(begun=len(many))
    assert elsewhere.hears(*many) == NOTHING
    assert elsewhere.hears(*map(over, many)) == Taken(ended=len(many))


def course(elsewhere: Elsewhere) -> None:
    """Its beginning and its end, which Slack hears of each."""
    for report in (DISK, over(DISK)):
        elsewhere.hears(report)
        elsewhere.world.deliver()


def test_killed_at_any_statement_it_is_one_down_and_one_up(tmp_path: Path) -> None:
    """The sender had no answer, so it sends it again."""
    doom = Doom()
    whole = Elsewhere(tmp_path / "whole.db", open_database=doomed(doom))
    doom.seen = 0
    course(whole)
    wanted, statements = whole.world.first_lines(), doom.seen
    whole.world.close()
    assert statements > 20
    for moment in range(statements):
        doom.after = None
        elsewhere = Elsewhere(tmp_path / f"{moment}.db", open_database=doomed(doom))
        doom.after = moment
        with suppress(Killed):
            course(elsewhere)
        doom.after = None
        elsewhere.world.restart()
        elsewhere.start()
        course(elsewhere)
        assert elsewhere.world.first_lines() == wanted, f"killed before statement {moment}"
        assert len(Incidents(elsewhere.world.db).lately(START - timedelta(days=1), 10)) == 1
        elsewhere.world.close()


def test_the_status_page_shows_what_belongs_to_a_service_and_no_more(elsewhere: Elsewhere) -> None:
    elsewhere.hears(DISK, ERRORS)
    showing = Showcase(elsewhere.world.db, lambda: elsewhere.world.fleet, elsewhere.world.clock).show()
    assert [incident.check_id for incident in showing.incidents] == [ERRORS.key]
