"""The whole bot writes to several people: what one server refuses is nobody else's trouble."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app.assembly import Pointsman
from bot.model import Content
from bot.sandbox.slack.server import Server
from tests.app.test_edge import settings_for
from tests.mailbox import Mailbox
from tests.mailbox import Server as MailServer
from tests.waiting import eventually
from tests.workspace import workspace

ANA, BEN, CID = "ana@example.org", "ben@example.org", "cid@example.org"
GONE, LATER = "550 5.1.1 no such mailbox", "451 4.7.1 try again later"
LONG = 90.0  # each mail is a process


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with workspace() as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    mail = MailServer(Mailbox())
    mail.start()
    yield mail
    mail.stop()


@contextmanager
def bot(server: Server, here: Path, urls: str) -> Iterator[Pointsman]:
    settings = settings_for(server, here, SLACK_APP_TOKEN=server.app_token, NOTIFY_URLS=urls)
    with Pointsman(settings) as pointsman:
        yield pointsman


def tell(pointsman: Pointsman, key: str, text: str) -> None:
    with pointsman.db.transaction():
        pointsman.ways.tell(key, Content(text), pointsman.clock.now())


def rows(pointsman: Pointsman) -> list[dict[str, Any]]:
    with pointsman.db.reading() as db:
        return list(db.query("SELECT way, attempts, sent_at, given_up_at, last_error, not_before FROM dispatches"))


def state(pointsman: Pointsman) -> dict[str, str]:
    """`sent`, or `tried N`, by way."""
    return {row["way"]: "sent" if row["sent_at"] else f"tried {row['attempts']}" for row in rows(pointsman)}


def sent(*people: str) -> dict[str, str]:
    return {f"mailto/{one}": "sent" for one in people}


def until(pointsman: Pointsman, condition: Callable[[], bool]) -> None:
    """What may go has gone."""
    eventually(lambda: (pointsman.courier.run_once(), condition())[1], timeout=LONG)


def resting(pointsman: Pointsman) -> None:
    """What was refused waits until the test says so."""
    with pointsman.db.transaction() as db:
        db.execute("UPDATE dispatches SET not_before = not_before + 3600 WHERE sent_at IS NULL")


def awake(pointsman: Pointsman) -> None:
    with pointsman.db.transaction() as db:
        db.execute("UPDATE dispatches SET not_before = 0 WHERE sent_at IS NULL AND given_up_at IS NULL")


def refused(pointsman: Pointsman, way: str) -> None:
    """Its first attempt has ended, and the next one rests: a busy machine tries no second one meanwhile."""

    until(pointsman, lambda: any(row["way"] == way and row["last_error"] for row in rows(pointsman)))
    resting(pointsman)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("refusal", [GONE, LATER])
def test_who_is_refused_is_tried_again_alone_and_the_others_get_exactly_one(
    server: Server, mail: MailServer, tmp_path: Path, refusal: str
) -> None:
    mail.box.refuses[BEN] = refusal
    with bot(server, tmp_path, mail.url(to=f"{ANA},{BEN},{CID}")) as pointsman:
        tell(pointsman, "x", "DOWN · shop")
        refused(pointsman, f"mailto/{BEN}")
        until(pointsman, lambda: state(pointsman) == sent(ANA, CID) | {f"mailto/{BEN}": "tried 1"})
        mail.box.refuses.clear()
        awake(pointsman)
        until(pointsman, lambda: state(pointsman) == sent(ANA, BEN, CID))
    assert sorted(mail.box.reached) == [(ANA,), (BEN,), (CID,)]
    again = {str(letter["To"]): "may have arrived" in str(letter) for letter in mail.box.got}
    assert again == {ANA: False, BEN: True, CID: False}


@pytest.mark.timeout(400)
def test_the_end_of_an_alert_waits_for_nobody_elses_refusal(server: Server, mail: MailServer, tmp_path: Path) -> None:
    mail.box.refuses[BEN] = GONE
    with bot(server, tmp_path, mail.url(to=f"{ANA},{BEN}")) as pointsman:
        tell(pointsman, "x", "DOWN · shop")
        refused(pointsman, f"mailto/{BEN}")
        until(pointsman, lambda: state(pointsman)[f"mailto/{ANA}"] == "sent")
        with pointsman.db.transaction():
            pointsman.ways.follow("x", "x:end", Content("UP · shop"), pointsman.clock.now())
        until(pointsman, lambda: len(mail.box.got) == 2)
    assert [(str(letter["To"]), letter["Subject"]) for letter in mail.box.got] == [
        (ANA, "DOWN · shop"),
        (ANA, "UP · shop"),
    ]


@pytest.mark.timeout(400)
def test_after_the_last_try_it_is_said_once_of_whom(server: Server, mail: MailServer, tmp_path: Path) -> None:
    mail.box.refuses[BEN] = GONE
    with bot(server, tmp_path, mail.url(to=f"{ANA},{BEN}")) as pointsman:
        tell(pointsman, "x", "DOWN · shop")
        refused(pointsman, f"mailto/{BEN}")
        until(pointsman, lambda: state(pointsman)[f"mailto/{ANA}"] == "sent")
        with pointsman.db.transaction() as db:
            db.execute("UPDATE dispatches SET created_at = created_at - 90000")
        awake(pointsman)
        with capture_logs() as logs:
            until(pointsman, lambda: any(row["given_up_at"] for row in rows(pointsman)))
            pointsman.courier.run_once()
    said = [(line["event"], line["way"]) for line in logs if line["log_level"] == "error"]
    assert said == [("a message does not go out by another way", f"mailto/{BEN}")]
    assert mail.box.reached == [(ANA,)]


@pytest.mark.timeout(400)
def test_what_was_written_for_all_of_them_before_the_upgrade_still_goes(
    server: Server, mail: MailServer, tmp_path: Path
) -> None:
    with bot(server, tmp_path, mail.url(to=f"{ANA},{BEN}")) as pointsman:
        tell(pointsman, "x", "DOWN · shop")
        with pointsman.db.transaction() as db:
            db.execute("DELETE FROM dispatches WHERE id > 1")
            db.execute("UPDATE dispatches SET way = 'mailto'")
        until(pointsman, lambda: state(pointsman) == {"mailto": "sent"})
    assert sorted(mail.box.reached) == [(ANA,), (BEN,)]
