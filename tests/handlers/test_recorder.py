"""The edge of the audit, through Bolt itself: a request in, rows out."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from structlog.testing import capture_logs

from bot.engine.audit import Audit
from bot.engine.clock import SystemClock
from bot.refusals import Reason, Refusal
from bot.secrecy import Secrets
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.trail import What
from handlers.recorder import note_refusal, record
from tests.building import TARGET

SECRET = "a-known-secret-of-the-bot"
FORBIDDEN = Refusal(Reason.FORBIDDEN, target=TARGET)


class Edge:
    """An app with one thread for its listeners, whose answer is a refusal when the text says so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = Database(path, busy_timeout=0.05)
        apply_all(self.db)
        self.audit = Audit(self.db, SystemClock(), Secrets([SECRET]))
        known = AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-1")
        self.app = App(
            token_verification_enabled=False,
            request_verification_enabled=False,
            authorize=lambda: known,
            listener_executor=ThreadPoolExecutor(1),
        )
        self.done = threading.Semaphore(0)
        record(self.app, self.audit)
        self._listen()

    def _listen(self) -> None:
        @self.app.command("/deploy")
        def deploy(ack: Ack, body: dict[str, Any]) -> None:
            ack()
            reason = Reason.STATE if "locked" in body["text"] else Reason.FORBIDDEN
            if "no" in body["text"] or "locked" in body["text"]:
                note_refusal(self.audit, Refusal(reason, target=TARGET), "You may not.")
            self.done.release()

        @self.app.action("press")
        def press(ack: Ack) -> None:
            ack()
            self.done.release()

        @self.app.view("fill")
        def fill(ack: Ack) -> None:
            ack(response_action="errors", errors={"release": "is no ref"})
            self.done.release()

        @self.app.event("app_home_opened")
        def opened() -> None:
            note_refusal(self.audit, FORBIDDEN, "You may not.")
            self.done.release()

    def send(self, form: dict[str, Any] | None = None, payload: Any = None, event: Any = None) -> tuple[int, str]:
        """Slack's request; the status and body it gets, once the listener is through."""
        if event:
            request = BoltRequest(body=json.dumps(event), headers={"content-type": ["application/json"]})
        else:
            fields = form if form else {"payload": json.dumps(payload)}
            request = BoltRequest(
                body=urlencode(fields), headers={"content-type": ["application/x-www-form-urlencoded"]}
            )
        response = self.app.dispatch(request)
        assert self.done.acquire(timeout=30)
        return response.status, response.body

    def command(self, text: str) -> tuple[int, str]:
        return self.send({"command": "/deploy", "text": text, "user_id": "U0ANA", "team_id": "T1"})

    def rows(self) -> list[tuple[object, ...]]:
        names = ("who", "what", "subject", "target", "why")
        return [tuple(row.fields[name] for name in names) for row in reversed(self.audit.newest(99))]


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    made = Edge(tmp_path / "state.db")
    yield made
    made.db.close()


ASKED = ("U0ANA", "command", "/deploy shop to production", "", "")


def test_a_command_is_a_row(edge: Edge) -> None:
    assert edge.command("shop to production") == (200, "")
    assert edge.rows() == [ASKED]


def test_a_refusal_is_a_second_row_with_what_was_asked_and_why_not(edge: Edge) -> None:
    edge.command("no")
    assert edge.rows() == [
        ("U0ANA", "command", "/deploy no", "", ""),
        ("U0ANA", "refused", "/deploy no", "shop · production", "forbidden: You may not."),
    ]


def test_a_click_is_a_row(edge: Edge) -> None:
    action = {"action_id": "press", "block_id": "b", "value": "7", "type": "button"}
    edge.send(payload={"type": "block_actions", "user": {"id": "U0BEN"}, "team": {"id": "T1"}, "actions": [action]})
    assert edge.rows() == [("U0BEN", "click", "press 7", "", "")]


def test_errors_in_a_form_are_a_refusal(edge: Edge) -> None:
    view = {"type": "modal", "callback_id": "fill", "state": {"values": {"release": {"release": {"value": "a b"}}}}}
    status, body = edge.send(payload={"type": "view_submission", "user": {"id": "U0BEN"}, "view": view})
    assert (status, json.loads(body)["response_action"]) == (200, "errors")
    assert edge.rows() == [
        ("U0BEN", "form", "fill release=a b", "", ""),
        ("U0BEN", "refused", "fill release=a b", "", "release: is no ref"),
    ]


def test_who_only_looks_is_no_row_and_takes_no_other_persons_name(edge: Edge) -> None:
    """The thread that answers has answered somebody else before."""
    edge.command("shop to production")
    edge.send(event={"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened", "user": "U0BEN"}})
    assert edge.rows() == [ASKED]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"shop@{SECRET} to x", "/deploy shop@*** to x"),
        ("shop xoxb-12-ab", "/deploy shop …"),
        ("x" * 900, "/deploy " + "x" * 491 + "…"),
    ],
)
def test_secrets_and_endless_text_are_left_out(edge: Edge, text: str, kept: str) -> None:
    edge.command(text)
    assert edge.rows()[0][2] == kept


def test_while_the_database_is_locked_slack_is_answered_and_the_log_has_it(edge: Edge) -> None:
    with capture_logs() as logged, sqlite3.connect(edge.path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert edge.command("locked") == (200, "")
        other.execute("ROLLBACK")
    other.close()
    assert edge.rows() == []
    assert [line["event"] for line in logged] == ["the audit lacks a row"]


def test_words_of_what_was_done_stay_as_they_are() -> None:
    """They stand in exports that are kept for years."""
    assert [what.value for what in What][:4] == ["command", "click", "form", "refused"]
    assert len({what.value for what in What}) == len(What)
