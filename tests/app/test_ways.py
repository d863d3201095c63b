"""The whole bot with a way out: a page becomes a mail, whatever Slack does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.assembly import Pointsman
from bot.errors import ConfigError
from bot.model import Content
from bot.sandbox.slack.server import Server
from tests.app.test_edge import settings_for
from tests.mailbox import Mailbox
from tests.mailbox import Server as MailServer
from tests.waiting import eventually
from tests.workspace import workspace


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


def test_what_is_told_becomes_a_mail_while_slack_is_away(server: Server, mail: MailServer, tmp_path: Path) -> None:
    settings = settings_for(server, tmp_path, SLACK_APP_TOKEN=server.app_token, NOTIFY_URLS=f"page={mail.url()}")
    server.stop()
    with Pointsman(settings) as pointsman:
        with pointsman.db.transaction():
            pointsman.ways.tell("blind:1", Content("*BLIND* · I cannot see"), pointsman.clock.now())
        assert pointsman.courier.run_once() == 1
        eventually(lambda: mail.box.got, timeout=60)
    assert [letter["Subject"] for letter in mail.box.got] == ["BLIND · I cannot see"]


def test_a_way_that_apprise_cannot_use_ends_the_start(server: Server, tmp_path: Path) -> None:
    settings = settings_for(server, tmp_path, SLACK_APP_TOKEN=server.app_token, NOTIFY_URLS="smoke://u:hunter2@hill")
    with pytest.raises(ConfigError, match="entry smoke") as refused:
        Pointsman(settings)
    assert "hunter2" not in str(refused.value)
