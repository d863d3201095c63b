"""Locks: /deploy lock, unlock and locks, and the buttons that unlock, take over and ask the holder."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.grammar import ALL, LockOf, Locks, UnlockOf
from bot.holds import Lock
from bot.messages.commands import prefixed_view
from bot.messages.locks import (
    ASK,
    EMPTY,
    TAKE,
    TAKE_WHY,
    UNLOCK,
    WHY_FORM,
    asked_message,
    locked_message,
    locks_message,
    read_take,
    released_message,
    why_form,
)
from bot.messages.reason_form import REASON
from bot.model import Content
from bot.refusals import Refusal
from handlers.office import Office
from handlers.reply import asked, refused, reply, tell
from handlers.verdict import read_reason


def register(app: App, office: Office) -> None:
    @app.action(UNLOCK)
    def unlock(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.locks.unlock_shown(body["user"]["id"], _value(body)))
        reply(office, respond, said(office, found, _released(office)))

    @app.action(TAKE)
    def take_over(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        number, lease, ref, reason = read_take(_value(body))
        found = asked(lambda: office.locks.take_over(body["user"]["id"], number, reason, lease, ref))
        reply(office, respond, said(office, found, _locked(office)))

    @app.action(TAKE_WHY)
    def why(ack: Ack, body: dict[str, Any], respond: Respond, client: WebClient) -> None:
        ack()
        user = body["user"]["id"]
        found = asked(lambda: office.locks.look(user, _value(body)))
        if isinstance(found, Refusal):
            reply(office, respond, refused(office, found))
            return
        channel = str((body.get("channel") or {}).get("id") or user)
        form = prefixed_view(why_form(found, channel, office.clock.now()), office.prefix)
        client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.view(WHY_FORM)
    def told_why(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        reason = read_reason(body["view"])
        if not reason:
            ack(response_action="errors", errors={REASON: EMPTY})
            return
        ack()
        user, (channel, _, number) = body["user"]["id"], str(body["view"].get("private_metadata")).partition(" ")
        found = asked(lambda: office.locks.take_over(user, number, reason, None))
        tell(office, client, user, channel or user, said(office, found, _locked(office)))

    @app.action(ASK)
    def ask(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found = asked(lambda: office.locks.ask_holder(body["user"]["id"], _value(body)))
        reply(office, respond, said(office, found, asked_message))


def answer(office: Office, user: str, command: LockOf | UnlockOf | Locks) -> Content:
    if isinstance(command, Locks):
        standing = asked(office.holds.standing)
        if isinstance(standing, Refusal):
            return refused(office, standing)
        return locks_message(*standing, office.clock.now())
    service = None if command.service == ALL else command.service
    if isinstance(command, UnlockOf):
        found = asked(lambda: office.locks.unlock(user, service, command.environment))
        return said(office, found, _released(office))
    wanted = command.environment, command.reason, command.lease, command.ref or ""
    return said(office, asked(lambda: office.locks.lock(user, service, *wanted)), _locked(office))


def said(office: Office, found: Lock | Refusal, words: Callable[[Lock], Content]) -> Content:
    return refused(office, found) if isinstance(found, Refusal) else words(found)


def _locked(office: Office) -> Callable[[Lock], Content]:
    return lambda lock: locked_message(lock, office.fleet().channels.deploys)


def _released(office: Office) -> Callable[[Lock], Content]:
    """With what still lies there, if that can be read."""

    def words(lock: Lock) -> Content:
        left = asked(lambda: office.locks.left(lock))
        return released_message(lock, left if isinstance(left, Lock) else None, office.clock.now())

    return words


def _value(body: dict[str, Any]) -> str:
    return str(body["actions"][0].get("value", ""))
