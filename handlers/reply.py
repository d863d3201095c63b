"""Answers to the person who asked, seen by nobody else."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import StateError
from bot.messages.commands import prefixed
from bot.messages.plain import LEVELS, shown
from bot.messages.refusals import refusal_message
from bot.model import Content
from bot.plan.answers import BLOCKS
from bot.refusals import Reason, Refusal
from handlers.office import Office
from handlers.recorder import note_refusal

T = TypeVar("T")
log = structlog.get_logger(__name__)

ELSEWHERE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived", "no_channel"})


def reply(office: Office, respond: Respond, content: Content, instead: bool = False) -> None:
    """Through the response_url of the command or click; `instead` of the message that was clicked, or beside it.

    Where Slack refuses the blocks it is said more plainly.
    """
    written = prefixed(content, office.prefix)
    for level in range(LEVELS + 1):
        said = shown(written, level)
        answer = respond(text=said.text, blocks=list(said.blocks), response_type="ephemeral", replace_original=instead)
        refused = any(code in answer.body for code in BLOCKS)
        if refused or answer.status_code != 200:
            log.warning("Slack did not take an answer", status=answer.status_code, body=answer.body[:200], level=level)
        if not refused:
            return


def tell(office: Office, client: WebClient, user: str, channel: str, content: Content) -> None:
    """In the channel where the person is, or in a direct message where that cannot be."""
    written = prefixed(content, office.prefix)
    for level in range(LEVELS + 1):
        try:
            _tell(client, user, channel, shown(written, level))
        except SlackApiError as error:
            if level == LEVELS or error.response.get("error") not in BLOCKS:
                raise
            log.warning("Slack refused the blocks of an answer; saying it more plainly", error=str(error))
        else:
            return


def _tell(client: WebClient, user: str, channel: str, said: Content) -> None:
    what: dict[str, Any] = {"text": said.text, "blocks": list(said.blocks)}
    try:
        client.chat_postEphemeral(channel=channel, user=user, **what)
    except SlackApiError as error:
        if error.response.get("error") not in ELSEWHERE:
            raise
        client.chat_postMessage(channel=user, **what)


def asked(ask: Callable[[], T]) -> T | Refusal:
    """The engine's answer; a database that cannot be written now is a refusal too."""
    try:
        return ask()
    except StateError as error:
        log.exception("the database refused")
        return Refusal(Reason.STATE, detail=str(error))


def refused(office: Office, refusal: Refusal) -> Content:
    """The no in words, which the audit keeps."""
    said = refusal_message(refusal, office.clock.now())
    note_refusal(office.audit, refusal, said.text)
    return said
