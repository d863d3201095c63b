"""The whole bot hears an alert from elsewhere: the channel, a click, a mail, and its end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.app.assembly import Pointsman
from bot.app.edge import open_edge
from bot.sandbox.slack.server import Server
from tests.app.test_edge import settings_for
from tests.mailbox import Mailbox
from tests.mailbox import Server as MailServer
from tests.waiting import eventually
from tests.workspace import standing, workspace

TOKEN = "0123456789abcdef"
BACKUP = {"id": "backup", "name": "The backup is late", "source": "backupd", "cause": "last seen 26 h ago"}


@pytest.fixture
def server() -> Iterator[Server]:
    with workspace() as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    mail = MailServer(Mailbox())
    mail.start()
    yield mail
    mail.stop()


def told(pointsman: Pointsman, server: Server, thread: str | None = None) -> list[dict[str, Any]]:
    pointsman.deliverer.run_once()
    return standing(server, "alerts", thread)


@pytest.mark.timeout(300)  # a mail waits ten seconds for what goes down with it
def test_an_alert_is_told_taken_care_of_mailed_and_closed(server: Server, mail: MailServer, tmp_path: Path) -> None:
    more = {"WEBHOOK_TOKEN": TOKEN, "NOTIFY_URLS": mail.url(), "SLACK_APP_TOKEN": server.app_token}
    settings = settings_for(server, tmp_path, **more)
    with Pointsman(settings) as pointsman, open_edge(settings, pointsman) as here:

        def hears(status: str) -> str:
            sent = {**BACKUP, "status": status}
            return requests.post(f"{here}/hooks/alert/{TOKEN}", json=sent, timeout=30).text

        assert [hears("firing"), hears("firing")] == ["1 begun, 0 ended\n", "0 begun, 0 ended\n"]
        (message,) = eventually(lambda: told(pointsman, server))
        assert message["text"].startswith("DOWN · The backup is late · backupd · since ")
        server.click("ana", message, "incident.acknowledge")
        eventually(lambda: "acknowledged by" in str(told(pointsman, server)[0]["blocks"]))

        eventually(lambda: pointsman.courier.run_once() or mail.box.got, timeout=60)
        eventually(lambda: mail.box.got, timeout=60)
        assert hears("resolved") == "0 begun, 1 ended\n"
        eventually(lambda: told(pointsman, server)[0]["text"].startswith("UP · "))
        (reply,) = eventually(lambda: told(pointsman, server, message["ts"]))
        assert reply["text"].startswith("UP · The backup is late · backupd · was down ")
        eventually(lambda: pointsman.courier.run_once() or len(mail.box.got) == 2, timeout=60)
        eventually(lambda: len(mail.box.got) == 2, timeout=60)
    assert [letter["Subject"].split(" · ")[:2] for letter in mail.box.got] == [
        ["DOWN", "The backup is late"],
        ["UP", "The backup is late"],
    ]
