"""/status alone, and silence, silences, unsilence, ack and close, as a person types them."""

from bot.reports import Report
from bot.state.blindness import Blindnesses
from tests.building import said
from tests.handlers.front import Front


def status(front: Front, user: str, text: str) -> str:
    before = len(front.private(user))
    assert front.server.command(user, "/status", text).error is None
    return str(front.one(lambda: front.private(user)[before:])["text"])


def test_a_silence_is_begun_listed_and_ended(front: Front) -> None:
    assert status(front, "ana", "silences") == "Nothing is silenced."
    assert status(front, "ana", 'silence shop 2h "moving"').startswith("shop is silenced until ")
    assert status(front, "ben", "silences") == "1 silence, 0 maintenance windows"
    assert status(front, "ben", "unsilence shop").startswith("shop: no longer silenced by hand.")
    assert status(front, "ben", "unsilence shop") == "`shop` is not silenced by hand."


def test_what_cannot_be_silenced_is_refused_with_the_way_out(front: Front) -> None:
    assert status(front, "ana", 'silence shpo 2h "moving"') == "There is no service `shpo`. Did you mean `shop`?"
    assert "a silence lasts 7 days at most" in status(front, "ana", 'silence shop 8d "moving"')
    assert "wants how long" in status(front, "ana", "silence shop")


def test_checks_and_incidents_are_shown_closely(front: Front) -> None:
    assert status(front, "ana", "incidents") == "No incidents in the last 30 days."
    front.line.outage()
    assert status(front, "ana", "incidents") == "1 incident in the last 30 days, 1 open"
    assert status(front, "ana", "checks shop").startswith("shop has no checks: add some")
    assert status(front, "ana", "checks shpo") == "There is no service `shpo`. Did you mean `shop`?"


def test_an_incident_is_acknowledged_by_its_number_once(front: Front) -> None:
    number = front.line.outage().incident.id
    assert "you take care of it" in status(front, "ana", f"ack {number}")
    assert f"Incident `{number}` is acknowledged already, by <@U" in status(front, "ben", f"ack #{number}")
    assert status(front, "ben", "ack 99") == "Nothing was done: there is no such incident."


def test_an_incident_from_elsewhere_is_closed_by_its_number(front: Front) -> None:
    report = Report("Alertmanager", "a/1", True, front.line.clock.now(), "DiskFull", "97 % of /")
    front.line.engine.intake.take([report])
    assert status(front, "ana", 'close 1 "the sender is gone"') == (
        "Incident 1 of DiskFull · Alertmanager is closed, and the alert says so."
    )
    assert status(front, "ana", 'close 1 "again"').endswith("was closed by hand; the alert says by whom.")
    assert "wants its reason in quotes" in status(front, "ana", "close 1")


def test_an_outage_of_a_check_is_not_closed_by_hand(front: Front) -> None:
    number = front.line.outage().incident.id
    assert "is not closed by hand: its check says when it is over" in status(front, "ana", f'close {number} "gone"')


def test_status_names_what_wants_somebody_above_its_table(front: Front) -> None:
    fine = said(front.answer("ana", "", "/status")["blocks"])
    assert "○ without a check, so nobody is told when it fails: shop in production" in fine
    front.line.outage()
    told = front.answer("ana", "", "/status")["blocks"]
    assert [block["type"] for block in told] == ["section", "section", "table", "context"]
    assert "an incident is open for" in said(told)
    assert "answered 503 · `/status shop`" in said(told)
    closely = said(front.answer("ana", "shop", "/status")["blocks"])
    assert "answered 503 · incident 1" in closely
    assert "`/status ack 1`: you do" in closely


def test_status_says_first_that_the_bot_cannot_see(front: Front) -> None:
    Blindnesses(front.line.db).begin(front.line.clock.now(), "20 of 20 services fail at once", "#alerts")
    for text in ("", "shop"):
        answer = front.answer("ana", text, "/status")
        assert answer["text"].startswith("I cannot see now · ")
        assert "(20 of 20 services fail at once)*: what follows is as I saw it last." in said(answer["blocks"])
    Blindnesses(front.line.db).end(front.line.clock.now())
    assert "cannot see" not in said(front.answer("ana", "", "/status")["blocks"])
