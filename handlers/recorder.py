"""The edge of the audit: every command, click and form is written down once it is acknowledged, every refusal too.

Bolt calls `Recorder` in the listener's own thread before the listener runs; handlers need to know nothing of it.
"""

from contextvars import ContextVar
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.listener.listener_start_handler import ListenerStartHandler

from bot.engine.audit import Audit
from bot.errors import StateError
from bot.refusals import Reason, Refusal
from bot.trail import AuditRow, What
from handlers.occasion import Occasion, read_occasion

log = structlog.get_logger(__name__)

CURRENT: ContextVar[Occasion | None] = ContextVar("what this thread is answering", default=None)


def record(app: App, audit: Audit) -> None:
    app.listener_runner.listener_start_handler = Recorder(audit)


def note_refusal(audit: Audit, refusal: Refusal, words: str) -> None:
    """The no that the person is told. One about the database that cannot be written is in the log instead."""
    occasion = CURRENT.get()
    if occasion and refusal.reason is not Reason.STATE:
        why = f"{refusal.reason}: {words}"
        _tried(audit, occasion.who, What.REFUSED, occasion.subject, target=refusal.target, why=why)


class Recorder(ListenerStartHandler):
    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def handle(self, request: BoltRequest, response: BoltResponse | None) -> None:
        occasion = read_occasion(request.body)
        CURRENT.set(occasion)  # also None: the thread may have answered somebody else before
        if occasion:
            request.context["ack"] = RecordingAck(request.context.ack, self._audit, occasion)


class RecordingAck(Ack):
    """Slack waits three seconds for an ack and a database may be locked for longer: first the ack, then the row."""

    def __init__(self, inner: Ack, audit: Audit, occasion: Occasion) -> None:
        self.response: BoltResponse | None = None
        self._inner = inner
        self._audit = audit
        self._occasion = occasion

    def __call__(self, *arguments: Any, **named: Any) -> BoltResponse:
        self.response = answer = self._inner(*arguments, **named)
        occasion = self._occasion
        _tried(self._audit, occasion.who, occasion.what, occasion.subject)
        if named.get("response_action") == "errors":
            wrong = "; ".join(f"{field}: {words}" for field, words in (named.get("errors") or {}).items())
            _tried(self._audit, occasion.who, What.REFUSED, occasion.subject, why=wrong)
        return answer


def _tried(audit: Audit, who: str, what: What, subject: str, **facts: Any) -> AuditRow | None:
    """Looking may go on without a row; what changes anything writes its own, in its own transaction, or fails."""
    try:
        return audit.note(who, what, subject, **facts)
    except StateError:
        log.exception("the audit lacks a row", who=who, what=what.value)
        return None
